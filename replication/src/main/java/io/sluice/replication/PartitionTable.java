package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.LogPlace;
import io.sluice.log.Packs;
import io.sluice.log.PartitionLog;
import io.sluice.log.SegmentSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions the shard has: a state machine driven by control entries. The apply thread changes it, any thread
 * looks up.
 */
final class PartitionTable {
    private final Shard shard;
    private final Packs packs;
    private final Path directory;
    private final Map<TopicId, TopicEntry> topics = new ConcurrentHashMap<>();

    /** The writing thread's. */
    private @Nullable SegmentSettings lastSettings;

    private final UnaryOperator<TopicId> sameIds;

    /** A topic's share of this shard, replaced when it changes; most of many topics have one partition. */
    static final class TopicEntry {
        private final TopicId id;
        private final long metadataVersion;
        private final SegmentSettings settings;
        private final @Nullable PartitionReplica[] replicas;

        private TopicEntry(
                TopicId id, long metadataVersion, SegmentSettings settings, @Nullable PartitionReplica[] replicas) {
            this.id = id;
            this.metadataVersion = metadataVersion;
            this.settings = settings;
            this.replicas = replicas;
        }

        TopicId id() {
            return id;
        }

        long metadataVersion() {
            return metadataVersion;
        }

        SegmentSettings settings() {
            return settings;
        }

        /** Those that are elsewhere included. */
        int partitionCount() {
            return replicas.length;
        }

        @Nullable
        PartitionReplica replica(int index) {
            return index < 0 || index >= replicas.length ? null : replicas[index];
        }

        /** Before others see this entry. */
        private PartitionReplica put(int index, PartitionReplica replica) {
            replicas[index] = replica;
            return replica;
        }
    }

    /** {@code packs} lie in the directory too; {@code sameIds} as in {@link ShardSpec}. */
    PartitionTable(Shard shard, Packs packs, Path directory, UnaryOperator<TopicId> sameIds) {
        this.sameIds = sameIds;
        this.shard = shard;
        this.packs = packs;
        this.directory = directory;
    }

    Packs packs() {
        return packs;
    }

    @Nullable
    PartitionReplica find(TopicId topicId, int index) {
        TopicEntry topic = topics.get(topicId);
        return topic == null ? null : topic.replica(index);
    }

    Optional<SegmentSettings> segments(TopicId topicId) {
        return Optional.ofNullable(topics.get(topicId)).map(TopicEntry::settings);
    }

    Collection<TopicEntry> topics() {
        return topics.values();
    }

    Path directory() {
        return directory;
    }

    /** Applies an open entry: answers the partitions it made. */
    List<PartitionReplica> open(ControlEntry.Open open) {
        int endPartition = open.firstPartition() + open.count();
        TopicEntry topic = copied(open.topicId(), open.metadataVersion(), open.settings(), endPartition);
        List<PartitionReplica> made = new ArrayList<>(open.count());
        for (int index = open.firstPartition(); index < endPartition; index++) {
            if (topic.replicas[index] == null) {
                PartitionImage image = PartitionImage.empty(topic.id(), index, open.baseOffset(), open.epochBase());
                made.add(topic.put(index, emptyReplica(topic, image, open.baseOffset())));
            }
        }
        put(topic);
        return made;
    }

    /** What the topic is to become, its settings those that came unless newer ones are known; room for so many partitions. */
    private TopicEntry copied(TopicId topicId, long metadataVersion, SegmentSettings settings, int partitionCount) {
        TopicEntry known = topics.get(topicId);
        if (known == null) {
            return new TopicEntry(
                    sameIds.apply(topicId), metadataVersion, shared(settings), new PartitionReplica[partitionCount]);
        }
        boolean isOvertaken = known.metadataVersion() > metadataVersion;
        return new TopicEntry(
                known.id(),
                Math.max(known.metadataVersion(), metadataVersion),
                isOvertaken ? known.settings() : shared(settings),
                Arrays.copyOf(known.replicas, Math.max(known.partitionCount(), partitionCount)));
    }

    private PartitionReplica emptyReplica(TopicEntry topic, PartitionImage image, long baseOffset) {
        return new PartitionReplica(
                shard, image, place -> PartitionLog.create(packs, place, topic.settings(), baseOffset));
    }

    /** From now on others see it. */
    private void put(TopicEntry topic) {
        TopicEntry before = topics.put(topic.id(), topic);
        if (before != null && !before.settings().equals(topic.settings())) {
            present(topic).forEach(replica -> replica.changeSettings(topic.settings()));
        }
    }

    /** What took the place of something, and what that was. */
    record Exchange(PartitionReplica made, Optional<PartitionReplica> before) {}

    /** Applies an arrive entry; empty if what is here stays. */
    Optional<Exchange> arrive(ControlEntry.Arrive arrive) {
        TopicEntry known = topics.get(arrive.topicId());
        PartitionReplica before = known == null ? null : known.replica(arrive.partition());
        if (before != null && !givesWayTo(before, arrive)) {
            return Optional.empty();
        }
        TopicEntry topic =
                copied(arrive.topicId(), arrive.metadataVersion(), arrive.settings(), arrive.partition() + 1);
        PartitionImage image = PartitionImage.empty(
                topic.id(), arrive.partition(), arrive.baseOffset(), 0, Residence.arriving(arrive.move()));
        PartitionReplica made = topic.put(arrive.partition(), emptyReplica(topic, image, arrive.baseOffset()));
        put(topic);
        return Optional.of(new Exchange(made, Optional.ofNullable(before)));
    }

    private static boolean givesWayTo(PartitionReplica before, ControlEntry.Arrive arrive) {
        Residence residence = before.residence();
        return switch (residence.stage()) {
            case HOME, SEALED -> false;
            case GONE, ARRIVING -> residence.arrival() < arrive.move();
        };
    }

    /** Applies a leave entry; empty if it is about nothing that is here. */
    Optional<Exchange> leave(ControlEntry.Leave leave) {
        TopicEntry known = topics.get(leave.topicId());
        PartitionReplica before = known == null ? null : known.replica(leave.partition());
        if (known == null
                || before == null
                || (before.sealedFor() != leave.move() && before.arrivingBy() != leave.move())) {
            return Optional.empty();
        }
        TopicEntry topic = copied(known.id(), known.metadataVersion(), known.settings(), known.partitionCount());
        PartitionImage image = PartitionImage.empty(topic.id(), leave.partition(), 0, 0, Residence.gone(leave.move()));
        PartitionReplica made = topic.put(leave.partition(), emptyReplica(topic, image, 0));
        put(topic);
        return Optional.of(new Exchange(made, Optional.of(before)));
    }

    /** Those that are sealed or arriving. Any thread. */
    List<PartitionReplica> moving() {
        List<PartitionReplica> moving = new ArrayList<>();
        for (TopicEntry topic : topics.values()) {
            for (PartitionReplica replica : topic.replicas) {
                if (replica != null && (replica.sealedFor() != 0 || replica.arrivingBy() != 0)) {
                    moving.add(replica);
                }
            }
        }
        return moving;
    }

    /** One object for topics that are alike. */
    private SegmentSettings shared(SegmentSettings settings) {
        SegmentSettings known = lastSettings;
        if (known == null || !known.equals(settings)) {
            known = settings;
            lastSettings = known;
        }
        return known;
    }

    /** Puts a checkpointed topic in place, before replay. */
    void restoreTopic(TopicId id, long metadataVersion, SegmentSettings settings, int partitionCount) {
        TopicId same = sameIds.apply(id);
        topics.put(same, new TopicEntry(same, metadataVersion, shared(settings), new PartitionReplica[partitionCount]));
    }

    /** Puts a checkpointed partition in place, before replay; its topic was restored. */
    PartitionReplica restore(PartitionImage image) {
        TopicEntry topic = restoredTopic(image);
        PartitionReplica replica =
                new PartitionReplica(shard, image.of(topic.id()), place -> restoredLog(place, topic, image));
        return topic.put(image.index(), replica);
    }

    private TopicEntry restoredTopic(PartitionImage image) {
        TopicEntry topic = topics.get(image.topicId());
        if (topic == null || image.index() >= topic.partitionCount()) {
            throw new UnusableDirectoryException("the checkpoint names a partition of an unknown topic "
                    + image.topicId() + ": restore the directory from a backup");
        }
        return topic;
    }

    private PartitionLog restoredLog(LogPlace place, TopicEntry topic, PartitionImage image) {
        return PartitionLog.restore(packs, place, topic.settings(), image.files(), image.endOffset())
                .resume(image.compacted());
    }

    /** Makes the table that of another node's checkpoint. Partitions that are known stay the objects they are. */
    void replace(CheckpointFile.Content content) {
        Map<TopicId, TopicEntry> before = Map.copyOf(topics);
        for (CheckpointFile.TopicImage topic : content.topics()) {
            restoreTopic(topic.id(), topic.metadataVersion(), topic.settings(), topic.partitionCount());
        }
        Set<PartitionReplica> restored = new HashSet<>();
        for (byte[] encoded : content.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            restored.add(replace(image, before.get(image.topicId())));
        }
        topics.keySet()
                .retainAll(content.topics().stream()
                        .map(CheckpointFile.TopicImage::id)
                        .collect(Collectors.toSet()));
        for (TopicEntry topic : before.values()) {
            present(topic).stream()
                    .filter(replica -> !restored.contains(replica))
                    .forEach(PartitionReplica::drop);
        }
    }

    private PartitionReplica replace(PartitionImage image, @Nullable TopicEntry before) {
        PartitionReplica known = before == null ? null : before.replica(image.index());
        // What has come back meanwhile lies in another place: nobody must take it for what was here before.
        if (known == null || known.residence().arrival() != image.residence().arrival()) {
            return restore(image);
        }
        TopicEntry topic = restoredTopic(image);
        known.become(image, restoredLog(known, topic, image));
        return topic.put(image.index(), known);
    }

    /** Applies a configure entry: batches that are applied later roll by it. */
    void configure(ControlEntry.Configure configure) {
        TopicEntry known = topics.get(configure.topicId());
        if (known == null || known.metadataVersion() > configure.metadataVersion()) {
            return;
        }
        put(new TopicEntry(known.id(), configure.metadataVersion(), configure.settings(), known.replicas));
    }

    /** Applies a drop entry; answers the partitions that are gone. */
    List<PartitionReplica> drop(TopicId topicId) {
        TopicEntry known = topics.remove(topicId);
        return known == null ? List.of() : present(known);
    }

    /** All that are here. */
    List<PartitionReplica> present() {
        List<PartitionReplica> present = new ArrayList<>();
        for (TopicEntry topic : topics.values()) {
            present.addAll(present(topic));
        }
        return present;
    }

    /** Bytes that are in no segment yet; makes no objects, for it is asked twice a second. Any thread. */
    long unwrittenBytes() {
        long bytes = 0;
        for (TopicEntry topic : topics.values()) {
            for (PartitionReplica replica : topic.replicas) {
                PartitionTail tail = replica == null ? null : replica.tail();
                bytes += tail == null ? 0 : tail.unwrittenBytes();
            }
        }
        return bytes;
    }

    static List<PartitionReplica> present(TopicEntry topic) {
        List<PartitionReplica> present = new ArrayList<>(topic.partitionCount());
        for (PartitionReplica replica : topic.replicas) {
            if (replica != null) {
                present.add(replica);
            }
        }
        return present;
    }

    /** The error for a change of a partition that is not here. */
    ErrorCode missing(TopicId topicId, int index) {
        return find(topicId, index) == null ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.NONE;
    }

    Path directory(TopicId topicId, int index, long arrival) {
        return DataDirectory.partition(directory, topicId, index, arrival);
    }
}
