package io.sluice.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Produce requests as fast as a broker answers them, from one thread over all connections, until closed. Counters may be
 * read by any thread at any time.
 */
public final class ProduceLoad implements AutoCloseable {
    /**
     * What is sent.
     *
     * @param addresses HOST:PORT of the brokers, one for each connection, or one for all
     * @param frames a list of prebuilt frames a connection; each connection cycles through its own
     * @param inFlight requests on their way on every connection
     */
    public record Plan(List<String> addresses, List<List<ByteBuffer>> frames, int inFlight) {
        /** Everything to one broker. */
        public Plan(String address, List<List<ByteBuffer>> frames, int inFlight) {
            this(List.of(address), frames, inFlight);
        }

        private String address(int connection) {
            return addresses.get(connection % addresses.size());
        }
    }

    private final Plan plan;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile long requests;
    private volatile long bytes;
    private volatile Optional<IOException> failure = Optional.empty();
    private volatile LatencyHistogram latencies = new LatencyHistogram();

    private ProduceLoad(Plan plan) {
        this.plan = plan;
        this.thread = Thread.ofPlatform().daemon().name("produce-load").unstarted(this::run);
    }

    /** Starts sending at once. */
    public static ProduceLoad start(Plan plan) {
        ProduceLoad load = new ProduceLoad(plan);
        load.thread.start();
        return load;
    }

    private void run() {
        List<LoadConnection> connections = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < plan.frames().size(); i++) {
                connections.add(new LoadConnection(
                        plan.address(i), selector, plan.frames().get(i), plan.inFlight()));
            }
            for (LoadConnection connection : connections) {
                connection.write(System.nanoTime());
            }
            while (!stopping) {
                selector.select(this::serve, 100);
                publish(connections);
            }
        } catch (IOException e) {
            failure = Optional.of(e);
        } catch (UncheckedIOException e) {
            failure = Optional.ofNullable(e.getCause());
        } finally {
            closeAll(connections);
        }
    }

    private void serve(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (key.isReadable()) {
                connection.read(System.nanoTime(), latencies);
            }
            connection.write(System.nanoTime());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void publish(List<LoadConnection> connections) {
        long requestSum = 0;
        long byteSum = 0;
        for (LoadConnection connection : connections) {
            requestSum += connection.answered();
            byteSum += connection.answeredBytes();
        }
        requests = requestSum;
        bytes = byteSum;
    }

    private static void closeAll(List<LoadConnection> connections) {
        for (LoadConnection connection : connections) {
            try {
                connection.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close", e);
            }
        }
    }

    /**
     * Acknowledged requests so far.
     *
     * @throws UncheckedIOException if the load has broken down
     */
    public long requests() {
        failure.ifPresent(cause -> {
            throw new UncheckedIOException("the load broke down: " + cause.getMessage(), cause);
        });
        return requests;
    }

    /** Bytes of acknowledged requests so far. */
    public long bytes() {
        return bytes;
    }

    /** Begins a new histogram; answers that are being counted may go to either. */
    public void forgetLatencies() {
        latencies = new LatencyHistogram();
    }

    /** Latencies since the last {@link #forgetLatencies}; meaningful after {@link #close}. */
    public LatencyHistogram latencies() {
        return latencies;
    }

    /** Ends the sending; answers under way are not awaited. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
