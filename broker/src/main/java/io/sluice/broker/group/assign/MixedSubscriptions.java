package io.sluice.broker.group.assign;

import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The even spread where members subscribe to different topics. Everybody keeps what he had; what is free goes to the
 * least loaded subscriber, topics with the fewest subscribers first; then partitions move from a subscriber to a less
 * loaded one of the same topic as long as that makes the two more equal. Each move lowers the sum of the squared loads,
 * so it ends.
 */
final class MixedSubscriptions {
    private final Reading reading;
    private final Map<String, Integer> load = new HashMap<>();
    private final NavigableMap<TopicId, @Nullable String[]> owners = new TreeMap<>();
    private final Map<TopicId, List<String>> subscribers = new HashMap<>();

    MixedSubscriptions(Reading reading) {
        this.reading = reading;
    }

    Map<String, PartitionSet> assign() {
        collect();
        keep();
        fill();
        boolean moved = true;
        while (moved) {
            moved = false;
            for (TopicId topic : owners.keySet()) {
                moved |= balance(topic);
            }
        }
        return result();
    }

    private void collect() {
        reading.members().forEach((id, reader) -> {
            load.put(id, 0);
            for (TopicId topic : reader.topics()) {
                Integer count = reading.partitionCounts().get(topic);
                if (count != null) {
                    owners.computeIfAbsent(topic, key -> new @Nullable String[count]);
                    subscribers.computeIfAbsent(topic, key -> new ArrayList<>()).add(id);
                }
            }
        });
    }

    private void keep() {
        reading.members()
                .forEach((id, reader) -> reader.retainable(reading.partitionCounts())
                        .forEach((topic, partition, epoch) -> {
                            @Nullable String[] ofTopic = owners.get(topic);
                            if (ofTopic != null && ofTopic[partition] == null) {
                                ofTopic[partition] = id;
                                load.merge(id, 1, Integer::sum);
                            }
                        }));
    }

    private void fill() {
        List<TopicId> rarestFirst = new ArrayList<>(owners.keySet());
        rarestFirst.sort(Comparator.comparingInt(topic -> subscribersOf(topic).size()));
        for (TopicId topic : rarestFirst) {
            @Nullable String[] ofTopic = owners.get(topic);
            for (int partition = 0; ofTopic != null && partition < ofTopic.length; partition++) {
                if (ofTopic[partition] == null) {
                    String owner = leastLoaded(topic);
                    ofTopic[partition] = owner;
                    load.merge(owner, 1, Integer::sum);
                }
            }
        }
    }

    private boolean balance(TopicId topic) {
        boolean moved = false;
        @Nullable String[] ofTopic = owners.get(topic);
        for (int partition = 0; ofTopic != null && partition < ofTopic.length; partition++) {
            String owner = ofTopic[partition];
            String lighter = leastLoaded(topic);
            if (owner != null && loadOf(owner) >= loadOf(lighter) + 2) {
                ofTopic[partition] = lighter;
                load.merge(owner, -1, Integer::sum);
                load.merge(lighter, 1, Integer::sum);
                moved = true;
            }
        }
        return moved;
    }

    private String leastLoaded(TopicId topic) {
        List<String> candidates = subscribersOf(topic);
        String best = candidates.getFirst();
        for (String candidate : candidates) {
            if (loadOf(candidate) < loadOf(best)) {
                best = candidate;
            }
        }
        return best;
    }

    private List<String> subscribersOf(TopicId topic) {
        return subscribers.getOrDefault(topic, List.of());
    }

    private int loadOf(String member) {
        return load.getOrDefault(member, 0);
    }

    private Map<String, PartitionSet> result() {
        Map<String, PartitionSet.Builder> builders = new TreeMap<>();
        reading.members().keySet().forEach(id -> builders.put(id, new PartitionSet.Builder()));
        owners.forEach((topic, ofTopic) -> {
            for (int partition = 0; partition < ofTopic.length; partition++) {
                PartitionSet.Builder builder = builders.get(ofTopic[partition]);
                if (builder != null) {
                    builder.add(topic, partition, 0);
                }
            }
        });
        Map<String, PartitionSet> assignment = new TreeMap<>();
        builders.forEach((id, builder) -> assignment.put(id, builder.build()));
        return assignment;
    }
}
