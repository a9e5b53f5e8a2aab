package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Backoff;
import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Groups go from the slot of one shard into that of another. */
final class GroupMovesTest {
    private static final long ELSEWHERE_MS = 77_000_000;
    private static final long LOCK_MS = 500;

    private static DeliveryOptions options(DeadLetters letters) {
        return new DeliveryOptions(LOCK_MS, 2, Backoff.NONE, Ordering.NONE, new DeliveryStart.Earliest(), letters, 0);
    }

    private static List<Long> acquire(SimulatedSlot simulation, String member, int records) {
        Acquire request = Acquire.now(SimulatedSlot.GROUP, member, records, 1 << 20, Limit.EXACT);
        Result<Acquired> acquired = simulation
                .call(
                        (SlotTurn turn, CompletableFuture<Result<Acquired>> answer) ->
                                turn.acquire(request, Hints.NONE, answer),
                        Result::failed)
                .join();
        List<Long> offsets = new ArrayList<>();
        acquired.get().runs().forEach(run -> {
            for (long offset = run.firstOffset(); offset <= run.lastOffset(); offset++) {
                offsets.add(offset);
            }
        });
        return offsets;
    }

    private static ErrorCode settle(SimulatedSlot simulation, String member, long offset, Verdict verdict) {
        return simulation
                .call(
                        (SlotTurn turn, CompletableFuture<ErrorCode> answer) -> GroupCalls.settle(
                                turn,
                                SimulatedSlot.GROUP,
                                member,
                                List.of(new Settlement(offset, offset, verdict)),
                                answer),
                        Function.identity())
                .join();
    }

    @Test
    void whatWasAcknowledgedStaysSoAndWhatWasHandedOutIsHandedOutAgain() {
        SimulatedSlot simulation = new SimulatedSlot(options(DeadLetters.OFF));
        simulation.log().append(6);
        assertThat(acquire(simulation, "first", 4)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(settle(simulation, "first", 1, Verdict.ACKNOWLEDGE)).isEqualTo(ErrorCode.NONE);

        simulation.moveTo(ELSEWHERE_MS, 0);

        assertThat(settle(simulation, "first", 0, Verdict.ACKNOWLEDGE)).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(acquire(simulation, "second", 10)).containsExactly(0L, 2L, 3L, 4L, 5L);
        Row again = Objects.requireNonNull(
                Objects.requireNonNull(simulation.group()).rows().find(0));
        assertThat(again.count()).isEqualTo(2);
        assertThat(again.timeMs()).isEqualTo(simulation.nowMs() + LOCK_MS);
    }

    @Test
    void nothingOfAGroupChangesWhileItsPartitionIsSealed() {
        SimulatedSlot simulation = new SimulatedSlot(options(DeadLetters.OFF));
        simulation.log().append(3);
        acquire(simulation, "first", 1);
        simulation.partitionIsKnown(false);
        ByteBuffer before = simulation.slot().snapshot();

        assertThat(settle(simulation, "first", 0, Verdict.ACKNOWLEDGE)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(simulation
                        .call(
                                (SlotTurn turn, CompletableFuture<ErrorCode> answer) ->
                                        GroupCalls.delete(turn, SimulatedSlot.GROUP, answer),
                                Function.identity())
                        .join())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(simulation
                        .call(
                                (SlotTurn turn, CompletableFuture<Result<Long>> answer) ->
                                        GroupCalls.releaseMember(turn, SimulatedSlot.GROUP, "first", 0, answer),
                                Result::failed)
                        .join()
                        .error())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        simulation.pass(10 * LOCK_MS);

        assertThat(simulation.slot().snapshot()).isEqualTo(before);
        simulation.partitionIsKnown(true);
        simulation.pass(LOCK_MS);
        assertThat(acquire(simulation, "second", 3)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void theLastAttemptIsTheLastInTheOtherShardToo() {
        SimulatedSlot simulation = new SimulatedSlot(options(DeadLetters.OFF));
        simulation.log().append(1);
        assertThat(acquire(simulation, "first", 1)).containsExactly(0L);
        simulation.moveTo(ELSEWHERE_MS, 1);
        assertThat(acquire(simulation, "first", 1)).containsExactly(0L);
        simulation.moveTo(2 * ELSEWHERE_MS, 2);

        assertThat(acquire(simulation, "first", 1)).isEmpty();
        assertThat(Objects.requireNonNull(simulation.group()).rows().isEmpty()).isTrue();
    }

    @Test
    void aDeadLetterThatWasOnItsWayIsLookedForBeforeItIsWrittenAgain() {
        SimulatedSlot simulation = new SimulatedSlot(options(DeadLetters.ON));
        simulation.log().append(1);
        assertThat(acquire(simulation, "first", 1)).containsExactly(0L);
        assertThat(settle(simulation, "first", 0, Verdict.REJECT)).isEqualTo(ErrorCode.NONE);
        assertThat(simulation.log().preparations().removeFirst().job().mayBeWritten())
                .isFalse();

        simulation.moveTo(ELSEWHERE_MS, 0);
        simulation.pass(200);

        assertThat(simulation.log().preparations()).hasSize(1);
        assertThat(simulation.log().preparations().getFirst().job().mayBeWritten())
                .isTrue();
    }

    @Test
    void deadLettersGoOnWhereASealIsTakenBack() {
        SimulatedSlot simulation = new SimulatedSlot(options(DeadLetters.ON));
        simulation.log().append(1);
        acquire(simulation, "first", 1);
        settle(simulation, "first", 0, Verdict.REJECT);
        SimulatedLog.Preparation before = simulation.log().preparations().removeFirst();

        simulation.partitionIsKnown(false);
        before.answer().accept(DeadLetterJob.Prepared.written(before.job().records()));
        simulation.commit();
        simulation.pass(5_000);
        simulation.partitionIsKnown(true);
        simulation.pass(5_000);

        assertThat(simulation.log().preparations()).hasSize(1);
    }

    @Test
    void aGroupThatIsLargerThanAnEntryComesInPortions() {
        int rows = 100_000;
        StoredGroup left = new StoredGroup(9, SimulatedSlot.GROUP, 3L * rows);
        left.members().add(4, "member");
        for (int i = 0; i < rows; i++) {
            left.rows().insert(new Row(3L * i, 1, RowState.DELAYED, Members.NOBODY, 5_000 + i, 1 + i % 3));
        }
        SimulatedSlot simulation = new SimulatedSlot(options(DeadLetters.OFF));
        ByteBuffer snapshot = SlotSnapshot.capture(1, List.of(left)).get();
        assertThat(snapshot.remaining()).isGreaterThan(256 << 10);

        GroupsArrival arrival = new GroupsArrival(simulation, GroupMoves.read(snapshot, SimulatedSlot.TOPIC, 0), 4_000);
        CompletableFuture<ErrorCode> arrived = simulation.call(
                (SlotTurn turn, CompletableFuture<ErrorCode> answer) -> arrival.begin(turn, group -> true, answer),
                Function.identity());

        assertThat(arrived.join()).isEqualTo(ErrorCode.NONE);
        StoredGroup group = Objects.requireNonNull(simulation.group());
        assertThat(group.position()).isEqualTo(left.position());
        assertThat(group.members().nameOf(4)).contains("member");
        assertThat(group.rows().rowCount()).isEqualTo(rows);
        Row last = Objects.requireNonNull(group.rows().find(3L * (rows - 1)));
        assertThat(last.count()).isEqualTo(1 + (rows - 1) % 3);
        assertThat(last.timeMs()).isEqualTo(simulation.nowMs() + 1_000 + rows - 1);
    }

    @Test
    void recordsOfAWallTimeWaitForThatInTheOtherShard() {
        SimulatedSlot simulation = new SimulatedSlot(options(DeadLetters.OFF));
        long dueMs = simulation.log().wallMs() + 3_000;
        simulation.log().appendDue(dueMs);
        assertThat(acquire(simulation, "first", 1)).isEmpty();

        simulation.moveTo(ELSEWHERE_MS, 0);

        assertThat(simulation.log().wallMs()).isEqualTo(dueMs - 3_000);
        simulation.pass(2_900);
        assertThat(acquire(simulation, "first", 1)).isEmpty();
        simulation.pass(200);
        assertThat(acquire(simulation, "first", 1)).containsExactly(0L);
    }

    @Test
    void groupsOfAnotherPartitionAreNotTaken() {
        DeliveryGroup other = new DeliveryGroup(DeliveryKind.SHARE, "workers", SimulatedSlot.TOPIC, 1);
        SlotState state = new SlotState();
        state.apply(DeliveryEvents.opened(1, other, 5), UndoLog.NONE);

        assertThatThrownBy(() -> GroupMoves.read(state.capture().get(), SimulatedSlot.TOPIC, 0))
                .isInstanceOf(BrokenInvariantException.class)
                .hasMessageContaining("is of another partition");
    }
}
