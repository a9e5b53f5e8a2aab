package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.topic.MetadataEvent.TopicDeleted;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.function.Consumer;

/** Removes a topic; answers what is to be dropped. */
final class DeleteTopic implements Command<MetadataState> {
    private final TopicId id;
    private final Consumer<Result<MetadataState.Dropping>> answer;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    DeleteTopic(TopicId id, Consumer<Result<MetadataState.Dropping>> answer) {
        this.id = id;
        this.answer = answer;
    }

    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        Result<MetadataState.Dropping> result = decide(state, decision);
        decision.afterCommit(() -> answer.accept(result), error -> answer.accept(Result.failed(error)));
    }

    private Result<MetadataState.Dropping> decide(MetadataState state, Decision decision) {
        if (state.topic(id).isEmpty()) {
            return Result.failed(ErrorCode.UNKNOWN_TOPIC_ID, "there is no topic of id " + id);
        }
        state.emit(decision, new TopicDeleted(id));
        return Result.of(state.dropping(id).orElseThrow());
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
