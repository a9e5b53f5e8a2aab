package io.sluice.broker.group.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.TopicId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What assignors promise, for random groups that members join and leave and topics that come, go and grow. */
final class AssignorPropertyTest {
    private static final int CHANGES = 12;

    @Property(tries = 200)
    void everyPartitionHasOneReaderWhoSubscribesToIt(@ForAll long seed) {
        for (Assignor assignor : Assignor.ALL) {
            Scenario scenario = new Scenario(seed, false);
            for (int i = 0; i < CHANGES; i++) {
                scenario.change();
                scenario.assign(assignor);
                scenario.checkComplete();
            }
        }
    }

    @Property(tries = 200)
    void uniformIsEvenWithinOneWhenAllSubscribeToTheSame(@ForAll long seed) {
        Scenario scenario = new Scenario(seed, true);
        for (int i = 0; i < CHANGES; i++) {
            scenario.change();
            scenario.assign(new UniformAssignor());
            assertThat(scenario.mostLoad() - scenario.leastLoad()).isLessThanOrEqualTo(1);
        }
    }

    @Property(tries = 200)
    void uniformLeavesNoMoveThatWouldMakeTwoMembersMoreEqual(@ForAll long seed) {
        Scenario scenario = new Scenario(seed, false);
        for (int i = 0; i < CHANGES; i++) {
            scenario.change();
            scenario.assign(new UniformAssignor());
            scenario.checkNoBetterMove();
        }
    }

    @Property(tries = 200)
    void uniformChangesNothingWhenNothingChanged(@ForAll long seed) {
        Scenario scenario = new Scenario(seed, seed % 2 == 0);
        for (int i = 0; i < CHANGES; i++) {
            scenario.change();
            Map<String, PartitionSet> once = scenario.assign(new UniformAssignor());
            assertThat(scenario.assign(new UniformAssignor())).isEqualTo(once);
        }
    }

    @Property(tries = 200)
    void whenAMemberLeavesUniformMovesOnlyWhatItHad(@ForAll long seed) {
        Scenario scenario = new Scenario(seed, true);
        scenario.change();
        scenario.addMember();
        scenario.addMember();
        Map<String, PartitionSet> before = scenario.assign(new UniformAssignor());
        String gone = scenario.removeMember();
        Map<String, PartitionSet> after = scenario.assign(new UniformAssignor());
        before.forEach((member, partitions) -> {
            if (!member.equals(gone)) {
                assertThat(partitions.isWithin(after.getOrDefault(member, PartitionSet.EMPTY)))
                        .as("%s keeps %s", member, partitions)
                        .isTrue();
            }
        });
    }

    @Property(tries = 200)
    void rangeReadsEqualTopicsSideBySide(@ForAll long seed) {
        Scenario scenario = new Scenario(seed, true);
        scenario.equalTopics(3, 1 + new Random(seed).nextInt(20));
        scenario.addMember();
        scenario.addMember();
        Map<String, PartitionSet> assigned = scenario.assign(new RangeAssignor());
        assigned.values().forEach(partitions -> {
            Set<String> ranges = new HashSet<>();
            partitions.topics().forEach(topic -> ranges.add(Arrays.toString(partitions.partitions(topic))));
            assertThat(ranges).hasSizeLessThanOrEqualTo(1);
        });
    }

    /** A group whose members and topics change. */
    private static final class Scenario {
        private final Random random;
        private final boolean isEqual;
        private final NavigableMap<String, Set<TopicId>> members = new TreeMap<>();
        private final NavigableMap<TopicId, Integer> topics = new TreeMap<>();
        private Map<String, PartitionSet> assigned = new HashMap<>();
        private int made;

        private Scenario(long seed, boolean isEqual) {
            this.random = new Random(seed);
            this.isEqual = isEqual;
            for (int i = 0; i < 3; i++) {
                addTopic();
                addMember();
            }
        }

        void equalTopics(int count, int partitionCount) {
            topics.clear();
            for (int i = 0; i < count; i++) {
                addTopic();
            }
            topics.replaceAll((topic, before) -> partitionCount);
            members.replaceAll((member, before) -> new TreeSet<>(topics.keySet()));
        }

        void change() {
            switch (random.nextInt(6)) {
                case 0 -> addTopic();
                case 1 -> topics.replaceAll((topic, count) -> count + random.nextInt(3));
                case 2 -> topics.pollFirstEntry();
                case 3 -> removeMember();
                default -> addMember();
            }
            if (isEqual) {
                members.replaceAll((member, before) -> new TreeSet<>(topics.keySet()));
            }
        }

        private void addTopic() {
            topics.put(new TopicId(random.nextLong(), made++), random.nextInt(20));
        }

        void addMember() {
            Set<TopicId> subscribed = new TreeSet<>(topics.keySet());
            if (!isEqual) {
                subscribed.removeIf(topic -> random.nextBoolean());
            }
            members.put("member" + made++, subscribed);
        }

        String removeMember() {
            String gone = members.keySet().stream()
                    .skip(members.isEmpty() ? 0 : random.nextInt(members.size()))
                    .findFirst()
                    .orElse("");
            members.remove(gone);
            return gone;
        }

        Map<String, PartitionSet> assign(Assignor assignor) {
            NavigableMap<String, Reading.Reader> readers = new TreeMap<>();
            members.forEach((id, subscribed) ->
                    readers.put(id, new Reading.Reader(id, subscribed, assigned.getOrDefault(id, PartitionSet.EMPTY))));
            assigned = new TreeMap<>(assignor.assign(new Reading(readers, topics)));
            return assigned;
        }

        void checkComplete() {
            assertThat(assigned.keySet()).isEqualTo(members.keySet());
            PartitionSet.Builder all = new PartitionSet.Builder();
            assigned.forEach((member, partitions) -> partitions.forEach((topic, partition, epoch) -> {
                assertThat(members.get(member)).contains(topic);
                all.add(topic, partition, 0);
            }));
            int given = assigned.values().stream().mapToInt(PartitionSet::count).sum();
            int wanted = topics.entrySet().stream()
                    .filter(topic -> members.values().stream().anyMatch(each -> each.contains(topic.getKey())))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            assertThat(given).as("partitions given").isEqualTo(wanted);
            assertThat(all.build().count()).as("different partitions given").isEqualTo(wanted);
        }

        int mostLoad() {
            return assigned.values().stream()
                    .mapToInt(PartitionSet::count)
                    .max()
                    .orElse(0);
        }

        int leastLoad() {
            return assigned.values().stream()
                    .mapToInt(PartitionSet::count)
                    .min()
                    .orElse(0);
        }

        void checkNoBetterMove() {
            assigned.forEach((giver, partitions) -> partitions
                    .topics()
                    .forEach(topic -> members.forEach((taker, subscribed) -> {
                        if (subscribed.contains(topic)) {
                            assertThat(partitions.count() - assigned.get(taker).count())
                                    .as("%s over %s", giver, taker)
                                    .isLessThanOrEqualTo(1);
                        }
                    })));
        }
    }
}
