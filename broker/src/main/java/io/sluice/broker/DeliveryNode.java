package io.sluice.broker;

import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.config.DeliveryConfigs;
import io.sluice.broker.delivery.LocalDeliveries;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.common.Clock;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The partitions of this node as deliveries need them, and what becomes of their topics. Any thread. */
record DeliveryNode(LocalTopics topics, ReplicationShards shardsOfNode, Clock clock, LocalDeliveries deliveries)
        implements LocalDeliveries.Node, TopicListener {
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
    public Result<Topic> deadLetterTopic(Topic origin, Durability durability) {
        String name = origin.name() + DeliveryConfigs.DEAD_LETTER_SUFFIX;
        Optional<Topic> known = topics.find(name);
        int partitionCount = origin.partitionCount();
        if (known.isPresent() && known.get().partitionCount() >= partitionCount) {
            return Result.of(known.get());
        }
        if (known.isPresent()) {
            return topics.addPartitions(known.get().id(), partitionCount, false).join();
        }
        Map<String, String> configs =
                Map.of("sluice.durability", durability.name().toLowerCase(Locale.ROOT));
        return topics.create(new NewTopic(name, partitionCount, -1, configs), false)
                .join();
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
        var unused = deliveries.forgetTopic(topic.id());
    }
}
