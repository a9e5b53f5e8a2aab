package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ShareGroupState;
import io.sluice.broker.group.stored.ShareMember;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of a share group: members join, leave and fall silent, topics come, go and grow, commits fail, leaders
 * change. In the end every partition has somebody, and everybody knows what he has. {@code -Dsluice.schedules=N} says how
 * many, {@code -Dsluice.seed=S} the first; a failure names the seed that replays it.
 */
final class SharesSimulationTest {
    private static final int SCHEDULES = 200;
    private static final int STEPS = 200;
    private static final String[] TOPICS = {"a", "b", "c"};

    @Test
    void inTheEndEveryPartitionIsTakenAndEveryMemberKnowsItsOwn() {
        int schedules = Integer.getInteger("sluice.schedules", SCHEDULES);
        long firstSeed = Long.getLong("sluice.seed", 1);
        for (long seed = firstSeed; seed < firstSeed + schedules; seed++) {
            try {
                new Schedule(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dsluice.schedules=1 -Dsluice.seed=" + seed, e);
            }
        }
    }

    private static final class Schedule {
        private final Random random;
        private final GroupsFixture fixture = new GroupsFixture(GroupSettings.DEFAULT, false);
        private final List<ShareClient> clients = new ArrayList<>();
        private int born;
        private int highestEpoch;

        private Schedule(long seed) {
            random = new Random(seed);
            fixture.topics.create("a", 1 + random.nextInt(6));
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                clients.add(newClient());
            }
        }

        private ShareClient newClient() {
            born++;
            ShareClient client = new ShareClient(fixture, "m" + born);
            client.topics = List.of("a", TOPICS[random.nextInt(TOPICS.length)]);
            return client;
        }

        private void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
                check();
            }
            settle();
        }

        private void step() {
            int dice = random.nextInt(100);
            ShareClient client = clients.get(random.nextInt(clients.size()));
            if (dice < 45) {
                client.speak();
            } else if (dice < 50) {
                client.leave();
            } else if (dice < 80) {
                runBatch();
            } else if (dice < 90) {
                fixture.runner.jump(random.nextInt(2_000));
            } else if (dice < 92) {
                fixture.runner.jump(50_000);
            } else if (dice < 94) {
                fixture.failOver(random.nextBoolean());
            } else if (dice < 95) {
                fixture.runner.checkpoint();
            } else if (dice < 97) {
                clients.set(clients.indexOf(client), newClient());
            } else {
                changeTopics();
            }
        }

        private void runBatch() {
            if (!fixture.runner.hasOpenBatch()) {
                fixture.runner.decide(1 + random.nextInt(6));
            } else if (random.nextInt(10) == 0) {
                fixture.runner.fail(ErrorCode.NOT_LEADER_OR_FOLLOWER, random.nextBoolean());
            } else {
                fixture.runner.commit();
            }
        }

        private void changeTopics() {
            String name = TOPICS[random.nextInt(TOPICS.length)];
            if (fixture.topics.find(name).isEmpty()) {
                fixture.topics.create(name, 1 + random.nextInt(6));
            } else if (random.nextInt(3) == 0) {
                fixture.topics.delete(name);
            } else {
                fixture.topics.grow(
                        name, 1 + fixture.topics.find(name).orElseThrow().partitionCount());
            }
            fixture.groups().topicsChanged(List.of(name));
        }

        private @Nullable ShareGroupState state() {
            return fixture.groups().machines(GroupCoordinator.FIRST_SHARD).stream()
                    .map(machine -> ((GroupSlot) machine).stored().find(GroupsFixture.GROUP))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .map(StoredGroup::share)
                    .orElse(null);
        }

        private void check() {
            ShareGroupState state = state();
            if (state == null || fixture.runner.hasOpenBatch()) {
                return;
            }
            assertThat(state.epoch()).as("committed epochs never fall").isGreaterThanOrEqualTo(highestEpoch);
            highestEpoch = state.epoch();
            assertThat(state.targetEpoch()).isLessThanOrEqualTo(state.epoch());
            for (ShareMember member : state.members()) {
                assertThat(member.epoch()).isLessThanOrEqualTo(state.targetEpoch());
            }
        }

        private void settle() {
            if (fixture.runner.hasOpenBatch()) {
                fixture.runner.commit();
            }
            for (int round = 0; round < 120; round++) {
                clients.forEach(ShareClient::speak);
                while (fixture.runner.hasQueued() || fixture.runner.nextDeadlineMs() <= fixture.runner.nowMs()) {
                    fixture.runner.decide(100);
                    fixture.runner.commit();
                    check();
                }
                fixture.runner.jump(1_000);
            }
            ShareGroupState state = state();
            assertThat(state).isNotNull();
            assertThat(state.memberCount()).isEqualTo(clients.size());
            PartitionSet taken = PartitionSet.EMPTY;
            for (ShareClient client : clients) {
                ShareMember member = state.member(client.name);
                assertThat(member).as(client.name).isNotNull();
                assertThat(client.assigned.hasSamePartitions(member.assigned())).isTrue();
                assertThat(client.epoch).isEqualTo(state.epoch());
                taken = taken.plus(client.assigned);
            }
            PartitionSet.Builder wanted = new PartitionSet.Builder();
            for (TopicView.Shape topic : fixture.topics.all()) {
                boolean isWanted = clients.stream().anyMatch(client -> client.topics.contains(topic.name()));
                for (int i = 0; isWanted && i < topic.partitionCount(); i++) {
                    wanted.add(topic.id(), i, 0);
                }
            }
            assertThat(taken.hasSamePartitions(wanted.build())).isTrue();
        }
    }
}
