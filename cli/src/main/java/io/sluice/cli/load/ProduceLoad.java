package io.sluice.cli.load;

import io.sluice.cli.command.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Producers that send records of one size. Threads: one per producer, which sends; acknowledgements are counted on the
 * producers' own threads; {@link #stop} on any.
 */
final class ProduceLoad {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /**
     * What to send.
     *
     * @param topic where to
     * @param records how many in all, at most
     * @param sizeBytes of each value
     * @param perSecond how many a second in all; 0 for as many as go
     * @param duration when to stop at the latest
     */
    record Plan(String topic, long records, int sizeBytes, double perSecond, Duration duration) {}

    private final Console console;
    private final Plan plan;
    private final LoadCounters counters;
    private final AtomicLong left;
    private volatile boolean stopped;

    ProduceLoad(Console console, Plan plan, LoadCounters counters) {
        this.console = console;
        this.plan = plan;
        this.counters = counters;
        this.left = new AtomicLong(plan.records());
    }

    /** Ends the load soon, from any thread. */
    void stop() {
        stopped = true;
    }

    /** Starts a thread for each producer; the latch opens when all have sent and closed. */
    CountDownLatch start(List<KafkaProducer<byte[], byte[]>> producers) {
        CountDownLatch done = new CountDownLatch(producers.size());
        List<Thread> threads = new ArrayList<>();
        for (KafkaProducer<byte[], byte[]> producer : producers) {
            threads.add(
                    Thread.ofPlatform().daemon().name("load-" + threads.size()).unstarted(() -> {
                        run(producer, producers.size());
                        done.countDown();
                    }));
        }
        threads.forEach(Thread::start);
        return done;
    }

    private void run(KafkaProducer<byte[], byte[]> producer, int producers) {
        try (producer) {
            Payloads payloads = new Payloads(new SplittableRandom(), plan.sizeBytes());
            Pace pace = new Pace(console::nanoTime, plan.perSecond() / producers);
            long endNs = console.nanoTime() + plan.duration().toNanos();
            while (isOpen(endNs) && left.getAndDecrement() > 0) {
                long dueNs = pace.awaitNext();
                producer.send(new ProducerRecord<>(plan.topic(), payloads.next()), (metadata, reason) -> {
                    if (reason == null) {
                        counters.add(plan.sizeBytes(), console.nanoTime() - dueNs);
                    } else {
                        counters.fail(reason);
                    }
                });
            }
            producer.close(CLOSE_TIMEOUT);
        } catch (KafkaException failed) {
            counters.fail(failed);
        }
    }

    private boolean isOpen(long endNs) {
        return !stopped && counters.failure() == null && console.nanoTime() < endNs;
    }
}
