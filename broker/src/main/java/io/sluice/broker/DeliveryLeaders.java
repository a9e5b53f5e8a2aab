package io.sluice.broker;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.delivery.ForwardedDeliveries;
import io.sluice.broker.delivery.PeerLetters;
import io.sluice.common.TopicId;
import java.util.List;

/** Who leads partitions of delivery groups, as the metadata of {@code nodeId} says. Any thread. */
record DeliveryLeaders(TopicService topics, ClusterService cluster, int nodeId)
        implements ForwardedDeliveries.Leaders, PeerLetters.Leaders {
    @Override
    public int elsewhere(DeliveryGroup group) {
        return elsewhere(group.topicId(), group.partition());
    }

    @Override
    public int elsewhere(TopicId topicId, int partition) {
        int leader = topics.find(topicId)
                .filter(topic -> partition >= 0 && partition < topic.partitionCount())
                .map(topic -> cluster.placement(topic, partition).leaderId())
                .orElse(nodeId);
        return leader == nodeId || leader <= 0 ? 0 : leader;
    }

    @Override
    public List<Integer> others() {
        return cluster.nodes().stream()
                .map(NodeInfo::id)
                .filter(id -> id != nodeId)
                .toList();
    }
}
