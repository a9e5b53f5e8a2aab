package io.sluice.broker.group.stored;

import io.sluice.broker.api.GroupService.TopicPartition;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The replicated part of one group. Owner: the shard's apply thread; changed by {@link StoredGroups} only. */
public final class StoredGroup {
    private final String id;
    private final NavigableMap<String, NavigableMap<Integer, StoredOffset>> offsets = new TreeMap<>();
    private @Nullable ConsumerGroupState consumer;
    private @Nullable ShareGroupState share;
    private Roster roster;
    private int highestGeneration;

    StoredGroup(String id, Roster roster, int highestGeneration) {
        this.id = id;
        this.roster = roster;
        this.highestGeneration = highestGeneration;
    }

    /** Its name. */
    public String id() {
        return id;
    }

    /** The last completed generation. */
    public Roster roster() {
        return roster;
    }

    /** What it is as a group of the consumer protocol; null while it is a classic one. */
    @Nullable
    public ConsumerGroupState consumer() {
        return consumer;
    }

    void setConsumer(@Nullable ConsumerGroupState newConsumer) {
        consumer = newConsumer;
    }

    /** What it is as a share group; null if it is none. */
    @Nullable
    public ShareGroupState share() {
        return share;
    }

    void setShare(@Nullable ShareGroupState newShare) {
        share = newShare;
    }

    /** No member was ever told a higher one, be it a generation or an epoch. */
    public int highestGeneration() {
        return highestGeneration;
    }

    /** By topic, then partition; no topic without an offset. */
    public NavigableMap<String, NavigableMap<Integer, StoredOffset>> offsets() {
        return offsets;
    }

    /** Whether positions are kept for it. */
    public boolean hasOffsets() {
        return !offsets.isEmpty();
    }

    @Nullable
    public StoredOffset offset(TopicPartition partition) {
        NavigableMap<Integer, StoredOffset> ofTopic = offsets.get(partition.topic());
        return ofTopic == null ? null : ofTopic.get(partition.partition());
    }

    void setRoster(Roster newRoster, int newHighestGeneration) {
        roster = newRoster;
        highestGeneration = newHighestGeneration;
    }

    /** Sets the offset, or removes it if null; returns what was there before. */
    @Nullable
    StoredOffset putOffset(TopicPartition partition, @Nullable StoredOffset offset) {
        if (offset != null) {
            return offsets.computeIfAbsent(partition.topic(), topic -> new TreeMap<>())
                    .put(partition.partition(), offset);
        }
        NavigableMap<Integer, StoredOffset> ofTopic = offsets.get(partition.topic());
        if (ofTopic == null) {
            return null;
        }
        StoredOffset before = ofTopic.remove(partition.partition());
        if (ofTopic.isEmpty()) {
            offsets.remove(partition.topic());
        }
        return before;
    }

    /** Forgets what was committed for topics that are gone. Only while it is nobody's. */
    public void keepTopics(Predicate<String> exists) {
        offsets.keySet().removeIf(exists.negate());
    }

    /** Moves every time it has by so much: it comes from a shard whose clock is another one. Only while it is nobody's. */
    public void shiftTimes(long byMs) {
        roster = roster.shifted(byMs);
        if (consumer != null) {
            consumer.shiftTimes(byMs);
        }
        if (share != null) {
            share.shiftTimes(byMs);
        }
        offsets.values()
                .forEach(ofTopic -> ofTopic.replaceAll((partition, offset) -> new StoredOffset(
                        offset.offset(), offset.leaderEpoch(), offset.metadata(), offset.committedMs() + byMs)));
    }

    /** A committed offset and the shard time of its commit. */
    public record StoredOffset(long offset, int leaderEpoch, String metadata, long committedMs) {}
}
