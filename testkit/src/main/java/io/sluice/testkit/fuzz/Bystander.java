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
import java.util.function.Supplier;

/** An honest client on one connection: it must never be refused, cut off or kept waiting. */
public final class Bystander implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Supplier<Optional<String>> request;
    private final Runnable hangUp;
    private final Thread thread;
    private volatile Optional<String> complaint = Optional.empty();
    private volatile Stopwatch lastAnswer = Stopwatch.started();
    private volatile long answers;
    private volatile boolean stopping;

    /**
     * Asks again and again from now on, on a thread of its own.
     *
     * @param request asks once and says what is wrong with the answer; throws {@link UncheckedIOException} or {@link
     *     IllegalStateException} if there is none
     * @param hangUp ends the connection, after the last request
     */
    public Bystander(Supplier<Optional<String>> request, Runnable hangUp) {
        this.request = request;
        this.hangUp = hangUp;
        thread = Thread.ofPlatform().daemon().name("bystander").start(this::ask);
    }

    /** Produces to the third partition of {@code topic}. */
    static Bystander producing(String address, String topic) {
        RawKafkaConnection connection = RawKafkaConnection.connect(address);
        ByteBuffer batch = RawBatch.filled(1_000, 100, 1_700_000_000_000L);
        ByteBuffer frame = RawRequests.produce(topic, (short) -1, List.of(new PartitionBatch(2, batch)));
        return new Bystander(
                () -> {
                    short error = RawResponses.produceError(connection.call(frame));
                    return error == 0 ? Optional.empty() : Optional.of("a good request is refused with error " + error);
                },
                connection::close);
    }

    private void ask() {
        while (!stopping) {
            try {
                Optional<String> wrong = request.get();
                if (wrong.isPresent()) {
                    complaint = wrong;
                    return;
                }
            } catch (UncheckedIOException | IllegalStateException e) {
                complaint = stopping ? Optional.empty() : Optional.of(e.toString());
                return;
            }
            lastAnswer = Stopwatch.started();
            answers++;
            Stopwatch.sleep(PAUSE);
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
        hangUp.run();
    }
}
