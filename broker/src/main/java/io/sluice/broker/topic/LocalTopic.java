package io.sluice.broker.topic;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.append.AppendRules;
import io.sluice.broker.config.TopicConfig;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.PartitionReplica;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

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
    private volatile TopicRules rules;
    private volatile int partitionCount;

    /** Null until somebody asks for one: most topics of many are never used. */
    private volatile @Nullable AtomicReferenceArray<LocalPartition> partitions;

    private volatile Stage stage = Stage.OPENING;

    LocalTopic(MetadataState.Versioned created, TopicRules rules, DataShards shards, PartitionPaths paths) {
        this.wanted = created;
        this.rules = rules;
        this.shards = shards;
        this.paths = paths;
        this.partitionCount = created.topic().partitionCount();
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
        return partitionCount;
    }

    /**
     * For topics that are or were open; what other nodes keep is an {@link AbsentPartition}. Throws {@link
     * IllegalStateException} for the answer of a mere validation. Whoever found the topic just before it was deleted gets
     * a partition that says so.
     */
    @Override
    public Partition partition(int index) {
        Objects.checkIndex(index, partitionCount);
        AtomicReferenceArray<LocalPartition> made = partitions;
        LocalPartition known = made == null ? null : made.get(index);
        return known != null && known.isHere() ? known : makePartition(index);
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
        AtomicReferenceArray<LocalPartition> made = partitions;
        if (made == null) {
            made = new AtomicReferenceArray<>(partitionCount);
            partitions = made;
        }
        LocalPartition known = made.get(index);
        if (known == null || !known.isOf(open)) {
            known = new LocalPartition(this, open, paths);
            made.set(index, known);
        }
        open.keepKeys(rules.settings().cleanup().compacts());
        return known;
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
    synchronized int show(int shownCount) {
        int before = partitionCount;
        if (stage == Stage.DELETED || (stage == Stage.OPEN && before >= shownCount)) {
            return NOTHING_SHOWN;
        }
        if (before < shownCount) {
            AtomicReferenceArray<LocalPartition> made = partitions;
            if (made != null) {
                AtomicReferenceArray<LocalPartition> more = new AtomicReferenceArray<>(shownCount);
                for (int i = 0; i < made.length(); i++) {
                    more.set(i, made.get(i));
                }
                partitions = more;
            }
            partitionCount = shownCount;
        }
        boolean wasOpen = stage == Stage.OPEN;
        stage = Stage.OPEN;
        return wasOpen ? before : 0;
    }

    /** The metadata has it like this from now on; partitions that are new are shown by {@link #show}. */
    synchronized void become(MetadataState.Versioned changed, TopicRules changedRules) {
        wanted = changed;
        rules = changedRules;
        AtomicReferenceArray<LocalPartition> made = partitions;
        for (int index = 0; made != null && index < made.length(); index++) {
            LocalPartition known = made.get(index);
            if (known != null && known.shardId() != changed.topic().shard(index)) {
                // Who asks next gets it as its new shard has it.
                made.set(index, null);
            } else if (known != null) {
                known.keepKeys(rules.settings().cleanup().compacts());
            }
        }
    }

    synchronized void deleted() {
        stage = Stage.DELETED;
    }

    AppendRules rules() {
        return rules.append();
    }

    /** When its segments end. */
    SegmentSettings segments() {
        return rules.segments();
    }

    TopicConfig config() {
        return rules.config();
    }

    /** As the metadata has it; it may have partitions that are not open yet. */
    MetadataState.Versioned wanted() {
        return wanted;
    }
}
