package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinedMember;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.common.ErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class RebalanceTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient anna = fixture.client("anna");
    private final TestClient ben = fixture.client("ben");
    private final TestClient carl = fixture.client("carl");

    @Test
    void everyMemberGetsWhatTheLeaderAssigned() {
        fixture.stable(anna, ben);
        assertThat(anna.assignment()).isEqualTo("for anna");
        assertThat(ben.assignment()).isEqualTo("for ben");
        assertThat(ben.synced.protocolName()).isEqualTo("range");
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aFollowerWaitsForTheLeadersAssignments() {
        anna.join();
        ben.join();
        fixture.advance(6_000);
        CompletableFuture<SyncAnswer> follower = ben.sync();
        assertThat(follower).isNotDone();
        anna.sync(Map.of(ben.memberId, GroupsFixture.bytes("all")));
        assertThat(follower.resultNow().assignment()).isEqualTo(GroupsFixture.bytes("all"));
        assertThat(anna.synced.assignment()).isEmpty();
    }

    @Test
    void aNewMemberMakesTheOthersJoinAgain() {
        fixture.stable(anna, ben);
        carl.join();
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        ben.join();
        anna.join();
        assertThat(carl.generation).isEqualTo(2);
        assertThat(carl.joined.leaderId()).isEqualTo(anna.memberId);
        assertThat(anna.joined.members())
                .extracting(JoinedMember::memberId)
                .containsExactlyInAnyOrder(anna.memberId, ben.memberId, carl.memberId);
    }

    @Test
    void membersThatDoNotJoinAgainInTimeAreRemovedAndAnotherLeads() {
        fixture.stable(anna, ben);
        anna.rebalanceTimeoutMs = 60_000;
        CompletableFuture<JoinAnswer> join = carl.join();
        ben.join();
        keepAlive(59_999);
        assertThat(join).isNotDone();
        fixture.advance(1);
        assertThat(join.resultNow().error()).isEqualTo(ErrorCode.NONE);
        assertThat(join.resultNow().leaderId()).isEqualTo(ben.memberId);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    private void keepAlive(long durationMs) {
        long leftMs = durationMs;
        while (leftMs > 0) {
            long stepMs = Math.min(leftMs, 3_000);
            fixture.advance(stepMs);
            anna.heartbeat();
            leftMs -= stepMs;
        }
    }

    @Test
    void theRebalanceEndsEarlyWhenTheMissingMemberLeaves() {
        fixture.stable(anna, ben);
        CompletableFuture<JoinAnswer> join = carl.join();
        ben.join();
        assertThat(anna.leave()).isEqualTo(ErrorCode.NONE);
        assertThat(join.resultNow().generation()).isEqualTo(2);
    }

    @Test
    void theRebalanceEndsEarlyWhenTheMissingMembersSessionEnds() {
        fixture.stable(anna, ben);
        CompletableFuture<JoinAnswer> join = carl.join();
        ben.join();
        fixture.advance(10_000);
        assertThat(join.resultNow().error()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aJoinDuringTheSyncPhaseSendsTheWaitingSyncsBack() {
        anna.join();
        ben.join();
        fixture.advance(6_000);
        CompletableFuture<SyncAnswer> sync = ben.sync();
        carl.join();
        assertThat(sync.resultNow().error()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
    }

    @Test
    void membersThatDoNotSyncInTimeAreRemoved() {
        anna.sessionTimeoutMs = 120_000;
        ben.sessionTimeoutMs = 120_000;
        anna.join();
        ben.join();
        fixture.advance(6_000);
        CompletableFuture<SyncAnswer> sync = ben.sync();
        fixture.advance(60_000);
        assertThat(sync.resultNow().error()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        ben.join();
        assertThat(ben.generation).isEqualTo(2);
        assertThat(ben.isLeader()).isTrue();
    }

    @Test
    void evenInAStableGroupAMemberMustFetchItsAssignmentInTime() {
        anna.sessionTimeoutMs = 120_000;
        ben.sessionTimeoutMs = 120_000;
        anna.join();
        ben.join();
        fixture.advance(6_000);
        anna.sync();
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
        fixture.advance(60_000);
        assertThat(ben.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void syncsAreRefusedFromStrangersOldGenerationsAndOtherProtocols() {
        assertThat(anna.sync().resultNow().error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        fixture.stable(anna);
        assertThat(ben.sync().resultNow().error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        SyncRequest other = new SyncRequest(anna.ref(), Optional.of("connect"), Optional.empty(), Map.of());
        assertThat(fixture.groups().sync(other).resultNow().error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        SyncRequest named = new SyncRequest(anna.ref(), Optional.empty(), Optional.of("sticky"), Map.of());
        assertThat(fixture.groups().sync(named).resultNow().error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        anna.generation = 2;
        assertThat(anna.sync().resultNow().error()).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
    }

    @Test
    void aSyncWhileTheGroupPreparesIsSentBackToJoin() {
        fixture.stable(anna, ben);
        carl.join();
        assertThat(anna.sync().resultNow().error()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void aSyncInAStableGroupGetsTheAssignmentAgain() {
        fixture.stable(anna, ben);
        assertThat(ben.sync().resultNow().assignment()).isEqualTo(GroupsFixture.bytes("for ben"));
    }

    @Test
    void assignmentsThatWouldNotFitIntoOneEventEndTheGeneration() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withGenerationBytesMax(1_000));
        TestClient first = small.client("first");
        first.join();
        small.advance(3_000);
        SyncAnswer answer = first.sync(Map.of(first.memberId, new byte[1_000])).resultNow();
        assertThat(answer.error()).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(small.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
    }
}
