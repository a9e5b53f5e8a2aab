package io.sluice.broker.stream;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Retention lets go of the oldest entries of a topic's stream.
 *
 * @param offset what lies below goes
 * @param whenDone hears on the apply thread, once it is durable
 * @param answer how it ended
 */
record TrimBelow(
        TopicId topicId,
        long offset,
        StreamRules rules,
        Consumer<StreamTurn> whenDone,
        CompletableFuture<ErrorCode> answer)
        implements Command<StreamMachine> {
    @Override
    public void decide(StreamMachine machine, Decision decision, long nowMs) {
        StreamTurn turn = new StreamTurn(machine, decision, rules, new Lookups(id -> Optional.empty()), nowMs);
        boolean isThere = turn.trimTo(topicId, offset);
        decision.afterCommit(
                () -> {
                    whenDone.accept(turn);
                    answer.complete(isThere ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_ID);
                },
                answer::complete);
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.complete(reason);
    }
}
