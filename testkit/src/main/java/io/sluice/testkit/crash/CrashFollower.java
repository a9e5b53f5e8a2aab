package io.sluice.testkit.crash;

import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer that follows all partitions through every crash and remembers what it saw: what was once read may never
 * change or go. An offset out of range would mean that the log got shorter, and is a failure.
 */
final class CrashFollower implements AutoCloseable {
    private final ReadHistory seen = new ReadHistory();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopping;

    CrashFollower(String address, CrashPlan plan) {
        thread = Thread.ofPlatform().daemon().name("crash-follower").start(() -> follow(address, plan));
    }

    private void follow(String address, CrashPlan plan) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(TopicReader.settings(address))) {
            consumer.assign(plan.allPartitions());
            plan.allPartitions().forEach(partition -> consumer.seek(partition, 0));
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    seen.saw(new TopicPartition(record.topic(), record.partition()), record.offset(), record.value());
                }
            }
        } catch (KafkaException e) {
            failures.add("follower: " + e);
        }
    }

    ReadHistory seen() {
        return seen;
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ends the reading; everything seen is in {@link #seen()} afterwards. */
    void finish() {
        stopping = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finish();
    }
}
