package io.sluice.broker;

import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.config.DeliveryConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.config.ShareConfigs;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.broker.delivery.LocalDeliveries;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.Lots;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The partitions of this node as deliveries need them, and what becomes of their topics. Any thread. */
record DeliveryNode(
        LocalTopics topics,
        ReplicationShards shardsOfNode,
        LiveConfigs live,
        Shard metadata,
        Clock clock,
        LocalDeliveries deliveries,
        Lots<TopicId> gone)
        implements LocalDeliveries.Node, TopicListener {
    DeliveryNode(
            LocalTopics topics,
            ReplicationShards shardsOfNode,
            LiveConfigs live,
            Shard metadata,
            Clock clock,
            LocalDeliveries deliveries) {
        this(
                topics,
                shardsOfNode,
                live,
                metadata,
                clock,
                deliveries,
                new Lots<>(ids -> deliveries.forgetTopics(Set.copyOf(ids))));
    }

    @Override
    public Optional<Topic> topic(TopicId id) {
        return topics.find(id);
    }

    @Override
    public Optional<PartitionReplica> replica(TopicId id, int partition) {
        return topics.replica(id, partition);
    }

    @Override
    public Map<Integer, Shard> shards() {
        return shardsOfNode.inUse();
    }

    @Override
    public Result<Topic> deadLetterTopic(Topic origin, DeadLetters how, Durability durability) {
        return how.topic().isEmpty() ? besideOrigin(origin, durability) : named(origin, how, durability);
    }

    /** Whoever configures a group must not write through it where nobody expects that: such a topic says that it takes them. */
    private Result<Topic> named(Topic origin, DeadLetters how, Durability durability) {
        String name = how.topic();
        String prefix = live.get(ShareConfigs.DEAD_LETTER_PREFIX);
        if (how.isAsInKafka() && !name.startsWith(prefix)) {
            return Result.failed(
                    ErrorCode.POLICY_VIOLATION,
                    "the name of " + name + " does not begin with " + prefix + ", "
                            + ShareConfigs.DEAD_LETTER_PREFIX.name());
        }
        Optional<Topic> known = topics.find(name);
        if (known.isEmpty()) {
            return how.isAsInKafka() && !live.get(ShareConfigs.DEAD_LETTER_TOPIC_CREATE)
                    ? Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no topic " + name)
                    : create(name, origin.partitionCount(), durability);
        }
        String takes = known.get().settings().explicit().get(TopicConfigs.DEAD_LETTERS_TAKEN.name());
        return Boolean.parseBoolean(takes)
                ? Result.of(known.get())
                : Result.failed(
                        ErrorCode.POLICY_VIOLATION,
                        "topic " + name + " takes no dead letters: " + TopicConfigs.DEAD_LETTERS_TAKEN.name()
                                + " is not true");
    }

    private Result<Topic> create(String name, int partitionCount, Durability durability) {
        Map<String, String> configs = Map.of(
                TopicConfigs.DURABILITY.name(),
                durability.name().toLowerCase(Locale.ROOT),
                TopicConfigs.DEAD_LETTERS_TAKEN.name(),
                "true");
        return topics.create(new NewTopic(name, partitionCount, -1, configs), false)
                .join();
    }

    /** It has the origin's partitions, each in its origin's shard. */
    private Result<Topic> besideOrigin(Topic origin, Durability durability) {
        String name = origin.name() + DeliveryConfigs.DEAD_LETTER_SUFFIX;
        Optional<Topic> known = topics.find(name);
        int partitionCount = origin.partitionCount();
        if (known.isPresent() && known.get().partitionCount() >= partitionCount) {
            return Result.of(known.get());
        }
        if (known.isPresent()) {
            return topics.addPartitions(known.get().id(), partitionCount, false).join();
        }
        return create(name, partitionCount, durability);
    }

    @Override
    public CompletableFuture<Boolean> newestOptions() {
        return metadata.catchUp();
    }

    @Override
    public long wallMs() {
        return clock.wallMs();
    }

    @Override
    public void created(Topic topic) {}

    @Override
    public void partitionsAdded(Topic topic, int before) {}

    @Override
    public void deleted(Topic topic) {
        var unused = gone.add(topic.id());
    }
}
