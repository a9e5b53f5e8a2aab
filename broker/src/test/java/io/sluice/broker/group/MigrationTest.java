package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.GroupType;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group that changes between the classic and the consumer protocol while it runs. */
final class MigrationTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient old = fixture.client("old");
    private final ConsumerClient young = new ConsumerClient(fixture, "young");

    @BeforeEach
    void aTopic() {
        fixture.topics.create("t", 4);
        old.protocols = List.of(TestClient.subscribing("range", "t"));
    }

    private GroupType type() {
        return fixture.groups().list().resultNow().get().getFirst().type();
    }

    private ConsumerGroupDescription describe() {
        return fixture.groups()
                .describeConsumerGroup(GroupsFixture.GROUP)
                .resultNow()
                .get();
    }

    /** Partitions of topic {@code t} that the classic client was assigned. */
    private List<Integer> oldHas() {
        return Subscription.assigned(old.synced.assignment()).orElseThrow().getOrDefault("t", List.of());
    }

    /** The classic client has all of the topic in a stable classic group. */
    private void classicGroup() {
        old.join();
        fixture.advance(3_000);
        byte[] all = Subscription.assignment(0, Map.of("t", List.of(0, 1, 2, 3)));
        old.sync(Map.of(old.memberId, all));
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
    }

    /** As clients do: join again when told so, else go on. */
    private void oldGoesOn() {
        if (old.heartbeat() != ErrorCode.NONE) {
            old.join();
            old.sync();
        }
    }

    @Test
    void theFirstHeartbeatMakesAClassicGroupAConsumerGroup() {
        classicGroup();
        assertThat(young.join()).isEqualTo(ErrorCode.NONE);
        assertThat(type()).isEqualTo(GroupType.CONSUMER);
        assertThat(young.owned.isEmpty())
                .as("the classic member has everything still")
                .isTrue();
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        oldGoesOn();
        oldGoesOn();
        young.beat();
        assertThat(young.owned.count()).isEqualTo(2);
        assertThat(oldHas()).hasSize(2);
        assertThat(describe().members())
                .extracting(ConsumerGroupDescription.Member::isClassic)
                .containsExactly(true, false);
        assertThat(describe().state()).isEqualTo(ConsumerGroupDescription.State.STABLE);
    }

    @Test
    void withTheLastModernMemberGoneItIsAClassicGroupAgain() {
        classicGroup();
        young.join();
        oldGoesOn();
        oldGoesOn();
        young.leave();
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        int before = old.generation;
        old.join();
        assertThat(old.generation).isGreaterThan(before);
        assertThat(old.isLeader()).isTrue();
    }

    @Test
    void offsetsAndEpochsOutliveBothWays() {
        classicGroup();
        old.commit(0, 7);
        young.join();
        int epoch = young.epoch;
        assertThat(epoch).isGreaterThan(1);
        assertThat(fixture.committed(0)).isEqualTo(7);
        young.leave();
        fixture.failOver();
        assertThat(fixture.committed(0)).isEqualTo(7);
        old.join();
        assertThat(old.generation).isGreaterThan(epoch);
    }

    @Test
    void aClassicMemberJoinsAConsumerGroup() {
        young.join();
        old.join();
        assertThat(old.joined.error()).isEqualTo(ErrorCode.NONE);
        assertThat(old.isLeader()).isFalse();
        old.sync();
        assertThat(oldHas()).isEmpty();
        young.beat();
        young.beat();
        oldGoesOn();
        assertThat(oldHas()).hasSize(2);
    }

    @Test
    void anEmptyConsumerGroupTakesClassicMembersAsAClassicGroup() {
        young.join();
        young.leave();
        old.join();
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        fixture.advance(3_000);
        assertThat(old.joined.error()).isEqualTo(ErrorCode.NONE);
        assertThat(old.generation).isGreaterThan(1);
    }

    @Test
    void aClassicMemberThatIgnoresTheRebalanceIsOut() {
        classicGroup();
        young.join();
        for (int i = 0; i < 12; i++) {
            fixture.advance(6_500);
            old.heartbeat();
            young.beat();
        }
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        young.beat();
        assertThat(young.owned.count()).isEqualTo(4);
    }

    @Test
    void aGroupOfAnotherTypeStaysWhatItIs() {
        old.protocolType = "connect";
        old.join();
        assertThat(young.join()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void theMigrationPolicyForbidsEitherWay() {
        ConsumerSettings settings = ConsumerSettings.DEFAULT;
        GroupsFixture fixed = new GroupsFixture(GroupSettings.DEFAULT.withConsumer(new ConsumerSettings(
                settings.sessionTimeoutMs(),
                settings.heartbeatIntervalMs(),
                settings.groupMaxSize(),
                settings.assignors(),
                ConsumerSettings.Migration.DISABLED,
                settings.ofGroup())));
        fixed.client("old").join();
        assertThat(new ConsumerClient(fixed, "young").join()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void aStaticMemberChangesItsProtocolAndKeepsItsPartitions() {
        old.instanceId = Optional.of("one");
        classicGroup();
        young.instanceId = Optional.of("one");
        assertThat(young.join()).isEqualTo(ErrorCode.NONE);
        assertThat(young.owned.count()).isEqualTo(4);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void aStaticMemberThatComesBackClassicMakesTheGroupClassicAtOnce() {
        young.instanceId = Optional.of("one");
        young.join();
        old.instanceId = Optional.of("one");
        old.supportsSkippingAssignment = true;
        old.join();
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
        assertThat(old.isLeader()).as("somebody must look for new partitions").isTrue();
        assertThat(Objects.requireNonNull(old.joined).skipAssignment()).isTrue();
        old.sync();
        assertThat(oldHas()).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
        assertThat(young.beat()).isNotEqualTo(ErrorCode.NONE);
    }

    @Test
    void nobodyElseNoticesThatTheLastModernMemberCameBackClassic() {
        classicGroup();
        young.instanceId = Optional.of("one");
        young.join();
        oldGoesOn();
        oldGoesOn();
        young.beat();
        assertThat(young.owned.count()).isEqualTo(2);
        TestClient successor = fixture.staticClient("one");
        successor.supportsSkippingAssignment = true;
        successor.join();
        successor.sync();
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
        assertThat(oldHas()).hasSize(2);
        assertThat(successor.heartbeat()).isEqualTo(ErrorCode.NONE);
        fixture.failOver();
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        assertThat(successor.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aClientThatCannotLeadWithoutAssigningMakesTheClassicGroupRebalance() {
        young.instanceId = Optional.of("one");
        young.join();
        old.instanceId = Optional.of("one");
        old.join();
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
        old.sync();
        assertThat(Objects.requireNonNull(old.synced).error()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        old.join();
        assertThat(old.isLeader()).isTrue();
    }

    @Test
    void aClassicDescriptionOfAConsumerGroupIsNotFound() {
        young.join();
        assertThat(fixture.groups().describe(GroupsFixture.GROUP).resultNow().error())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }
}
