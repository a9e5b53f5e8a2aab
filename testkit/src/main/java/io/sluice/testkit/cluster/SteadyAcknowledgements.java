package io.sluice.testkit.cluster;

import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A producer that sends small records at a steady pace to partition 0, and tells when one is acknowledged. */
public final class SteadyAcknowledgements implements AutoCloseable {
    private static final Duration PACE = Duration.ofMillis(5);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final int OPEN_MAX = 2_000;
    private static final int VALUE_BYTES = 100;

    private final Object lock = new Object();
    private final Thread thread;
    private volatile boolean stopping;
    private long sent;
    private long newestAcknowledged = -1;

    /** Begins to send. */
    public SteadyAcknowledgements(String addresses, String topic) {
        thread = Thread.ofPlatform().daemon().name("steady-producer").start(() -> produce(addresses, topic));
    }

    private void produce(String addresses, String topic) {
        Map<String, Object> settings = PatientProducer.settings(addresses);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        Semaphore open = new Semaphore(OPEN_MAX);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            while (!stopping) {
                if (!open.tryAcquire(PACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    continue;
                }
                long number = nextNumber();
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[VALUE_BYTES]), (metadata, failure) -> {
                    open.release();
                    if (failure == null) {
                        acknowledged(number);
                    }
                });
                Stopwatch.sleep(PACE);
            }
            producer.close(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long nextNumber() {
        synchronized (lock) {
            return sent++;
        }
    }

    private void acknowledged(long number) {
        synchronized (lock) {
            newestAcknowledged = Math.max(newestAcknowledged, number);
            lock.notifyAll();
        }
    }

    /**
     * Waits until a record is acknowledged that is sent from now on.
     *
     * @throws IllegalStateException if {@code limit} passes first
     */
    public void awaitNext(Duration limit) {
        Stopwatch watch = Stopwatch.started();
        synchronized (lock) {
            long first = sent;
            while (newestAcknowledged < first) {
                if (watch.hasPassed(limit)) {
                    throw new IllegalStateException("nothing was acknowledged for " + limit);
                }
                await(watch.remainingMs(limit));
            }
        }
    }

    private void await(long limitMs) {
        try {
            lock.wait(Math.max(1, limitMs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(END_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
