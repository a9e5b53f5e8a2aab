package io.sluice.broker.group.assign;

import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The even spread where all members subscribe to the same topics: each has a quota, some one more than others; who had
 * more before keeps the larger ones. A member keeps what it had up to its quota, the rest is dealt out in turn, so that
 * the partitions of one topic go to different members.
 */
final class EqualSubscriptions {
    private final Reading reading;
    private final NavigableMap<String, PartitionSet.Builder> assigned = new TreeMap<>();
    private final Map<String, Integer> room = new HashMap<>();
    private final Map<TopicId, boolean[]> taken = new HashMap<>();

    EqualSubscriptions(Reading reading) {
        this.reading = reading;
    }

    Map<String, PartitionSet> assign() {
        Map<String, PartitionSet> assignment = new TreeMap<>();
        if (!reading.members().isEmpty()) {
            keep();
            deal();
            assigned.forEach((member, builder) -> assignment.put(member, builder.build()));
        }
        return assignment;
    }

    private void keep() {
        NavigableMap<TopicId, Integer> counts = subscribedCounts();
        counts.forEach((topic, count) -> taken.put(topic, new boolean[count]));
        int total = counts.values().stream().mapToInt(Integer::intValue).sum();
        int quota = total / reading.members().size();
        int larger = total % reading.members().size();
        for (Kept kept : mostFirst()) {
            int limit = quota + (larger > 0 ? 1 : 0);
            larger--;
            PartitionSet.Builder builder = new PartitionSet.Builder();
            room.put(kept.member(), limit - take(kept.partitions(), limit, builder));
            assigned.put(kept.member(), builder);
        }
    }

    private NavigableMap<TopicId, Integer> subscribedCounts() {
        NavigableMap<TopicId, Integer> counts = new TreeMap<>();
        for (TopicId topic : reading.members().firstEntry().getValue().topics()) {
            Integer count = reading.partitionCounts().get(topic);
            if (count != null) {
                counts.put(topic, count);
            }
        }
        return counts;
    }

    private List<Kept> mostFirst() {
        List<Kept> kept = new ArrayList<>();
        reading.members().forEach((id, reader) -> kept.add(new Kept(id, reader.retainable(reading.partitionCounts()))));
        // Stable: among equals the order of the ids.
        kept.sort(Comparator.comparingInt((Kept each) -> each.partitions().count())
                .reversed());
        return kept;
    }

    /** Marks up to {@code limit} partitions that are free as taken. */
    private int take(PartitionSet wanted, int limit, PartitionSet.Builder builder) {
        int[] count = new int[1];
        wanted.forEach((topic, partition, epoch) -> {
            boolean[] ofTopic = taken.get(topic);
            if (count[0] < limit && ofTopic != null && !ofTopic[partition]) {
                ofTopic[partition] = true;
                builder.add(topic, partition, 0);
                count[0]++;
            }
        });
        return count[0];
    }

    private void deal() {
        List<String> open = new ArrayList<>(assigned.keySet());
        open.removeIf(member -> room.getOrDefault(member, 0) == 0);
        int turn = 0;
        for (TopicId topic : new TreeMap<>(taken).keySet()) {
            boolean[] ofTopic = taken.getOrDefault(topic, new boolean[0]);
            for (int partition = 0; partition < ofTopic.length; partition++) {
                if (!ofTopic[partition]) {
                    turn = turn >= open.size() ? 0 : turn;
                    turn = give(topic, partition, open, turn);
                }
            }
        }
    }

    /** Gives the partition to whose turn it is; the index of the next. */
    private int give(TopicId topic, int partition, List<String> open, int turn) {
        String member = open.get(turn);
        PartitionSet.Builder builder = assigned.get(member);
        if (builder != null) {
            builder.add(topic, partition, 0);
        }
        if (room.merge(member, -1, Integer::sum) > 0) {
            return turn + 1;
        }
        open.remove(turn);
        return turn;
    }

    private record Kept(String member, PartitionSet partitions) {}
}
