package io.sluice.server.demo;

import io.sluice.common.Clock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends the rest of the week, each event as long after the first one as it really was, divided by the speed. Sends that
 * were late are caught up with, so that the speed is kept on average.
 *
 * <p>Threads: {@link #run} on its own; everything else on any.
 */
final class Replay implements Runnable {

    private static final double NANOS_PER_MS = 1e6;

    private final List<Earthquake> rest;
    private final String topic;
    private final double speed;
    private final Producer<byte[], byte[]> producer;
    private final Clock clock;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    Replay(List<Earthquake> rest, String topic, double speed, Producer<byte[], byte[]> producer, Clock clock) {
        this.rest = rest;
        this.topic = topic;
        this.speed = speed;
        this.producer = producer;
        this.clock = clock;
    }

    @Override
    public void run() {
        long startNs = clock.nanoTime();
        try {
            for (Earthquake event : rest) {
                double sinceFirstMs = (event.timeMs() - rest.getFirst().timeMs()) / speed;
                long waitNs = startNs + (long) (sinceFirstMs * NANOS_PER_MS) - clock.nanoTime();
                if (stopped.await(waitNs, TimeUnit.NANOSECONDS) || failure.get() != null) {
                    return;
                }
                send(event);
            }
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException unexpected) {
            failure.compareAndSet(null, unexpected);
        }
    }

    /** Sends nothing more. */
    void stop() {
        stopped.countDown();
    }

    /** How many events the broker acknowledged to this replay: they survive whatever happens from here on. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Whether everything there was to send is acknowledged. */
    boolean isOver() {
        return acknowledged.get() == rest.size();
    }

    /** Why an event was not accepted; null while all is well. */
    @Nullable
    Exception failure() {
        return failure.get();
    }

    private void send(Earthquake event) {
        byte[] key = event.id().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, 0, event.timeMs(), key, event.json()), (metadata, reason) -> {
            if (reason == null) {
                acknowledged.incrementAndGet();
            } else {
                failure.compareAndSet(null, reason);
            }
        });
    }
}
