package io.sluice.broker.topic;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.append.AppendRules;
import io.sluice.broker.config.TopicConfig;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.PartitionReplica;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A topic of this node. Its partitions are made when somebody asks for them, so that a topic with many costs little
 * until it is used. Changed by {@link TopicFollower} only; any thread reads.
 *
 * <pre>
 *   OPENING ──its partitions are open──► OPEN ◄──┐
 *      │                                  │  └───┴ more partitions, other configurations
 *      └───────────deleted────────────────┴────► DELETED
 * </pre>
 */
final class LocalTopic implements Topic {
    private enum Stage {
        OPENING,
        OPEN,
        DELETED
    }

    /** Nothing new is to be seen. */
    static final int NOTHING_SHOWN = -1;

    private final DataShards shards;
    private final PartitionPaths paths;
    private volatile MetadataState.Versioned wanted;
    private volatile Rules rules;
    private volatile AtomicReferenceArray<LocalPartition> partitions;
    private volatile Stage stage = Stage.OPENING;

    private record Rules(TopicConfig config, TopicSettings settings, AppendRules append, boolean isStream) {
        static Rules of(TopicConfig config) {
            TopicSettings settings = config.settings();
            return new Rules(
                    config,
                    settings,
                    AppendRules.of(settings, config.segments().segmentBytesMax()),
                    config.topic().get(TopicConfigs.REDIS_IDS).equals("time"));
        }
    }

    LocalTopic(MetadataState.Versioned created, TopicConfig config, DataShards shards, PartitionPaths paths) {
        this.wanted = created;
        this.rules = Rules.of(config);
        this.shards = shards;
        this.paths = paths;
        this.partitions = new AtomicReferenceArray<>(created.topic().partitionCount());
    }

    @Override
    public String name() {
        return wanted.topic().name();
    }

    @Override
    public TopicId id() {
        return wanted.topic().id();
    }

    @Override
    public int partitionCount() {
        return partitions.length();
    }

    /**
     * For topics that are or were open; what other nodes keep is an {@link AbsentPartition}. Throws {@link
     * IllegalStateException} for the answer of a mere validation. Whoever found the topic just before it was deleted gets
     * a partition that says so.
     */
    @Override
    public Partition partition(int index) {
        LocalPartition known = partitions.get(index);
        return known != null ? known : makePartition(index);
    }

    /** Under the lock, so that a partition made while the array grows is not lost. */
    private synchronized Partition makePartition(int index) {
        Optional<PartitionReplica> replica = shards.find(wanted.topic().shard(index), id(), index);
        if (replica.isEmpty() && isDeleted()) {
            return new AbsentPartition(this, index, paths.appender(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (replica.isEmpty() && isOpen()) {
            return new AbsentPartition(this, index, paths.appender(), ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        PartitionReplica open = replica.orElseThrow(
                () -> new IllegalStateException("partition " + name() + "-" + index + " is not open"));
        partitions.compareAndSet(index, null, new LocalPartition(this, open, paths));
        return partitions.get(index);
    }

    @Override
    public TopicSettings settings() {
        return rules.settings();
    }

    @Override
    public boolean isDeleted() {
        return stage == Stage.DELETED;
    }

    /** Whether a stream made it: then its records come through the stream only. */
    boolean isStream() {
        return rules.isStream();
    }

    boolean isOpen() {
        return stage == Stage.OPEN;
    }

    /**
     * Its first so many partitions are open in their shards, as far as that is this node's business. Answers how many were to be seen before, 0 if the topic was
     * not, {@link #NOTHING_SHOWN} if nothing changes.
     */
    synchronized int show(int partitionCount) {
        AtomicReferenceArray<LocalPartition> before = partitions;
        if (stage == Stage.DELETED || (stage == Stage.OPEN && before.length() >= partitionCount)) {
            return NOTHING_SHOWN;
        }
        if (before.length() < partitionCount) {
            AtomicReferenceArray<LocalPartition> more = new AtomicReferenceArray<>(partitionCount);
            for (int i = 0; i < before.length(); i++) {
                more.set(i, before.get(i));
            }
            partitions = more;
        }
        boolean wasOpen = stage == Stage.OPEN;
        stage = Stage.OPEN;
        return wasOpen ? before.length() : 0;
    }

    /** The metadata has it like this from now on; partitions that are new are shown by {@link #show}. */
    void become(MetadataState.Versioned changed, TopicConfig config) {
        wanted = changed;
        rules = Rules.of(config);
    }

    synchronized void deleted() {
        stage = Stage.DELETED;
    }

    AppendRules rules() {
        return rules.append();
    }

    TopicConfig config() {
        return rules.config();
    }

    /** As the metadata has it; it may have partitions that are not open yet. */
    MetadataState.Versioned wanted() {
        return wanted;
    }
}
