package io.sluice.testkit.fuzz;

import io.sluice.testkit.RawBatch;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawRequests.PartitionBatch;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.Stopwatch;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An honest client on one connection: it must never be refused, cut off or kept waiting. */
final class Bystander implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RawKafkaConnection connection;
    private final ByteBuffer frame;
    private final Thread thread;
    private volatile Optional<String> complaint = Optional.empty();
    private volatile Stopwatch lastAnswer = Stopwatch.started();
    private volatile long answers;
    private volatile boolean stopping;

    Bystander(String address, String topic) {
        connection = RawKafkaConnection.connect(address);
        ByteBuffer batch = RawBatch.filled(1_000, 100, 1_700_000_000_000L);
        frame = RawRequests.produce(topic, (short) -1, List.of(new PartitionBatch(2, batch)));
        thread = Thread.ofPlatform().daemon().name("bystander").start(this::produce);
    }

    private void produce() {
        while (!stopping) {
            try {
                short error = RawResponses.produceError(connection.call(frame));
                if (error != 0) {
                    complaint = Optional.of("a good request is refused with error " + error);
                    return;
                }
            } catch (UncheckedIOException | IllegalStateException e) {
                complaint = stopping ? Optional.empty() : Optional.of(e.toString());
                return;
            }
            lastAnswer = Stopwatch.started();
            answers++;
            Stopwatch.sleep(Duration.ofMillis(5));
        }
    }

    /** What is wrong, if anything. */
    Optional<String> complaint() {
        if (complaint.isEmpty() && lastAnswer.hasPassed(PATIENCE)) {
            return Optional.of("no answer for " + PATIENCE);
        }
        return complaint;
    }

    long answers() {
        return answers;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
