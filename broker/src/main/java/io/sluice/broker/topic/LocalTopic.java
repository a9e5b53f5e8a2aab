package io.sluice.broker.topic;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.append.AppendRules;
import io.sluice.broker.config.TopicConfig;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A topic of this node. Its partitions are made when somebody asks for them, so that a topic with many costs little
 * until it is used.
 *
 * <pre>
 *   OPENING ──its partitions are open──► OPEN
 *      └───────────deleted───────────────┴────► DELETED
 * </pre>
 */
final class LocalTopic implements Topic {
    private enum Stage {
        OPENING,
        OPEN,
        DELETED
    }

    private final TopicRecord topic;
    private final long version;
    private final TopicConfig config;
    private final TopicSettings settings;
    private final AppendRules rules;
    private final DataShards shards;
    private final PartitionPaths paths;
    private final AtomicReferenceArray<LocalPartition> partitions;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.OPENING);

    LocalTopic(MetadataState.Versioned created, TopicConfig config, DataShards shards, PartitionPaths paths) {
        this.topic = created.topic();
        this.version = created.version();
        this.config = config;
        this.settings = config.settings();
        this.rules = AppendRules.of(settings, config.segments().segmentBytesMax());
        this.shards = shards;
        this.paths = paths;
        this.partitions = new AtomicReferenceArray<>(topic.partitionCount());
    }

    @Override
    public String name() {
        return topic.name();
    }

    @Override
    public TopicId id() {
        return topic.id();
    }

    @Override
    public int partitionCount() {
        return topic.partitionCount();
    }

    /** For topics that are open; throws {@link IllegalStateException} for the answer of a mere validation. */
    @Override
    public Partition partition(int index) {
        LocalPartition known = partitions.get(index);
        if (known != null) {
            return known;
        }
        PartitionReplica replica = shards.find(topic.durability(), topic.id(), index)
                .orElseThrow(
                        () -> new IllegalStateException("partition " + topic.name() + "-" + index + " is not open"));
        partitions.compareAndSet(index, null, new LocalPartition(this, replica, paths));
        return partitions.get(index);
    }

    @Override
    public TopicSettings settings() {
        return settings;
    }

    @Override
    public boolean isDeleted() {
        return stage.get() == Stage.DELETED;
    }

    boolean isOpen() {
        return stage.get() == Stage.OPEN;
    }

    void opened() {
        stage.compareAndSet(Stage.OPENING, Stage.OPEN);
    }

    void deleted() {
        stage.set(Stage.DELETED);
    }

    AppendRules rules() {
        return rules;
    }

    TopicConfig config() {
        return config;
    }

    Durability durability() {
        return topic.durability();
    }

    /** Version of the metadata that created it. */
    long version() {
        return version;
    }
}
