package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.GroupEvent;
import io.sluice.broker.group.stored.ShareGroupEvent;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule of a group whose members speak either protocol, or both kinds at once: they join, leave, crash and
 * dawdle, topics come, go and grow, commits fail and leaders change. Everything follows from its seed.
 */
final class ConsumersSimulation {
    private static final String[] TOPICS = {"a", "b", "log-1", "log-2"};

    private final Random random;
    private final int calm;
    private final GroupsFixture fixture = new GroupsFixture(GroupSettings.DEFAULT, false);
    private final List<SimulatedMember> members = new ArrayList<>();
    private final Map<String, Integer> reached = new TreeMap<>();
    private final Map<String, Integer> highestEpochs = new HashMap<>();
    private final boolean hasClassic;
    private int incarnations;

    ConsumersSimulation(long seed) {
        random = new Random(seed);
        calm = random.nextInt(3);
        hasClassic = random.nextInt(3) == 0;
        fixture.topics.create("a", 1 + random.nextInt(6));
        fixture.runner.onCommitted((slot, event) -> observe(event));
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            members.add(newMember());
        }
    }

    /** How often each kind of answer was given: a test that never gets there proves nothing. */
    Map<String, Integer> reached() {
        return reached;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            checkState();
        }
        settle();
    }

    private SimulatedMember newMember() {
        incarnations++;
        return hasClassic && random.nextInt(2) == 0
                ? new ClassicMember(fixture, random, incarnations)
                : new ModernMember(fixture, random, incarnations);
    }

    private void observe(GroupEvent event) {
        switch (event) {
            case GroupEvent.GroupDeleted e -> highestEpochs.remove(e.groupId());
            case ConsumerGroupEvent.EpochSet e -> rise(e.groupId(), e.epoch());
            case GroupEvent.GenerationStarted e -> rise(e.groupId(), e.generation());
            case GroupEvent.GenerationCompleted e ->
                rise(e.groupId(), e.roster().generation());
            case ConsumerGroupEvent e -> {}
            case ShareGroupEvent e -> {}
            case GroupEvent.OffsetsCommitted e -> {}
            case GroupEvent.OffsetsExpired e -> {}
            case GroupEvent.TopicForgotten e -> {}
            case GroupEvent.SlotStaged e -> {}
            case GroupEvent.GroupsArrived e -> {}
        }
    }

    private void rise(String groupId, int epoch) {
        assertThat(epoch)
                .as("epochs and generations never fall")
                .isGreaterThanOrEqualTo(highestEpochs.getOrDefault(groupId, 0));
        highestEpochs.put(groupId, epoch);
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 50) {
            members.get(random.nextInt(members.size())).act();
        } else if (dice < 80) {
            runBatch();
        } else if (dice < 90) {
            fixture.runner.jump(random.nextInt(2_000));
        } else if (random.nextInt(1 + 3 * calm) > 0) {
            runBatch();
        } else if (dice < 92) {
            fixture.runner.jump(50_000);
        } else if (dice < 93) {
            fixture.failOver(random.nextBoolean());
        } else if (dice < 94) {
            fixture.runner.checkpoint();
        } else if (dice < 96) {
            crash(random.nextInt(members.size()));
        } else {
            changeTopics();
        }
    }

    private void crash(int index) {
        members.set(index, members.get(index).successor(++incarnations));
    }

    private void changeTopics() {
        String topic = TOPICS[random.nextInt(TOPICS.length)];
        if (fixture.topics.find(topic).isEmpty()) {
            fixture.topics.create(topic, 1 + random.nextInt(6));
        } else if (random.nextInt(3) == 0) {
            fixture.topics.delete(topic);
        } else {
            fixture.topics.grow(
                    topic, 1 + fixture.topics.find(topic).orElseThrow().partitionCount());
        }
        fixture.groups().topicsChanged(List.of(topic));
    }

    private void runBatch() {
        if (!fixture.runner.hasOpenBatch()) {
            fixture.runner.decide(1 + random.nextInt(6));
        } else if (random.nextInt(10 * (1 + 4 * calm)) == 0) {
            fixture.runner.fail(ErrorCode.NOT_LEADER_OR_FOLLOWER, random.nextBoolean());
        } else {
            fixture.runner.commit();
        }
    }

    private @Nullable ConsumerGroupState state() {
        return fixture.consumerState();
    }

    /** What the replicated state and what its clients believe must be like at any time. */
    private void checkState() {
        for (SimulatedMember member : members) {
            member.throwBroken();
        }
        ConsumerGroupState state = state();
        if (state == null || fixture.runner.hasOpenBatch()) {
            return;
        }
        PartitionSet.Builder all = new PartitionSet.Builder();
        int count = 0;
        for (ConsumerMember member : state.members()) {
            PartitionSet has = member.assigned().plus(member.revoking());
            has.forEach(all::add);
            count += member.assigned().count() + member.revoking().count();
            has.forEach((topic, partition, epoch) ->
                    assertThat(state.ownerOf(topic, partition)).isEqualTo(member.id()));
            assertThat(member.epoch()).isLessThanOrEqualTo(state.epoch());
        }
        assertThat(all.build().count()).as("partitions with two owners").isEqualTo(count);
        assertThat(state.targetEpoch()).isLessThanOrEqualTo(state.epoch());
        members.forEach(member -> checkBelief(state, member));
    }

    /** A client reads nothing that the group does not know it has: so no two clients read the same. */
    private static void checkBelief(ConsumerGroupState state, SimulatedMember client) {
        ConsumerMember member = state.member(client.memberId());
        if (member != null && client.isMember()) {
            assertThat(client.owned().isWithin(member.assigned().plus(member.revoking())))
                    .as("%s reads %s and has %s, %s", member.id(), client.owned(), member.assigned(), member.revoking())
                    .isTrue();
        }
    }

    /** Everybody behaves, nothing fails: soon everything is read, by one member each. */
    private void settle() {
        if (fixture.runner.hasOpenBatch()) {
            fixture.runner.commit();
        }
        members.forEach(SimulatedMember::calmDown);
        for (int round = 0; round < 400; round++) {
            members.forEach(SimulatedMember::proceed);
            while (fixture.runner.hasQueued() || fixture.runner.nextDeadlineMs() <= fixture.runner.nowMs()) {
                fixture.runner.decide(100);
                fixture.runner.commit();
                checkState();
            }
            fixture.runner.jump(500);
        }
        checkSettled();
    }

    private GroupState classicState() {
        var description = fixture.groups().describe(GroupsFixture.GROUP);
        fixture.runner.decide(100);
        fixture.runner.commit();
        return description.resultNow().get().state();
    }

    private void checkSettled() {
        ConsumerGroupState state = state();
        reached.merge(state == null ? "settled classic" : "settled", 1, Integer::sum);
        if (state != null) {
            assertThat(state.state()).isEqualTo(ConsumerGroupDescription.State.STABLE);
            assertThat(state.memberCount()).isEqualTo(members.size());
        } else {
            assertThat(classicState()).isEqualTo(GroupState.STABLE);
        }
        PartitionSet read = PartitionSet.EMPTY;
        int count = 0;
        for (SimulatedMember member : members) {
            read = read.plus(member.owned());
            count += member.owned().count();
        }
        PartitionSet.Builder wanted = new PartitionSet.Builder();
        for (TopicView.Shape topic : fixture.topics.all()) {
            boolean isRead = members.stream().anyMatch(member -> member.subscribesTo(topic.name()));
            for (int i = 0; isRead && i < topic.partitionCount(); i++) {
                wanted.add(topic.id(), i, 0);
            }
        }
        assertThat(count).as("partitions read twice").isEqualTo(read.count());
        assertThat(read.hasSamePartitions(wanted.build()))
                .as("read %s of %s, %s by %s", read, wanted.build(), fixture.topics.all(), members)
                .isTrue();
    }
}
