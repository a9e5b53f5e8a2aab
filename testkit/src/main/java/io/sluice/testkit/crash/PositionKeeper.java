package io.sluice.testkit.crash;

import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Commits positions of a group again and again, and asks for them: what was acknowledged never goes back. */
final class PositionKeeper implements AutoCloseable {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int JOIN_LIMIT_MS = 25_000;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, Long> floors = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile long commits;

    PositionKeeper(String address, List<TopicPartition> partitions) {
        thread = Thread.ofPlatform().daemon().name("position-keeper").start(() -> keep(address, partitions));
    }

    private void keep(String address, List<TopicPartition> partitions) {
        Map<String, Object> settings = TopicReader.settings(address);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "positions");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            for (long position = 1; !stopping; position++) {
                commit(consumer, partitions, position);
                compare(consumer, partitions);
                Stopwatch.sleep(PAUSE);
            }
        }
    }

    /** One that fails may have happened or not. */
    private void commit(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, long position) {
        Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, new OffsetAndMetadata(position)));
        try {
            consumer.commitSync(wanted, ASK_LIMIT);
            partitions.forEach(partition -> floors.put(partition, position));
            commits++;
        } catch (KafkaException unknown) {
            Stopwatch.sleep(PAUSE);
        }
    }

    private void compare(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        try {
            Map<TopicPartition, OffsetAndMetadata> answer = consumer.committed(new HashSet<>(partitions), ASK_LIMIT);
            floors.forEach((partition, floor) -> {
                OffsetAndMetadata position = answer.get(partition);
                if (position == null || position.offset() < floor) {
                    failures.add("committed position of " + partition + " went back from " + floor + " to " + position);
                }
            });
        } catch (KafkaException unanswered) {
            Stopwatch.sleep(PAUSE);
        }
    }

    /** Ends; what went wrong, in words. */
    List<String> finish() {
        stopping = true;
        try {
            thread.join(JOIN_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (commits == 0) {
            failures.add("no position was ever committed");
        }
        return failures.stream().limit(10).toList();
    }

    @Override
    public void close() {
        stopping = true;
    }
}
