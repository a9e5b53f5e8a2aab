package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.OpenFiles;
import io.sluice.log.PartitionLog;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions the shard has: a state machine driven by control entries. The apply thread changes it, any thread
 * looks up.
 */
final class PartitionTable {
    private final Shard shard;
    private final Disk disk;
    private final OpenFiles openFiles;
    private final Path directory;
    private final Map<TopicId, TopicEntry> topics = new ConcurrentHashMap<>();

    /** A topic's share of this shard; immutable, replaced when it changes. */
    record TopicEntry(
            TopicId id, long metadataVersion, SegmentSettings settings, List<@Nullable PartitionReplica> replicas) {}

    PartitionTable(Shard shard, Disk disk, OpenFiles openFiles, Path directory) {
        this.shard = shard;
        this.disk = disk;
        this.openFiles = openFiles;
        this.directory = directory;
    }

    @Nullable
    PartitionReplica find(TopicId topicId, int index) {
        TopicEntry topic = topics.get(topicId);
        return topic == null || index < 0 || index >= topic.replicas().size()
                ? null
                : topic.replicas().get(index);
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
        TopicEntry known = topics.get(open.topicId());
        boolean isOvertaken = known != null && known.metadataVersion() > open.metadataVersion();
        SegmentSettings settings = known != null && isOvertaken ? known.settings() : open.settings();
        List<@Nullable PartitionReplica> replicas = new ArrayList<>(known == null ? List.of() : known.replicas());
        List<PartitionReplica> made = new ArrayList<>();
        for (int index = open.firstPartition(); index < open.firstPartition() + open.count(); index++) {
            while (replicas.size() <= index) {
                replicas.add(null);
            }
            if (replicas.get(index) == null) {
                PartitionReplica replica = make(open, index, settings);
                replicas.set(index, replica);
                made.add(replica);
            }
        }
        if (known != null && !settings.equals(known.settings())) {
            present(known).forEach(replica -> replica.changeSettings(settings));
        }
        long newestVersion = known != null && isOvertaken ? known.metadataVersion() : open.metadataVersion();
        topics.put(open.topicId(), new TopicEntry(open.topicId(), newestVersion, settings, replicas));
        return made;
    }

    private PartitionReplica make(ControlEntry.Open open, int index, SegmentSettings settings) {
        PartitionImage image = PartitionImage.empty(open.topicId(), index, open.baseOffset(), open.epochBase());
        PartitionLog log =
                PartitionLog.create(disk, openFiles, directory(open.topicId(), index), settings, open.baseOffset());
        return new PartitionReplica(shard, image, log);
    }

    /** Puts a checkpointed topic in place, before replay. */
    void restoreTopic(TopicId id, long metadataVersion, SegmentSettings settings, int partitionCount) {
        List<@Nullable PartitionReplica> replicas = Arrays.asList(new PartitionReplica[partitionCount]);
        topics.put(id, new TopicEntry(id, metadataVersion, settings, replicas));
    }

    /** Puts a checkpointed partition in place, before replay; its topic was restored. */
    PartitionReplica restore(PartitionImage image) {
        TopicEntry topic = topics.get(image.topicId());
        if (topic == null) {
            throw new UnusableDirectoryException("the checkpoint names a partition of an unknown topic "
                    + image.topicId() + ": restore the directory from a backup");
        }
        PartitionLog log = PartitionLog.restore(
                        disk,
                        openFiles,
                        directory(image.topicId(), image.index()),
                        topic.settings(),
                        image.files(),
                        image.endOffset())
                .resume(image.compacted());
        PartitionReplica replica = new PartitionReplica(shard, image, log);
        topic.replicas().set(image.index(), replica);
        return replica;
    }

    /**
     * Makes the table that of another node's checkpoint; answers its partitions with their encoded images. Partitions that
     * are known stay the objects they are.
     */
    Map<PartitionReplica, byte[]> replace(CheckpointFile.Content content) {
        Map<TopicId, TopicEntry> before = Map.copyOf(topics);
        for (CheckpointFile.TopicImage topic : content.topics()) {
            restoreTopic(topic.id(), topic.metadataVersion(), topic.settings(), topic.partitionCount());
        }
        Map<PartitionReplica, byte[]> restored = new LinkedHashMap<>();
        for (byte[] encoded : content.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            restored.put(replace(image, before.get(image.topicId())), encoded);
        }
        topics.keySet()
                .retainAll(content.topics().stream()
                        .map(CheckpointFile.TopicImage::id)
                        .collect(Collectors.toSet()));
        for (TopicEntry topic : before.values()) {
            present(topic).stream()
                    .filter(replica -> !restored.containsKey(replica))
                    .forEach(PartitionReplica::drop);
        }
        return restored;
    }

    private PartitionReplica replace(PartitionImage image, @Nullable TopicEntry before) {
        PartitionReplica made = restore(image);
        PartitionReplica known =
                before == null || image.index() >= before.replicas().size()
                        ? null
                        : before.replicas().get(image.index());
        TopicEntry topic = topics.get(image.topicId());
        if (known == null || topic == null) {
            return made;
        }
        known.become(image, made.log());
        topic.replicas().set(image.index(), known);
        return known;
    }

    /** Applies a configure entry: batches that are applied later roll by it. */
    void configure(ControlEntry.Configure configure) {
        TopicEntry known = topics.get(configure.topicId());
        if (known == null || known.metadataVersion() > configure.metadataVersion()) {
            return;
        }
        topics.put(
                known.id(),
                new TopicEntry(known.id(), configure.metadataVersion(), configure.settings(), known.replicas()));
        present(known).forEach(replica -> replica.changeSettings(configure.settings()));
    }

    /** Applies a drop entry; answers the partitions that are gone. */
    List<PartitionReplica> drop(TopicId topicId) {
        TopicEntry known = topics.remove(topicId);
        return known == null ? List.of() : present(known);
    }

    static List<PartitionReplica> present(TopicEntry topic) {
        List<PartitionReplica> present = new ArrayList<>(topic.replicas().size());
        for (PartitionReplica replica : topic.replicas()) {
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

    Path directory(TopicId topicId, int index) {
        return DataDirectory.partition(directory, topicId, index);
    }
}
