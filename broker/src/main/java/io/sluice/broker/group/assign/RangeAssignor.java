package io.sluice.broker.group.assign;

import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives each member a contiguous range of every topic's partitions, so that topics with equal partition counts and equal
 * subscribers are read side by side: whoever has partition 3 of one has partition 3 of the other.
 */
final class RangeAssignor implements Assignor {
    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, PartitionSet> assign(Reading reading) {
        Map<String, PartitionSet.Builder> builders = new TreeMap<>();
        List<String> inOrder = new ArrayList<>(reading.members().keySet());
        inOrder.sort(Comparator.comparing(id -> orderOf(reading, id)));
        inOrder.forEach(id -> builders.put(id, new PartitionSet.Builder()));
        Map<TopicId, List<String>> readers = new TreeMap<>();
        for (String id : inOrder) {
            Reading.Reader reader = reading.members().get(id);
            if (reader != null) {
                reader.topics()
                        .forEach(topic -> readers.computeIfAbsent(topic, key -> new ArrayList<>())
                                .add(id));
            }
        }
        readers.forEach(
                (topic, ofTopic) -> deal(topic, reading.partitionCounts().getOrDefault(topic, 0), ofTopic, builders));
        Map<String, PartitionSet> assignment = new TreeMap<>();
        builders.forEach((id, builder) -> assignment.put(id, builder.build()));
        return assignment;
    }

    private static String orderOf(Reading reading, String id) {
        Reading.Reader reader = reading.members().get(id);
        return reader == null ? id : reader.order();
    }

    private static void deal(
            TopicId topic, int partitionCount, List<String> readers, Map<String, PartitionSet.Builder> builders) {
        int quota = partitionCount / readers.size();
        int larger = partitionCount % readers.size();
        int next = 0;
        for (int i = 0; i < readers.size(); i++) {
            int end = next + quota + (i < larger ? 1 : 0);
            PartitionSet.Builder builder = builders.get(readers.get(i));
            while (builder != null && next < end) {
                builder.add(topic, next, 0);
                next++;
            }
        }
    }
}
