package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.topic.MetadataEvent.MemoryLost;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.function.Consumer;

/** Reads all there is; on a new run of the process it also begins a new epoch for topics that memory alone held. */
final class ReadMetadata implements Command<MetadataState> {
    /**
     * The metadata at one moment.
     *
     * @param topics that exist
     * @param dropping that are deleted and perhaps not dropped
     */
    record Image(List<MetadataState.Versioned> topics, List<MetadataState.Dropping> dropping, int memoryEpoch) {}

    private final boolean isNewRun;
    private final Consumer<Result<Image>> answer;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    ReadMetadata(boolean isNewRun, Consumer<Result<Image>> answer) {
        this.isNewRun = isNewRun;
        this.answer = answer;
    }

    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        List<MetadataState.Versioned> topics = state.topics();
        if (isNewRun && topics.stream().anyMatch(each -> each.topic().durability() == Durability.MEMORY)) {
            state.emit(decision, new MemoryLost());
        }
        Image image = new Image(topics, state.dropping(), state.memoryEpoch());
        decision.afterCommit(() -> answer.accept(Result.of(image)), error -> answer.accept(Result.failed(error)));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
