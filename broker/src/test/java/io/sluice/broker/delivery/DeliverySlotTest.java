package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Backoff;
import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DeliverySlotTest {
    private static final int LOCK_MS = 1_000;

    private SimulatedSlot simulation = new SimulatedSlot(options(5, new DeliveryStart.Earliest()));

    private static DeliveryOptions options(int attemptsMax, DeliveryStart start) {
        return new DeliveryOptions(LOCK_MS, attemptsMax, Backoff.NONE, Ordering.NONE, start, DeadLetters.OFF, 2_000);
    }

    private CompletableFuture<Result<Acquired>> ask(
            String member, int recordsMax, long waitMs, BooleanSupplier isGone) {
        Acquire request =
                new Acquire(SimulatedSlot.GROUP, member, recordsMax, 1 << 20, Limit.WHOLE_BATCHES, waitMs, isGone);
        return simulation.call((turn, answer) -> turn.acquire(request, Hints.NONE, answer), Result::failed);
    }

    private List<Run> acquire(String member, int recordsMax) {
        return ask(member, recordsMax, 0, () -> false).join().get().runs();
    }

    private ErrorCode settle(String member, Settlement... settlements) {
        return simulation
                .call(
                        (turn, answer) ->
                                GroupCalls.settle(turn, SimulatedSlot.GROUP, member, List.of(settlements), answer),
                        Function.identity())
                .join();
    }

    private Description describe() {
        return simulation
                .<Result<Description>>call(
                        (turn, answer) -> GroupCalls.describe(turn, SimulatedSlot.GROUP, answer), Result::failed)
                .join()
                .get();
    }

    private static Settlement release(long first, long last) {
        return new Settlement(first, last, Verdict.RELEASE);
    }

    private static Settlement acknowledge(long first, long last) {
        return new Settlement(first, last, Verdict.ACKNOWLEDGE);
    }

    @Test
    void batchesAreHandedOutWholeAndEachIsARunOfItsOwn() {
        simulation.log().append(10);
        simulation.log().append(10);
        simulation.log().append(10);

        assertThat(acquire("a", 15)).containsExactly(new Run(0, 9, 1), new Run(10, 19, 1));
        assertThat(acquire("b", 15)).containsExactly(new Run(20, 29, 1));
        assertThat(acquire("c", 15)).isEmpty();
    }

    @Test
    void whatFailsAgainAndAgainComesBackInSmallerPieces() {
        simulation = new SimulatedSlot(options(6, new DeliveryStart.Earliest()));
        simulation.log().append(16);
        assertThat(acquire("a", 100)).containsExactly(new Run(0, 15, 1));
        settle("a", release(0, 15));
        assertThat(acquire("a", 100)).containsExactly(new Run(0, 15, 2));
        settle("a", release(0, 15));
        assertThat(acquire("a", 100)).containsExactly(new Run(0, 15, 3));
        settle("a", release(0, 15));
        assertThat(acquire("a", 100)).containsExactly(new Run(0, 7, 4));
        settle("a", release(0, 7));
        assertThat(acquire("a", 100)).containsExactly(new Run(0, 1, 5));
        settle("a", release(0, 1));
        assertThat(acquire("a", 100)).containsExactly(new Run(0, 0, 6));
    }

    @Test
    void aMemberSettlesOnlyWhatItHoldsAndAllOfItOrNothing() {
        simulation.log().append(10);
        acquire("a", 10);

        assertThat(settle("b", acknowledge(0, 0))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(settle("a", acknowledge(0, 3), acknowledge(8, 12))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(describe().acquired()).isEqualTo(10);
        assertThat(settle("a", acknowledge(0, 3), release(8, 9))).isEqualTo(ErrorCode.NONE);
        assertThat(settle("a", acknowledge(2, 2))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(settle("a", acknowledge(5, 5), acknowledge(5, 5))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(describe().firstOpenOffset()).isEqualTo(4);
        assertThat(describe().available()).isEqualTo(2);
        assertThat(describe().lag()).isEqualTo(6);
    }

    @Test
    void whoeverWaitsLongestIsServedFirst() {
        CompletableFuture<Result<Acquired>> first = ask("a", 5, 500, () -> false);
        CompletableFuture<Result<Acquired>> second = ask("b", 5, 500, () -> false);

        simulation.log().append(5);
        simulation.commit();

        assertThat(first.join().get().runs()).containsExactly(new Run(0, 4, 1));
        assertThat(second).isNotDone();
        simulation.pass(510);
        assertThat(second.join().get().runs()).isEmpty();
    }

    @Test
    void aReleaseAnEndedLockAndAMemberThatLeavesServeWhoWaits() {
        simulation.log().append(3);
        acquire("a", 3);
        CompletableFuture<Result<Acquired>> waiting = ask("b", 5, 10_000, () -> false);

        settle("a", release(1, 1));
        assertThat(waiting.join().get().runs()).containsExactly(new Run(1, 1, 2));

        CompletableFuture<Result<Acquired>> next = ask("c", 5, 10_000, () -> false);
        simulation.pass(LOCK_MS);
        assertThat(next.join().get().runs()).containsExactly(new Run(0, 0, 2), new Run(1, 1, 3), new Run(2, 2, 2));

        CompletableFuture<Result<Acquired>> last = ask("d", 5, 10_000, () -> false);
        simulation.<Result<Long>>call(
                (turn, answer) -> GroupCalls.releaseMember(turn, SimulatedSlot.GROUP, "c", 0, answer), Result::failed);
        assertThat(last.join().get().runs()).hasSize(3);
    }

    @Test
    void whatIsRenewedInTimeStaysWithItsMemberAndWhatIsNotGoesOn() {
        simulation.log().append(2);
        acquire("a", 2);
        for (int i = 0; i < 3; i++) {
            simulation.pass(LOCK_MS - 100);
            assertThat(settle("a", new Settlement(0, 0, Verdict.RENEW))).isEqualTo(ErrorCode.NONE);
        }
        assertThat(acquire("b", 2)).containsExactly(new Run(1, 1, 2));

        simulation.pass(LOCK_MS);
        assertThat(settle("a", new Settlement(0, 0, Verdict.RENEW))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(acquire("c", 2)).containsExactly(new Run(0, 0, 2), new Run(1, 1, 3));
    }

    @Test
    void whoWaitsHearsOfGrowthAlsoAfterThePartitionWasUnknownForAMoment() {
        CompletableFuture<Result<Acquired>> waiting = ask("a", 5, 10_000, () -> false);
        simulation.partitionIsKnown(false);
        simulation.log().append(1);
        simulation.commit();
        assertThat(waiting).isNotDone();

        simulation.partitionIsKnown(true);
        simulation.log().append(1);
        simulation.commit();
        assertThat(waiting.join().get().runs()).hasSize(2);
    }

    @Test
    void whoHasGoneGetsNothing() {
        AtomicBoolean isGone = new AtomicBoolean();
        CompletableFuture<Result<Acquired>> gone = ask("a", 5, 500, isGone::get);
        CompletableFuture<Result<Acquired>> there = ask("b", 5, 500, () -> false);
        isGone.set(true);

        simulation.log().append(5);
        simulation.commit();

        assertThat(gone.join().get().runs()).isEmpty();
        assertThat(there.join().get().runs()).containsExactly(new Run(0, 4, 1));
    }

    @Test
    void whoAwaitsWorkHearsOfItAndHoldsNothing() {
        CompletableFuture<ErrorCode> work = simulation.call(
                (turn, answer) -> GroupCalls.awaitWork(turn, SimulatedSlot.GROUP, 1, answer), Function.identity());
        assertThat(work).isNotDone();

        simulation.log().append(2);
        simulation.commit();

        assertThat(work.join()).isEqualTo(ErrorCode.NONE);
        assertThat(describe().acquired()).isZero();
    }

    @Test
    void whoAwaitsMuchWorkIsNotCalledForLittle() {
        CompletableFuture<ErrorCode> work = simulation.call(
                (turn, answer) ->
                        GroupCalls.awaitWork(turn, SimulatedSlot.GROUP, 3L * SimulatedLog.RECORD_BYTES, answer),
                Function.identity());
        simulation.log().append(2);
        simulation.commit();
        assertThat(work).isNotDone();
        CompletableFuture<Result<Long>> bytes = simulation.call(
                (turn, answer) -> GroupCalls.workBytes(turn, SimulatedSlot.GROUP, answer), Result::failed);
        assertThat(bytes.join().get()).isEqualTo(2L * SimulatedLog.RECORD_BYTES);

        simulation.log().append(1);
        simulation.commit();

        assertThat(work.join()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aGroupBeginsWhereItsStartIsWhenItFirstComes() {
        simulation = new SimulatedSlot(options(5, new DeliveryStart.Latest()));
        simulation.log().append(5);
        simulation.call((turn, answer) -> GroupCalls.open(turn, SimulatedSlot.GROUP, answer), Function.identity());
        simulation.log().append(5);

        assertThat(acquire("a", 100)).containsExactly(new Run(5, 9, 1));
    }

    /** What was set at it on another node before its members came is not passed over. */
    @Test
    void aGroupBeginsByTheOptionsOfNow() {
        simulation = new SimulatedSlot(options(5, new DeliveryStart.Latest()));
        simulation.log().append(5);
        simulation.log().learn();
        CompletableFuture<Result<Acquired>> answer = ask("a", 100, 0, () -> false);
        assertThat(answer).isNotDone();

        simulation.log().become(options(5, new DeliveryStart.Earliest()));
        simulation.log().learnt(true);

        assertThat(answer.join().get().runs()).containsExactly(new Run(0, 4, 1));
        assertThat(acquire("b", 100)).isEmpty();
    }

    @Test
    void noGroupBeginsWhileItsOptionsCannotBeKnown() {
        simulation.log().append(5);
        simulation.log().learn();
        CompletableFuture<Result<Acquired>> answer = ask("a", 100, 0, () -> false);

        simulation.log().learnt(false);

        assertThat(answer.join().error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(simulation.group()).isNull();
    }

    @Test
    void aStartByTimeIsLookedUpOffTheShard() {
        simulation = new SimulatedSlot(options(5, new DeliveryStart.Time(3)));
        simulation.log().append(5);

        assertThat(acquire("a", 100)).containsExactly(new Run(3, 4, 1));
    }

    @Test
    void whatIsNotInMemoryIsLookedUpOnce() {
        simulation.log().append(5);
        simulation.log().append(5);
        simulation.log().coldBelow(7);

        assertThat(acquire("a", 100)).containsExactly(new Run(0, 4, 1), new Run(5, 9, 1));
        assertThat(simulation.log().loads()).isEqualTo(1);
    }

    /** The simulated log finds 30 records at a look. */
    @Test
    void aBacklogIsLookedUpBeforeItIsWanted() {
        for (int batch = 0; batch < 10; batch++) {
            simulation.log().append(10);
        }
        simulation.log().coldBelow(100);
        List<Integer> looks = new ArrayList<>();
        for (int batch = 0; batch < 10; batch++) {
            assertThat(acquire("a", 10)).containsExactly(new Run(batch * 10L, batch * 10L + 9, 1));
            looks.add(simulation.log().loads());
        }
        assertThat(looks).containsExactly(2, 2, 2, 3, 3, 3, 4, 4, 4, 4);
    }

    @Test
    void aGroupWithTooMuchUnsettledGetsNothingNewButWhatCameBack() {
        simulation = new SimulatedSlot(new DeliveryOptions(
                LOCK_MS, 5, Backoff.NONE, Ordering.NONE, new DeliveryStart.Earliest(), DeadLetters.OFF, 10));
        simulation.log().append(10);
        simulation.log().append(10);

        assertThat(acquire("a", 100)).containsExactly(new Run(0, 9, 1));
        assertThat(acquire("a", 100)).isEmpty();
        settle("a", release(2, 3));
        assertThat(acquire("a", 100)).containsExactly(new Run(2, 3, 2));
        settle("a", acknowledge(0, 0));
        assertThat(acquire("a", 100)).containsExactly(new Run(10, 19, 1));
    }

    @Test
    void aReleaseMayWaitAndARejectEndsADelivery() {
        simulation.log().append(2);
        acquire("a", 2);
        settle("a", new Settlement(0, 0, Verdict.RELEASE, 200, ""), new Settlement(1, 1, Verdict.REJECT));

        assertThat(acquire("a", 2)).isEmpty();
        simulation.pass(200);
        assertThat(acquire("a", 2)).containsExactly(new Run(0, 0, 2));
        assertThat(simulation.counters().givenUp.sum()).isEqualTo(1);
    }

    @Test
    void oneRecordComesAgainToThisGroupAlone() {
        simulation.log().append(3);
        acquire("a", 3);
        settle("a", acknowledge(0, 2));

        assertThat(reopen(1)).isEqualTo(ErrorCode.NONE);
        assertThat(reopen(1)).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(reopen(3)).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(acquire("a", 3)).containsExactly(new Run(1, 1, 1));
    }

    private ErrorCode reopen(long offset) {
        return simulation
                .call(
                        (turn, answer) -> GroupCalls.reopen(turn, SimulatedSlot.GROUP, offset, List.of(), answer),
                        Function.identity())
                .join();
    }

    @Test
    void aResetForgetsWhatIsOpen() {
        simulation.log().append(5);
        acquire("a", 5);

        long position = simulation
                .<Result<Long>>call(
                        (turn, answer) -> GroupCalls.reset(
                                turn, SimulatedSlot.GROUP, new DeliveryStart.Offset(2), Hints.NONE, answer),
                        Result::failed)
                .join()
                .get();

        assertThat(position).isEqualTo(2);
        assertThat(settle("a", acknowledge(0, 0))).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(acquire("a", 5)).containsExactly(new Run(2, 4, 1));
    }

    @Test
    void aDeletedGroupTellsWhoWaits() {
        CompletableFuture<Result<Acquired>> waiting = ask("a", 5, 500, () -> false);

        assertThat(delete()).isEqualTo(ErrorCode.NONE);

        assertThat(waiting.join().error()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(delete()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(simulation.log().listeners()).isZero();
    }

    private ErrorCode delete() {
        return simulation
                .call((turn, answer) -> GroupCalls.delete(turn, SimulatedSlot.GROUP, answer), Function.identity())
                .join();
    }

    @Test
    void retentionSettlesWhatItTakes() {
        simulation.log().append(5);
        acquire("a", 5);
        simulation.log().dropBelow(3);
        simulation.log().append(1);

        assertThat(settle("a", acknowledge(0, 3))).isEqualTo(ErrorCode.NONE);
        assertThat(acquire("a", 5)).containsExactly(new Run(5, 5, 1));
        assertThat(describe().firstOpenOffset()).isEqualTo(4);
    }

    private static DeliveryOptions byKey(int attemptsMax) {
        return new DeliveryOptions(
                LOCK_MS, attemptsMax, Backoff.NONE, Ordering.KEY, new DeliveryStart.Earliest(), DeadLetters.OFF, 2_000);
    }

    @Test
    void oneRecordOfAKeyIsUnderWayAndOthersFlowAround() {
        simulation = new SimulatedSlot(byKey(5));
        simulation.log().appendKeyed(7, 7, 8, 0, 7, 8);

        assertThat(acquire("a", 10)).containsExactly(new Run(0, 0, 1), new Run(2, 3, 1));
        assertThat(acquire("b", 10)).isEmpty();
        assertThat(describe().available()).as("they wait for their keys").isEqualTo(3);

        settle("a", acknowledge(2, 2));
        assertThat(acquire("b", 10)).containsExactly(new Run(5, 5, 1));
        settle("a", release(0, 0));
        assertThat(acquire("b", 10)).as("not the next of its key").containsExactly(new Run(0, 0, 2));
        settle("b", acknowledge(0, 0));
        assertThat(acquire("a", 10)).containsExactly(new Run(1, 1, 1));
    }

    @Test
    void whoWaitsIsServedWhenTheRecordBeforeItIsDone() {
        simulation = new SimulatedSlot(byKey(5));
        simulation.log().appendKeyed(7, 7);
        acquire("a", 10);
        CompletableFuture<Result<Acquired>> waiting = ask("b", 5, 10_000, () -> false);
        assertThat(waiting).isNotDone();

        settle("a", new Settlement(0, 0, Verdict.REJECT));

        assertThat(waiting.join().get().runs()).containsExactly(new Run(1, 1, 1));
    }

    @Test
    void theOrderOfAKeyOutlivesItsLeaderAndAReopenedRecordWaitsForItsKey() {
        simulation = new SimulatedSlot(byKey(0));
        simulation.log().appendKeyed(7, 7, 7);
        acquire("a", 10);
        settle("a", acknowledge(0, 0));
        assertThat(acquire("a", 10)).containsExactly(new Run(1, 1, 1));
        simulation.failOver(true);
        simulation.pass(0);

        assertThat(acquire("b", 10)).containsExactly(new Run(1, 1, 2));
        assertThat(reopen(0)).isEqualTo(ErrorCode.NONE);
        assertThat(acquire("b", 10)).isEmpty();
        settle("b", acknowledge(1, 1));
        assertThat(acquire("b", 10)).containsExactly(new Run(0, 0, 1));
        settle("b", acknowledge(0, 0));
        assertThat(acquire("b", 10)).containsExactly(new Run(2, 2, 1));
    }

    @Test
    void noMoreThanSoManyRecordsWaitForTheirKeys() {
        simulation = new SimulatedSlot(byKey(0));
        long[] one = new long[AcquireDecider.BLOCKED_MAX + 10];
        Arrays.fill(one, 7);
        simulation.log().appendKeyed(one);

        assertThat(acquire("a", 10)).containsExactly(new Run(0, 0, 1));
        assertThat(describe().available()).isEqualTo(AcquireDecider.BLOCKED_MAX);
        assertThat(describe().position()).isEqualTo(AcquireDecider.BLOCKED_MAX + 1);
    }

    @Test
    void whatIsHandedOutInOrderIsAnsweredOnceItIsDurable() {
        simulation = new SimulatedSlot(byKey(0));
        simulation.log().appendKeyed(7);
        Acquire request = Acquire.now(SimulatedSlot.GROUP, "a", 1, 1 << 20, Limit.EXACT);
        CompletableFuture<Result<Acquired>> answer =
                simulation.decide((turn, same) -> turn.acquire(request, Hints.NONE, same), Result::failed);

        assertThat(answer).isNotDone();
        simulation.lose();
        assertThat(answer.join().error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(acquire("b", 1)).containsExactly(new Run(0, 0, 1));
    }
}
