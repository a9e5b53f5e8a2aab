package io.sluice.broker.group;

import io.sluice.broker.api.Result;
import io.sluice.broker.group.stored.GroupEvent;
import io.sluice.broker.group.stored.GroupSnapshotCodec;
import io.sluice.broker.group.stored.SlotResidence;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Slots of groups that move to another shard, as the leaders of both see to them; {@link SlotResidence} has the steps. Any thread.
 *
 * @param groups of this node
 */
public record SlotMoves(GroupCoordinator groups) {
    /**
     * What a sealed slot leaves.
     *
     * @param shardTimeMs time of the shard, which the times of its groups are of
     * @param bytes its groups, as {@link GroupSnapshotCodec#leaving} has them
     */
    public record Leaving(long shardTimeMs, ByteBuffer bytes) {}

    /** What the shard has of the slot, as committed; empty if this node does not keep the shard. */
    public Optional<SlotResidence> residence(int shard, int slot) {
        return groups.find(shard, slot).map(GroupSlot::residence);
    }

    /** Goes the step, once; complete when that is durable. NOT_COORDINATOR where it is not to be gone, or not here. */
    public CompletableFuture<ErrorCode> go(int shard, int slot, SlotResidence.Step step, long move) {
        return groups.submit(
                shard, slot, (turn, answer) -> turn.answer(answer, stage(turn, step, move)), Function.identity());
    }

    private static ErrorCode stage(Turn turn, SlotResidence.Step step, long move) {
        SlotResidence now = turn.slot().stored().residence();
        Optional<SlotResidence> next = now.after(step, move);
        next.filter(changed -> !changed.equals(now))
                .ifPresent(changed -> turn.emit(new GroupEvent.SlotStaged(changed)));
        return next.isPresent() ? ErrorCode.NONE : ErrorCode.NOT_COORDINATOR;
    }

    /** Seals the slot and answers what is in it, once all that was decided before is durable. */
    public CompletableFuture<Result<Leaving>> seal(int shard, int slot, long move) {
        return groups.submit(
                shard,
                slot,
                (turn, answer) -> {
                    ErrorCode error = stage(turn, SlotResidence.Step.SEAL, move);
                    Result<Leaving> left = error == ErrorCode.NONE
                            ? Result.of(new Leaving(
                                    turn.nowMs(),
                                    GroupSnapshotCodec.leaving(turn.slot().stored())))
                            : Result.failed(error);
                    turn.answer(answer, left, Result::failed);
                },
                Result::failed);
    }

    /** Groups come with times of the shard that they left; MESSAGE_TOO_LARGE if these do not fit into an entry. */
    public CompletableFuture<ErrorCode> arrive(
            int shard, int slot, long move, List<StoredGroup> arriving, long leftAtMs) {
        return groups.submit(
                shard,
                slot,
                (turn, answer) -> {
                    boolean mayCome = turn.slot().stored().residence().isArrivingBy(move);
                    if (mayCome) {
                        arriving.forEach(group -> group.shiftTimes(turn.nowMs() - leftAtMs));
                        turn.emit(new GroupEvent.GroupsArrived(arriving));
                    }
                    turn.answer(answer, mayCome ? ErrorCode.NONE : ErrorCode.NOT_COORDINATOR);
                },
                Function.identity());
    }
}
