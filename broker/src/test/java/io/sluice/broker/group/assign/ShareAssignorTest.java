package io.sluice.broker.group.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.TopicId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What the assignor of share groups promises, for random groups that members join and leave and topics that grow. */
final class ShareAssignorTest {
    private static final int CHANGES = 12;
    private static final List<TopicId> TOPICS = List.of(new TopicId(1, 1), new TopicId(1, 2), new TopicId(1, 3));

    private final NavigableMap<String, Set<TopicId>> members = new TreeMap<>();
    private final NavigableMap<TopicId, Integer> counts = new TreeMap<>();
    private Map<String, PartitionSet> before = Map.of();

    @Property(tries = 200)
    void equalMembersShareEveryPartitionEquallyAndHaveEquallyMany(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CHANGES; i++) {
            change(random, true);
            Map<String, PartitionSet> assigned = assign();
            int partitions =
                    counts.values().stream().mapToInt(Integer::intValue).sum();
            int sharing = Math.ceilDiv(members.size(), partitions);
            assertThat(sharers(assigned).values()).hasSize(partitions).containsOnly(sharing);
            int most = assigned.values().stream()
                    .mapToInt(PartitionSet::count)
                    .max()
                    .orElse(0);
            int least = assigned.values().stream()
                    .mapToInt(PartitionSet::count)
                    .min()
                    .orElse(0);
            assertThat(most - least).isLessThanOrEqualTo(1);
            // Nobody is idle, however few partitions there are.
            assertThat(least).isGreaterThanOrEqualTo(1);
        }
    }

    @Property(tries = 200)
    void nobodyGetsWhatHeDoesNotSubscribeToAndNothingIsLeftOut(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CHANGES; i++) {
            change(random, false);
            Map<String, PartitionSet> assigned = assign();
            assertThat(assigned.keySet()).isEqualTo(members.keySet());
            assigned.forEach((member, partitions) ->
                    assertThat(members.getOrDefault(member, Set.of())).containsAll(partitions.topics()));
            Map<Place, Integer> sharers = sharers(assigned);
            counts.forEach((topic, count) -> {
                boolean isWanted = members.values().stream().anyMatch(topics -> topics.contains(topic));
                for (int partition = 0; partition < count; partition++) {
                    assertThat(sharers.containsKey(new Place(topic, partition))).isEqualTo(isWanted);
                }
            });
        }
    }

    @Property(tries = 200)
    void nothingMovesWhenNothingChanged(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CHANGES; i++) {
            change(random, seed % 2 == 0);
            Map<String, PartitionSet> once = assign();
            assertThat(assign()).isEqualTo(once);
        }
    }

    @Property(tries = 200)
    void whileThereAreFewerMembersThanPartitionsALeaverMovesOnlyWhatItHad(@ForAll long seed) {
        Random random = new Random(seed);
        counts.put(TOPICS.getFirst(), 8 + random.nextInt(20));
        for (int member = 0; member < 2 + random.nextInt(6); member++) {
            members.put("m" + member, new HashSet<>(Set.of(TOPICS.getFirst())));
        }
        Map<String, PartitionSet> full = assign();
        members.remove(members.firstKey());
        Map<String, PartitionSet> after = assign();
        after.forEach((member, partitions) -> assertThat(
                        full.getOrDefault(member, PartitionSet.EMPTY).isWithin(partitions))
                .isTrue());
    }

    private void change(Random random, boolean areEqual) {
        if (counts.isEmpty() || random.nextInt(4) == 0) {
            counts.put(TOPICS.get(random.nextInt(TOPICS.size())), 1 + random.nextInt(6));
        }
        if (members.isEmpty() || random.nextInt(3) > 0) {
            members.put("m" + random.nextInt(50), new TreeSet<>(counts.keySet()));
        } else if (members.size() > 1) {
            members.remove(members.keySet().stream()
                    .skip(random.nextInt(members.size()))
                    .findFirst()
                    .orElseThrow());
        }
        for (Set<TopicId> subscribed : members.values()) {
            subscribed.addAll(counts.keySet());
            if (!areEqual) {
                subscribed.removeIf(topic -> random.nextInt(3) == 0);
            }
        }
    }

    private Map<String, PartitionSet> assign() {
        NavigableMap<String, Reading.Reader> readers = new TreeMap<>();
        NavigableMap<TopicId, Integer> wanted = new TreeMap<>(counts);
        wanted.keySet().removeIf(topic -> members.values().stream().noneMatch(topics -> topics.contains(topic)));
        members.forEach((member, topics) -> readers.put(
                member, new Reading.Reader(member, topics, before.getOrDefault(member, PartitionSet.EMPTY))));
        before = ShareAssignor.assign(new Reading(readers, wanted));
        return before;
    }

    private static Map<Place, Integer> sharers(Map<String, PartitionSet> assigned) {
        Map<Place, Integer> sharers = new HashMap<>();
        assigned.values()
                .forEach(partitions -> partitions.forEach(
                        (topic, partition, epoch) -> sharers.merge(new Place(topic, partition), 1, Integer::sum)));
        return sharers;
    }

    private record Place(TopicId topic, int partition) {}
}
