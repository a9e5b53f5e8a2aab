package io.sluice.testkit.crash;

import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TestPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Idempotent producers that go on through every crash, each with its own compression and thread. Owner: the test's
 * thread; the history is filled by the producers' own threads.
 */
final class CrashLoad implements AutoCloseable {
    private static final int OPEN_SENDS_LIMIT = 1_000;
    private static final int BURST_LIMIT = 40;
    private static final List<String> COMPRESSIONS = List.of("none", "lz4", "zstd", "snappy", "gzip");

    private final ProduceHistory history = new ProduceHistory();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    CrashLoad(String address, CrashPlan plan) {
        for (int number = 0; number < plan.producers(); number++) {
            int producer = number;
            SplittableRandom random = new SplittableRandom(plan.seed() * 31 + number);
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("crash-producer-" + number)
                    .start(() -> produce(settings(address, producer), producer, plan, random)));
        }
    }

    private static Map<String, Object> settings(String address, int producer) {
        Map<String, Object> settings = PatientProducer.settings(address);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, producer % 2 * 5);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, COMPRESSIONS.get(producer % COMPRESSIONS.size()));
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8 << 20);
        return settings;
    }

    private void produce(Map<String, Object> settings, int number, CrashPlan plan, SplittableRandom random) {
        Semaphore open = new Semaphore(OPEN_SENDS_LIMIT);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            long sequence = 0;
            while (!stopping) {
                int burst = 1 + random.nextInt(BURST_LIMIT);
                for (int i = 0; i < burst; i++) {
                    TopicPartition target = plan.allPartitions()
                            .get(random.nextInt(plan.allPartitions().size()));
                    send(producer, open, target, TestPayload.identity(number, sequence++));
                }
                Thread.sleep(1 + random.nextInt(10));
            }
            producer.flush();
        } catch (KafkaException e) {
            failures.add("producer " + number + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, Semaphore open, TopicPartition target, long identity)
            throws InterruptedException {
        open.acquire();
        history.sent(target, identity);
        byte[] value = TestPayload.valueOf(identity);
        producer.send(new ProducerRecord<>(target.topic(), target.partition(), null, value), (metadata, failure) -> {
            open.release();
            if (failure == null) {
                history.acknowledged(target, metadata.offset(), identity);
            } else {
                failures.add(target + ": " + failure);
            }
        });
    }

    ProduceHistory history() {
        return history;
    }

    List<String> failures() {
        return failures.stream().limit(10).toList();
    }

    /** Waits until {@code count} more records are acknowledged; false if {@code limit} passes first. */
    boolean awaitProgress(long count, Duration limit) {
        long wanted = history.acknowledgedCount() + count;
        Stopwatch watch = Stopwatch.started();
        while (history.acknowledgedCount() < wanted) {
            if (watch.hasPassed(limit)) {
                return false;
            }
            Stopwatch.sleep(Duration.ofMillis(5));
        }
        return true;
    }

    /** Stops sending and waits until every record is acknowledged or has failed, at most {@code limit}. */
    void finish(Duration limit) {
        stopping = true;
        Stopwatch watch = Stopwatch.started();
        for (Thread thread : threads) {
            join(thread, watch.remainingMs(limit));
            if (thread.isAlive()) {
                failures.add(thread.getName() + " does not end");
            }
        }
    }

    private static void join(Thread thread, long limitMs) {
        try {
            thread.join(Math.max(1, limitMs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a producer", e);
        }
    }

    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
    }
}
