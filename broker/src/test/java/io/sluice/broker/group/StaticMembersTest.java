package io.sluice.broker.group;

import static io.sluice.broker.group.TestClient.subscribing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** KIP-345 and KIP-814. */
final class StaticMembersTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient anna = fixture.staticClient("anna");
    private final TestClient ben = fixture.staticClient("ben");

    @Test
    void aRestartedFollowerKeepsItsAssignmentWithoutARebalance() {
        fixture.stable(anna, ben);
        TestClient again = ben.restarted();
        JoinAnswer answer = again.join().resultNow();
        assertThat(answer.error()).isEqualTo(ErrorCode.NONE);
        assertThat(answer.generation()).isEqualTo(1);
        assertThat(again.memberId).isNotEqualTo(ben.memberId).startsWith("ben-");
        assertThat(again.sync().resultNow().assignment()).isEqualTo(GroupsFixture.bytes("for ben"));
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void theFormerSelfIsFenced() {
        fixture.stable(anna, ben);
        ben.restarted().join();
        assertThat(ben.heartbeat()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(ben.join().resultNow().error()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(ben.sync().resultNow().error()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(ben.commit(0, 1)).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(ben.leave()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void aRestartedLeaderIsToldToSkipTheAssignmentIfItUnderstands() {
        fixture.stable(anna, ben);
        TestClient again = anna.restarted();
        again.supportsSkippingAssignment = true;
        JoinAnswer answer = again.join().resultNow();
        assertThat(answer.skipAssignment()).isTrue();
        assertThat(answer.leaderId()).isEqualTo(again.memberId);
        assertThat(answer.members()).hasSize(2);
        assertThat(again.sync().resultNow().assignment()).isEqualTo(GroupsFixture.bytes("for anna"));
    }

    @Test
    void aRestartedLeaderThatDoesNotUnderstandIsNotToldThatItLeads() {
        fixture.stable(anna, ben);
        TestClient again = anna.restarted();
        JoinAnswer answer = again.join().resultNow();
        assertThat(answer.skipAssignment()).isFalse();
        assertThat(answer.leaderId()).isEqualTo(anna.memberId);
        assertThat(answer.members()).isEmpty();
        again.join();
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
    }

    @Test
    void aMemberRestartedWithOtherProtocolsStartsARebalance() {
        anna.protocols = List.of(subscribing("range", "t"), subscribing("sticky", "t"));
        ben.protocols = anna.protocols;
        fixture.stable(anna, ben);
        TestClient again = ben.restarted();
        again.protocols = List.of(subscribing("sticky", "t"));
        CompletableFuture<JoinAnswer> join = again.join();
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
        anna.join();
        assertThat(join.resultNow().protocolName()).isEqualTo("sticky");
    }

    @Test
    void aMemberRestartedWithOtherTopicsStartsARebalance() {
        fixture.stable(anna, ben);
        TestClient again = ben.restarted();
        again.protocols = List.of(subscribing("range", "t", "u"));
        again.join();
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
    }

    @Test
    void theParkedJoinOfTheFormerSelfEndsFenced() {
        CompletableFuture<JoinAnswer> first = anna.join();
        TestClient again = anna.restarted();
        CompletableFuture<JoinAnswer> second = again.join();
        assertThat(first.resultNow().error()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        fixture.advance(6_000);
        assertThat(second.resultNow().error()).isEqualTo(ErrorCode.NONE);
        assertThat(second.resultNow().leaderId()).isEqualTo(again.memberId);
    }

    @Test
    void aRestartInTheSyncPhaseStartsARebalanceBecauseTheLeaderKnowsTheFormerSelf() {
        anna.join();
        ben.join();
        fixture.advance(6_000);
        ben.sync();
        ben.restarted().join();
        assertThat(ben.synced.error()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
    }

    @Test
    void aMissingStaticMemberStaysInTheGroupUntilItsSessionEnds() {
        anna.sessionTimeoutMs = 300_000;
        ben.sessionTimeoutMs = 300_000;
        fixture.stable(anna, ben);
        anna.join();
        fixture.advance(60_000);
        assertThat(anna.generation).isEqualTo(2);
        assertThat(anna.joined.members()).hasSize(2);
    }

    @Test
    void aMemberIdNeedNotBeKnownForAnInstance() {
        anna.requiresKnownMemberId = true;
        anna.join();
        fixture.advance(3_000);
        assertThat(anna.generation).isEqualTo(1);
    }

    @Test
    void aFullGroupStillTakesTheRestartOfItsMember() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withMaxSize(1));
        TestClient first = small.staticClient("first");
        small.stable(first);
        assertThat(first.restarted().join().resultNow().error()).isEqualTo(ErrorCode.NONE);
    }
}
