package io.sluice.broker.group;

import static io.sluice.broker.group.TestClient.subscribing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinedMember;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class JoinTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient anna = fixture.client("anna");
    private final TestClient ben = fixture.client("ben");

    @Test
    void theFirstMembersWaitForMoreAndTheFirstOneLeads() {
        CompletableFuture<JoinAnswer> first = anna.join();
        CompletableFuture<JoinAnswer> second = ben.join();
        fixture.advance(5_999);
        assertThat(first).isNotDone();

        fixture.advance(1);

        assertThat(first.resultNow().error()).isEqualTo(ErrorCode.NONE);
        assertThat(first.resultNow().generation()).isEqualTo(1);
        assertThat(second.resultNow().leaderId()).isEqualTo(anna.memberId);
        assertThat(first.resultNow().members())
                .extracting(JoinedMember::memberId)
                .containsExactly(anna.memberId, ben.memberId);
        assertThat(second.resultNow().members()).isEmpty();
    }

    @Test
    void theInitialDelayIsNotExtendedWhenNobodyElseComes() {
        CompletableFuture<JoinAnswer> join = anna.join();
        fixture.advance(2_999);
        assertThat(join).isNotDone();
        fixture.advance(1);
        assertThat(join).isDone();
    }

    @Test
    void theInitialDelayGrowsWithNewMembersUpToTheRebalanceTimeout() {
        anna.rebalanceTimeoutMs = 7_000;
        CompletableFuture<JoinAnswer> join = anna.join();
        for (int i = 0; i < 6; i++) {
            fixture.advance(1_000);
            TestClient another = fixture.client("another" + i);
            another.rebalanceTimeoutMs = 7_000;
            another.join();
        }
        assertThat(join).isNotDone();
        fixture.advance(1_000);
        assertThat(join).isDone();
        assertThat(join.resultNow().members()).hasSize(7);
    }

    @Test
    void anIdIsHandedOutFirstAndCostsNothingWhenItIsNotUsed() {
        anna.requiresKnownMemberId = true;
        assertThat(anna.join().resultNow().error()).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
        assertThat(anna.memberId).startsWith("anna-");
        CompletableFuture<JoinAnswer> second = anna.join();
        fixture.advance(3_000);
        assertThat(second.resultNow().memberId()).isEqualTo(anna.memberId);

        ben.requiresKnownMemberId = true;
        ben.join();
        fixture.advance(10_000);
        assertThat(ben.join().resultNow().error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aRebalanceWaitsForAPendingMemberUntilItsIdExpires() {
        anna.sessionTimeoutMs = 30_000;
        fixture.stable(anna);
        ben.requiresKnownMemberId = true;
        ben.join();
        CompletableFuture<JoinAnswer> rejoin = anna.join();
        assertThat(rejoin).isNotDone();
        fixture.advance(10_000);
        assertThat(rejoin.resultNow().generation()).isEqualTo(2);
    }

    @Test
    void aGroupNobodyEverJoinedWithAnIdLeavesNoTrace() {
        anna.requiresKnownMemberId = true;
        anna.join();
        assertThat(fixture.groups().list().resultNow().get()).hasSize(1);
        fixture.advance(10_000);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void anUnknownMemberIdIsRefusedInNewAndInKnownGroups() {
        anna.memberId = "stranger";
        assertThat(anna.join().resultNow().error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        fixture.stable(ben);
        assertThat(anna.join().resultNow().error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void sessionTimeoutsHaveBounds() {
        for (int timeoutMs : new int[] {5_999, 1_800_001}) {
            anna.sessionTimeoutMs = timeoutMs;
            assertThat(anna.join().resultNow().error()).isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
        }
        for (int timeoutMs : new int[] {6_000, 1_800_000}) {
            anna.sessionTimeoutMs = timeoutMs;
            assertThat(anna.join()).isNotDone();
        }
    }

    @Test
    void anEmptyGroupIdIsInvalid() {
        anna.groupId = "";
        assertThat(anna.join().resultNow().error()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
        assertThat(anna.sync().resultNow().error()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
        assertThat(anna.leave()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
    }

    @Test
    void theProtocolMostMembersPreferIsChosenAmongThoseAllOffer() {
        anna.protocols = List.of(subscribing("sticky", "t"), subscribing("range", "t"), subscribing("mine", "t"));
        ben.protocols = List.of(subscribing("range", "t"), subscribing("sticky", "t"));
        TestClient carl = fixture.client("carl");
        carl.protocols = ben.protocols;
        fixture.stable(anna, ben, carl);
        assertThat(ben.joined.protocolName()).isEqualTo("range");
        assertThat(ben.joined.protocolType()).isEqualTo("consumer");
    }

    @Test
    void aMemberWithoutACommonProtocolIsRefused() {
        fixture.stable(anna);
        ben.protocols = List.of(subscribing("other", "t"));
        assertThat(ben.join().resultNow().error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        ben.protocols = anna.protocols;
        ben.protocolType = "connect";
        assertThat(ben.join().resultNow().error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void aMemberWithoutAnyProtocolFoundsNoGroup() {
        anna.protocols = List.of();
        assertThat(anna.join().resultNow().error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        anna.protocols = ben.protocols;
        anna.protocolType = "";
        assertThat(anna.join().resultNow().error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void aFollowerThatJoinsAgainUnchangedGetsTheGenerationAsItIs() {
        fixture.stable(anna, ben);
        assertThat(ben.join().resultNow().generation()).isEqualTo(1);
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aFollowerThatJoinsAgainChangedStartsARebalance() {
        fixture.stable(anna, ben);
        ben.protocols = List.of(subscribing("range", "t", "u"));
        assertThat(ben.join()).isNotDone();
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
        anna.join();
        assertThat(ben.generation).isEqualTo(2);
    }

    @Test
    void aLeaderThatJoinsAgainStartsARebalance() {
        fixture.stable(anna, ben);
        anna.join();
        assertThat(ben.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        ben.join();
        assertThat(anna.generation).isEqualTo(2);
        assertThat(anna.isLeader()).isTrue();
    }

    @Test
    void aMemberThatMissedItsJoinAnswerGetsItAgain() {
        anna.join();
        ben.join();
        fixture.advance(6_000);
        JoinAnswer again = anna.join().resultNow();
        assertThat(again.generation()).isEqualTo(1);
        assertThat(again.members()).hasSize(2);
        assertThat(fixture.state()).isEqualTo(GroupState.COMPLETING_REBALANCE);
    }

    @Test
    void ofTwoParkedJoinsOfOneMemberTheOlderEnds() {
        fixture.stable(anna, ben);
        CompletableFuture<JoinAnswer> older = anna.join();
        CompletableFuture<JoinAnswer> newer = anna.join();
        assertThat(older.resultNow().error()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        ben.join();
        assertThat(newer.resultNow().error()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aNewMemberWhoseJoinIsParkedTooLongMustTryAgain() {
        fixture.stable(anna);
        anna.sessionTimeoutMs = 1_800_000;
        anna.rebalanceTimeoutMs = 1_000_000;
        anna.join().resultNow();
        anna.sync();
        CompletableFuture<JoinAnswer> join = ben.join();
        fixture.advance(299_999);
        assertThat(join).isNotDone();
        fixture.advance(1);
        assertThat(join.resultNow().error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aFullGroupTakesNobodyElse() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withMaxSize(2));
        TestClient first = small.client("first");
        TestClient second = small.client("second");
        small.stable(first, second);
        assertThat(small.client("third").join().resultNow().error()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(small.state()).isEqualTo(GroupState.STABLE);
        assertThat(second.join().resultNow().error()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void theLastToComeIsLeftOutWhileAGroupIsPreparing() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withMaxSize(1));
        TestClient first = small.client("first");
        first.join();
        assertThat(small.client("second").join().resultNow().error()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        small.advance(3_000);
        assertThat(first.generation).isEqualTo(1);
    }

    @Test
    void metadataThatWouldNotFitIntoOneEventIsRefused() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withGenerationBytesMax(1_000));
        TestClient first = small.client("first");
        first.protocols = List.of(subscribing("range", "x".repeat(600)));
        assertThat(first.join().resultNow().error()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
    }

    @Test
    void aSlotTakesNoMoreGroupsThanItMay() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withGroupCountMax(0));
        assertThat(small.client("first").join().resultNow().error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(small.client("first").commit(0, 1)).isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    @Test
    void membersThatStartTogetherAreInTheFirstGenerationTogetherEvenWithoutADelay() {
        GroupsFixture eager = new GroupsFixture(GroupSettings.DEFAULT.withInitialRebalanceDelayMs(0));
        TestClient anna = eager.client("anna");
        TestClient ben = eager.client("ben");
        anna.requiresKnownMemberId = true;
        ben.requiresKnownMemberId = true;
        anna.join();
        ben.join();
        var first = anna.join();
        eager.advance(10);
        assertThat(first).isNotDone();
        ben.join();
        eager.advance(20);
        assertThat(first.resultNow().generation()).isEqualTo(1);
        assertThat(ben.generation).isEqualTo(1);
    }

    @Test
    void whoWasGivenAnIdAndDoesNotComeIsNotWaitedForLong() {
        GroupsFixture eager = new GroupsFixture(GroupSettings.DEFAULT.withInitialRebalanceDelayMs(0));
        TestClient anna = eager.client("anna");
        TestClient ghost = eager.client("ghost");
        ghost.requiresKnownMemberId = true;
        ghost.join();
        var first = anna.join();
        eager.advance(120);
        assertThat(first.resultNow().generation()).isEqualTo(1);
    }
}
