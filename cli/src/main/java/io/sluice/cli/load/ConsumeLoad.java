package io.sluice.cli.load;

import io.sluice.cli.command.Console;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A consumer that reads a topic from its start to the end it has now. Threads: one reads; {@link #stop} on any. */
final class ConsumeLoad {

    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    /**
     * What to read.
     *
     * @param partitions all of the topic
     * @param records how many at most
     * @param duration when to stop at the latest
     */
    record Plan(List<TopicPartition> partitions, long records, Duration duration) {}

    private final Console console;
    private final Plan plan;
    private final LoadCounters counters;
    private volatile boolean stopped;

    ConsumeLoad(Console console, Plan plan, LoadCounters counters) {
        this.console = console;
        this.plan = plan;
        this.counters = counters;
    }

    /** Ends the load soon, from any thread. */
    void stop() {
        stopped = true;
    }

    /** Starts reading on a thread of its own; the latch opens at the end. The consumer is closed then. */
    CountDownLatch start(KafkaConsumer<byte[], byte[]> consumer) {
        CountDownLatch done = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("load-0").start(() -> {
            run(consumer);
            done.countDown();
        });
        return done;
    }

    private void run(KafkaConsumer<byte[], byte[]> consumer) {
        try (consumer) {
            consumer.assign(plan.partitions());
            Map<TopicPartition, Long> ends = consumer.endOffsets(plan.partitions());
            consumer.seekToBeginning(plan.partitions());
            long endNs = console.nanoTime() + plan.duration().toNanos();
            while (isOpen(endNs) && !isAtEnd(consumer, ends)) {
                long startNs = console.nanoTime();
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL_TIMEOUT);
                if (!polled.isEmpty()) {
                    counters.addAll(polled.count(), sizeBytes(polled), console.nanoTime() - startNs);
                }
            }
        } catch (KafkaException failed) {
            counters.fail(failed);
        }
    }

    private boolean isOpen(long endNs) {
        return !stopped && counters.records() < plan.records() && console.nanoTime() < endNs;
    }

    private static boolean isAtEnd(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static long sizeBytes(ConsumerRecords<byte[], byte[]> polled) {
        long sizeBytes = 0;
        for (ConsumerRecord<byte[], byte[]> each : polled) {
            sizeBytes += Math.max(0, each.serializedValueSize());
        }
        return sizeBytes;
    }
}
