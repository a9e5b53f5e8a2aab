package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.LeaveAnswer;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class MembersTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient anna = fixture.client("anna");
    private final TestClient ben = fixture.client("ben");

    @Test
    void aMemberThatHeartbeatsStays() {
        fixture.stable(anna);
        for (int i = 0; i < 10; i++) {
            fixture.advance(9_999);
            assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void aMemberThatDoesNotHeartbeatIsRemovedAfterItsSession() {
        fixture.stable(anna);
        fixture.advance(9_999);
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
        fixture.advance(1);
        assertThat(fixture.state()).isEqualTo(GroupState.EMPTY);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void heartbeatsAreCheckedForGroupMemberAndGeneration() {
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        fixture.stable(anna);
        assertThat(ben.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        anna.generation = 0;
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
    }

    @Test
    void aHeartbeatBetweenJoinAndSyncIsWelcome() {
        anna.join();
        fixture.advance(3_000);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.state()).isEqualTo(GroupState.COMPLETING_REBALANCE);
    }

    @Test
    void aMemberWhoseSyncIsParkedOutlivesItsSession() {
        anna.sessionTimeoutMs = 60_000;
        anna.join();
        ben.join();
        fixture.advance(6_000);
        ben.sync();
        fixture.advance(30_000);
        anna.sync();
        assertThat(ben.synced.error()).isEqualTo(ErrorCode.NONE);
        assertThat(ben.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aCommitKeepsAMemberAliveAsAHeartbeatDoes() {
        fixture.stable(anna);
        fixture.advance(9_000);
        assertThat(anna.commit(0, 1)).isEqualTo(ErrorCode.NONE);
        fixture.advance(9_000);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aLeaverIsGoneAndTheOthersRebalance() {
        fixture.stable(anna, ben);
        assertThat(anna.leave()).isEqualTo(ErrorCode.NONE);
        assertThat(anna.leave()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(ben.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        ben.join();
        assertThat(ben.isLeader()).isTrue();
        assertThat(ben.generation).isEqualTo(2);
    }

    @Test
    void theLastLeaverLeavesAnEmptyGroupOfTheNextGeneration() {
        fixture.stable(anna);
        anna.leave();
        assertThat(fixture.state()).isEqualTo(GroupState.EMPTY);
        fixture.stable(ben);
        assertThat(ben.generation).isEqualTo(3);
    }

    @Test
    void whoLeavesWhileItsJoinIsParkedGetsItsJoinAnswered() {
        fixture.stable(anna, ben);
        CompletableFuture<JoinAnswer> join = anna.join();
        anna.leave();
        assertThat(join.resultNow().error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whoLeavesWhileItsSyncIsParkedGetsItsSyncAnswered() {
        anna.join();
        ben.join();
        fixture.advance(6_000);
        ben.sync();
        ben.leave();
        assertThat(ben.synced.error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aPendingMemberCanLeave() {
        anna.requiresKnownMemberId = true;
        anna.join();
        assertThat(anna.leave()).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void aPendingMemberThatNeverComesBackDisturbsNobody() {
        fixture.stable(anna);
        ben.requiresKnownMemberId = true;
        ben.sessionTimeoutMs = 6_000;
        ben.join();
        fixture.advance(6_000);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aPendingMemberThatLeavesDisturbsNobody() {
        fixture.stable(anna);
        ben.requiresKnownMemberId = true;
        ben.join();
        assertThat(ben.leave()).isEqualTo(ErrorCode.NONE);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aRebalanceThatWaitsForAPendingMemberEndsWhenThatLeaves() {
        fixture.stable(anna);
        ben.requiresKnownMemberId = true;
        ben.join();
        anna.join();
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
        ben.leave();
        assertThat(fixture.state()).isEqualTo(GroupState.COMPLETING_REBALANCE);
    }

    @Test
    void leavingAnUnknownGroupIsAnsweredForEachMember() {
        LeavingMember first = new LeavingMember("a", Optional.empty(), "");
        LeavingMember second = new LeavingMember("", Optional.of("b"), "");
        assertThat(fixture.groups().leave("nowhere", List.of(first, second)).resultNow())
                .containsExactly(
                        new LeaveAnswer(first, ErrorCode.UNKNOWN_MEMBER_ID),
                        new LeaveAnswer(second, ErrorCode.UNKNOWN_MEMBER_ID));
    }

    @Test
    void severalMembersLeaveAtOnceWithAnAnswerEach() {
        TestClient fixed = fixture.staticClient("fixed");
        fixture.stable(anna, fixed);
        LeavingMember known = new LeavingMember(anna.memberId, Optional.empty(), "");
        LeavingMember byInstance = new LeavingMember("", Optional.of("fixed"), "");
        LeavingMember stranger = new LeavingMember("stranger", Optional.empty(), "");
        assertThat(fixture.groups()
                        .leave(GroupsFixture.GROUP, List.of(known, byInstance, stranger))
                        .resultNow())
                .extracting(LeaveAnswer::error)
                .containsExactly(ErrorCode.NONE, ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(fixture.state()).isEqualTo(GroupState.EMPTY);
    }

    @Test
    void aHeartbeatThatWaitsHearsOfARebalanceAtOnce() {
        fixture.stable(anna);
        var beat = fixture.groups().heartbeat(anna.ref(), new CompletableFuture<>());
        assertThat(beat).isNotDone();
        ben.join();
        assertThat(beat.resultNow()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void aHeartbeatThatWaitsIsAnsweredInTimeAndWhenTheClientIsInAHurry() {
        fixture.stable(anna);
        var first = fixture.groups().heartbeat(anna.ref(), new CompletableFuture<>());
        fixture.advance(2_500);
        assertThat(first.resultNow()).isEqualTo(ErrorCode.NONE);
        CompletableFuture<Void> hurry = new CompletableFuture<>();
        var second = fixture.groups().heartbeat(anna.ref(), hurry);
        hurry.complete(null);
        assertThat(second.resultNow()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aHeartbeatThatWaitsEndsWithItsCoordinator() {
        fixture.stable(anna);
        var beat = fixture.groups().heartbeat(anna.ref(), new CompletableFuture<>());
        fixture.failOver();
        assertThat(beat.resultNow()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }
}
