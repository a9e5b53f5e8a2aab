package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.topic.MetadataEvent.ProducerIdsTaken;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.function.Consumer;

/** Gives the next block of producer ids away; answers its first. */
final class TakeProducerIds implements Command<MetadataState> {
    private final int count;
    private final Consumer<Result<Long>> answer;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    TakeProducerIds(int count, Consumer<Result<Long>> answer) {
        this.count = count;
        this.answer = answer;
    }

    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        long first = state.nextProducerId();
        state.emit(decision, new ProducerIdsTaken(count));
        decision.afterCommit(() -> answer.accept(Result.of(first)), error -> answer.accept(Result.failed(error)));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
