package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.GroupEvent;
import io.sluice.broker.group.stored.ShareGroupState;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One decision of a slot.
 *
 * @param slot whose turn it is
 * @param live its running groups
 * @param decision takes events and answers
 * @param nowMs shard time
 */
record Turn(GroupSlot slot, LiveGroups live, Decision decision, long nowMs) {
    /** Emits an event; the replicated state has it when this returns. */
    void emit(GroupEvent event) {
        slot.emit(decision, event);
    }

    @Nullable
    StoredGroup stored(String groupId) {
        return slot.stored().find(groupId);
    }

    /** The group of the consumer protocol; null if there is none of this id. */
    @Nullable
    ConsumerGroup consumerGroup(String groupId) {
        StoredGroup stored = stored(groupId);
        LiveConsumerGroup running = live.findConsumer(groupId);
        ConsumerGroupState state = stored == null ? null : stored.consumer();
        return state == null || running == null ? null : new ConsumerGroup(this, groupId, state, running);
    }

    /** The share group; null if there is none of this id. */
    @Nullable
    ShareGroup shareGroup(String groupId) {
        StoredGroup stored = stored(groupId);
        LiveShareGroup running = live.findShare(groupId);
        ShareGroupState state = stored == null ? null : stored.share();
        return state == null || running == null ? null : new ShareGroup(this, groupId, state, running);
    }

    /** Runs the task when all that was decided so far is durable; not at all if that does not happen. */
    void afterCommit(Runnable task) {
        decision.afterCommit(task, error -> {});
    }

    /** Gives up a classic group of which nothing is left, neither running nor stored. */
    void dropIfVoid(LiveGroup group) {
        if (group.isVoid() && stored(group.id()) == null) {
            live.drop(group, ErrorCode.UNKNOWN_MEMBER_ID);
        }
    }

    /** Answers when all that was decided so far is durable; with {@code failed} if that does not happen. */
    <A> void answer(CompletableFuture<A> future, A answer, Function<ErrorCode, A> failed) {
        decision.afterCommit(
                () -> future.complete(answer), error -> future.complete(failed.apply(Answers.forClients(error))));
    }

    void answer(CompletableFuture<ErrorCode> future, ErrorCode error) {
        answer(future, error, Function.identity());
    }

    void failJoin(CompletableFuture<JoinAnswer> future, ErrorCode error, String memberId) {
        answer(future, JoinAnswer.failed(error, memberId), Answers.joinFailed(memberId));
    }

    void failSync(CompletableFuture<SyncAnswer> future, ErrorCode error) {
        answer(future, Answers.syncFailed(error), Answers::syncFailed);
    }

    /** Parks a join; one that the same member parked before ends, since only one can have the answer. */
    void parkJoin(LiveMember member, CompletableFuture<JoinAnswer> future) {
        endJoin(member, ErrorCode.REBALANCE_IN_PROGRESS, member.id());
        member.parkJoin(future);
    }

    /** Parks a sync; one that the same member parked before ends, since only one can have the answer. */
    void parkSync(LiveMember member, CompletableFuture<SyncAnswer> future) {
        endSync(member, ErrorCode.REBALANCE_IN_PROGRESS);
        member.parkSync(future);
    }

    /** Ends the member's parked join, if there is one, with an error. */
    void endJoin(LiveMember member, ErrorCode error, String memberId) {
        CompletableFuture<JoinAnswer> parked = member.takeJoin();
        if (parked != null) {
            failJoin(parked, error, memberId);
        }
    }

    /** Ends the member's parked heartbeat, if there is one. */
    void endBeat(LiveMember member, ErrorCode error) {
        CompletableFuture<ErrorCode> parked = member.takeBeat();
        if (parked != null) {
            answer(parked, error);
        }
    }

    /** Ends the member's parked sync, if there is one, with an error. */
    void endSync(LiveMember member, ErrorCode error) {
        CompletableFuture<SyncAnswer> parked = member.takeSync();
        if (parked != null) {
            failSync(parked, error);
        }
    }
}
