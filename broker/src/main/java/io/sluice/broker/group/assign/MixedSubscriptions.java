package io.sluice.broker.group.assign;

import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
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
            LeastLoaded subscribers = new LeastLoaded(subscribersOf(topic));
            for (int partition = 0; ofTopic != null && partition < ofTopic.length; partition++) {
                if (ofTopic[partition] == null) {
                    String owner = subscribers.first();
                    ofTopic[partition] = owner;
                    subscribers.load(owner, 1);
                }
            }
        }
    }

    private boolean balance(TopicId topic) {
        boolean moved = false;
        @Nullable String[] ofTopic = owners.get(topic);
        LeastLoaded subscribers = new LeastLoaded(subscribersOf(topic));
        for (int partition = 0; ofTopic != null && partition < ofTopic.length; partition++) {
            String owner = ofTopic[partition];
            String lighter = subscribers.first();
            if (owner != null && loadOf(owner) >= loadOf(lighter) + 2) {
                ofTopic[partition] = lighter;
                subscribers.load(owner, -1);
                subscribers.load(lighter, 1);
                moved = true;
            }
        }
        return moved;
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

    /** Subscribers of one topic, the least loaded first; among equals that of the lowest id. */
    private final class LeastLoaded {
        /** Every member with its load, and what a member's load was before it changed. */
        private final PriorityQueue<Place> places =
                new PriorityQueue<>(Comparator.comparingInt(Place::load).thenComparing(Place::member));

        LeastLoaded(List<String> subscribers) {
            subscribers.forEach(member -> places.add(new Place(member, loadOf(member))));
        }

        String first() {
            Place first = places.element();
            while (first.load() != loadOf(first.member())) {
                places.remove();
                first = places.element();
            }
            return first.member();
        }

        void load(String member, int change) {
            places.add(new Place(member, load.merge(member, change, Integer::sum)));
        }
    }

    private record Place(String member, int load) {}
}
