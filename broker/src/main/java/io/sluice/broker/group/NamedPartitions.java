package io.sluice.broker.group;

import io.sluice.broker.group.assign.PartitionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Partitions by topic name, which is how classic members speak, and by topic id, which is how consumer groups keep them. */
final class NamedPartitions {
    private final TopicView topics;

    NamedPartitions(TopicView topics) {
        this.topics = topics;
    }

    /** Those of topics that exist. */
    PartitionSet ids(Map<String, List<Integer>> named) {
        PartitionSet.Builder builder = new PartitionSet.Builder();
        named.forEach((name, partitions) -> topics.find(name).ifPresent(topic -> {
            for (int partition : partitions) {
                if (partition >= 0 && partition < topic.partitionCount()) {
                    builder.add(topic.id(), partition, 0);
                }
            }
        }));
        return builder.build();
    }

    /** Those of topics that exist. */
    Map<String, List<Integer>> names(PartitionSet partitions) {
        Map<String, List<Integer>> named = new TreeMap<>();
        partitions
                .topics()
                .forEach(id -> topics.find(id).ifPresent(topic -> {
                    List<Integer> ofTopic = new ArrayList<>();
                    for (int partition : partitions.partitions(id)) {
                        ofTopic.add(partition);
                    }
                    named.put(topic.name(), ofTopic);
                }));
        return named;
    }
}
