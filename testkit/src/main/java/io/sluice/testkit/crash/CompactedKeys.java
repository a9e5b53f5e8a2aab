package io.sluice.testkit.crash;

import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer writes and deletes keys of a compacted topic, and a reader follows, whatever happens meanwhile. In the
 * end the last value of each key is there, what was deleted is not, and ends and offsets are what the producer was told. Owner:
 * one thread.
 */
public final class CompactedKeys implements AutoCloseable {
    private static final int KEYS = 40;
    private static final int BURST = 20;
    private static final Duration LOOK = Duration.ofMillis(20);

    /** As much compaction as there can be; tombstones go with the second pass over them. */
    public static final Map<String, String> TOPIC_CONFIGS = Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", "1048576",
            "segment.ms", "500",
            "min.cleanable.dirty.ratio", "0.01",
            "delete.retention.ms", "0");

    private final String addresses;
    private final List<TopicPartition> partitions;
    private final Duration rest;
    private final SplittableRandom random;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    /** Offsets of what was acknowledged, by what was sent how manyth. */
    private final Map<TopicPartition, ConcurrentSkipListMap<Integer, Long>> given = new ConcurrentHashMap<>();

    private final Map<TopicPartition, Map<String, String>> newest = new HashMap<>();
    private final List<Thread> threads;
    private volatile boolean isOver;

    /** Into a topic that is there, with a rest after every 20 records. */
    public CompactedKeys(String addresses, String topic, int partitionCount, Duration rest, long seed) {
        this.addresses = addresses;
        this.rest = rest;
        partitions = TopicReader.partitionsOf(List.of(topic), partitionCount);
        random = new SplittableRandom(seed);
        threads = List.of(start("keys-producer", this::produce), start("keys-reader", this::follow));
    }

    private static Thread start(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).start(task);
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private void produce() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(PatientProducer.settings(addresses))) {
            for (int count = 0; !isOver; count++) {
                TopicPartition target = partitions.get(random.nextInt(partitions.size()));
                // The first keys are written once and never again: they live where compaction leaves little else.
                int key = count < KEYS ? count : KEYS / 4 + random.nextInt(KEYS);
                send(
                        producer,
                        count,
                        target,
                        "key" + key,
                        random.nextInt(6) == 0 ? null : count + "-" + "x".repeat(100));
                if (count % BURST == 0) {
                    TimeUnit.NANOSECONDS.sleep(rest.toNanos());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            failures.add("the producer of keys: " + failure);
        }
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer,
            int number,
            TopicPartition target,
            String key,
            @Nullable String value) {
        Map<String, String> values = newest.computeIfAbsent(target, first -> new HashMap<>());
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        producer.send(
                new ProducerRecord<>(target.topic(), target.partition(), bytes(key), bytes(value)),
                (metadata, failure) -> {
                    if (failure != null) {
                        failures.add(target + ": " + failure);
                        return;
                    }
                    given.computeIfAbsent(target, first -> new ConcurrentSkipListMap<>())
                            .put(number, metadata.offset());
                    acknowledged.incrementAndGet();
                });
    }

    /** It follows all the time: offsets may be passed over, and never come again. */
    private void follow() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(TopicReader.settings(addresses))) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!isOver) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    TopicPartition from = new TopicPartition(record.topic(), record.partition());
                    long expected = positions.getOrDefault(from, 0L);
                    if (record.offset() < expected) {
                        failures.add(from + " went back from " + expected + " to " + record.offset());
                    }
                    positions.put(from, record.offset() + 1);
                });
            }
        } catch (RuntimeException failure) {
            failures.add("the reader of keys: " + failure);
        }
    }

    /** Records that were acknowledged so far. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** Returns when so many more are acknowledged. */
    public void awaitMore(int records, Duration limit) {
        int enough = acknowledged.get() + records;
        Stopwatch watch = Stopwatch.started();
        while (acknowledged.get() < enough) {
            if (watch.hasPassed(limit)) {
                throw new IllegalStateException("after " + limit + " no " + records + " more keys are acknowledged");
            }
            Stopwatch.sleep(LOOK);
        }
    }

    /** Ends producer and reader, reads everything, and answers what was wrong; nothing takes longer than {@code limit}. */
    public List<String> finish(Duration limit) {
        isOver = true;
        for (Thread thread : threads) {
            try {
                thread.join(limit);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + thread.getName(), e);
            }
            if (thread.isAlive()) {
                return List.of(thread.getName() + " does not end");
            }
        }
        if (failures.isEmpty()) {
            compare(limit);
        }
        return failures.stream().limit(10).toList();
    }

    private void compare(Duration limit) {
        Map<TopicPartition, Map<String, String>> seen = new HashMap<>();
        Map<TopicPartition, Long> found = TopicReader.forEach(addresses, partitions, limit, record -> {
            Map<String, String> values = seen.computeIfAbsent(
                    new TopicPartition(record.topic(), record.partition()), first -> new HashMap<>());
            String key = new String(record.key(), StandardCharsets.UTF_8);
            values.remove(key);
            if (record.value() != null) {
                values.put(key, new String(record.value(), StandardCharsets.UTF_8));
            }
        });
        Map<TopicPartition, Long> ends = new HashMap<>();
        given.forEach((partition, offsets) -> ends.put(partition, endOf(partition, offsets)));
        if (!found.equals(ends)) {
            failures.add("the ends of keys are " + found + ", the producer was told " + ends);
        }
        for (TopicPartition partition : partitions) {
            compare(partition, newest.getOrDefault(partition, Map.of()), seen.getOrDefault(partition, Map.of()));
        }
    }

    /**
     * In the order in which they were sent, not in that of the acknowledgements: one that a node could not give any more comes
     * after those of later records, when the record has been sent again and is found to be there.
     */
    private long endOf(TopicPartition partition, SortedMap<Integer, Long> offsets) {
        long end = 0;
        for (long offset : offsets.values()) {
            if (offset < end) {
                failures.add(partition + ": " + offset + " was given behind " + end);
            }
            end = offset + 1;
        }
        return end;
    }

    private void compare(TopicPartition partition, Map<String, String> expected, Map<String, String> seen) {
        List<String> keys = new ArrayList<>(expected.keySet());
        seen.keySet().stream().filter(key -> !expected.containsKey(key)).forEach(keys::add);
        for (String key : keys) {
            if (!Objects.equals(expected.get(key), seen.get(key))) {
                failures.add("%s %s is %s instead of %s".formatted(partition, key, seen.get(key), expected.get(key)));
            }
        }
    }

    @Override
    public void close() {
        isOver = true;
        threads.forEach(Thread::interrupt);
    }
}
