package io.sluice.it.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer of a classic group in a thread of its own: polls, notes what it read by (partition, offset), commits after
 * each poll. {@link #die()} goes without a word, as a killed process does.
 */
final class GroupMember implements AutoCloseable {
    private final ConcurrentMap<String, Integer> reads;
    private final Thread thread;
    private volatile Set<TopicPartition> assignment = Set.of();
    private volatile Optional<KafkaException> failure = Optional.empty();
    private volatile End end = End.NONE;

    private enum End {
        NONE,
        LEAVE,
        DIE
    }

    /** Joins {@code group} at once; {@code reads} counts how often each record was read, by all members together. */
    GroupMember(String address, String group, String topic, ConcurrentMap<String, Integer> reads) {
        this.reads = reads;
        thread = Thread.ofPlatform().daemon().start(() -> consume(settings(address, group), topic));
    }

    private static Map<String, Object> settings(String address, String group) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 300);
        return settings;
    }

    private void consume(Map<String, Object> settings, String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
        try {
            consumer.subscribe(List.of(topic));
            while (end == End.NONE) {
                pollOnce(consumer);
            }
        } catch (KafkaException e) {
            failure = Optional.of(e);
        } finally {
            consumer.close(end == End.DIE ? silently() : CloseOptions.timeout(Duration.ofSeconds(10)));
        }
    }

    private static CloseOptions silently() {
        return CloseOptions.timeout(Duration.ofSeconds(5))
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
    }

    private void pollOnce(KafkaConsumer<byte[], byte[]> consumer) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            reads.merge(record.partition() + ":" + record.offset(), 1, Integer::sum);
        }
        assignment = Set.copyOf(consumer.assignment());
        try {
            consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException e) {
            return; // The next poll joins again; what was not committed is read again.
        }
    }

    Set<TopicPartition> assignment() {
        return assignment;
    }

    Optional<KafkaException> failure() {
        return failure;
    }

    /** Leaves the group in order. */
    void leave() {
        finish(End.LEAVE);
    }

    /** Stops without telling the broker. */
    void die() {
        finish(End.DIE);
    }

    private void finish(End how) {
        if (end == End.NONE) {
            end = how;
        }
        assignment = Set.of();
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assignment = Set.of();
    }

    @Override
    public void close() {
        finish(End.LEAVE);
    }
}
