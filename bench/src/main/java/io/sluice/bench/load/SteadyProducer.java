package io.sluice.bench.load;

import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records of 1 KiB at a pace from kafka-clients, which finds the leaders by itself, in turn to the partitions of a topic,
 * until closed. Counters may be read by any thread at any time.
 */
public final class SteadyProducer implements AutoCloseable {
    private static final int VALUE_BYTES = 1_024;
    private static final int BATCH_BYTES = 64 << 10;
    private static final long PAUSE_NS = 500_000;

    private final AtomicLong acknowledgedBytes = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile Optional<Exception> failure = Optional.empty();
    private volatile LatencyHistogram latencies = new LatencyHistogram();

    private SteadyProducer(Runnable sending) {
        thread = Thread.ofPlatform().daemon().name("steady-load").unstarted(sending);
    }

    /**
     * Where and how fast.
     *
     * @param addresses of the cluster
     * @param partitions of the topic, from 0 on
     * @param bytesPerSecond of values; 0: as fast as the client can
     */
    public record Plan(String addresses, String topic, int partitions, double bytesPerSecond) {}

    /** Starts sending at once. */
    public static SteadyProducer start(Plan plan) {
        SteadyProducer[] self = new SteadyProducer[1];
        self[0] = new SteadyProducer(() -> self[0].send(plan));
        self[0].thread.start();
        return self[0];
    }

    private void send(Plan plan) {
        Map<String, Object> settings = PatientProducer.settings(plan.addresses());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        byte[] value = new byte[VALUE_BYTES];
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            Stopwatch watch = Stopwatch.started();
            long sent = 0;
            while (!stopping) {
                double due = plan.bytesPerSecond() == 0
                        ? Double.MAX_VALUE
                        : watch.elapsedSeconds() * plan.bytesPerSecond() / VALUE_BYTES;
                if (sent >= due) {
                    LockSupport.parkNanos(PAUSE_NS);
                    continue;
                }
                send(producer, new ProducerRecord<>(plan.topic(), (int) (sent % plan.partitions()), null, value));
                sent++;
            }
            producer.close(Duration.ofSeconds(1));
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        Stopwatch watch = Stopwatch.started();
        producer.send(record, (metadata, problem) -> {
            if (problem == null) {
                acknowledgedBytes.addAndGet(VALUE_BYTES);
                latencies.record(watch.elapsedNs());
            } else if (!stopping) {
                failure = Optional.of(problem);
            }
        });
    }

    /**
     * Bytes of acknowledged records so far.
     *
     * @throws IllegalStateException if a record was given up
     */
    public long bytes() {
        failure.ifPresent(cause -> {
            throw new IllegalStateException("a record was given up", cause);
        });
        return acknowledgedBytes.get();
    }

    /** Begins a new histogram; acknowledgements that are being counted may go to either. */
    public void forgetLatencies() {
        latencies = new LatencyHistogram();
    }

    /** From send to acknowledgement since the last {@link #forgetLatencies}; meaningful after {@link #close}. */
    public LatencyHistogram latencies() {
        return latencies;
    }

    /** Ends the sending; what is under way is awaited for a second. */
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
