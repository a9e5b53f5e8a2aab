package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.topic.MetadataEvent.MemoryLost;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.function.Consumer;

/** Reads all there is; on a new run of the process it also begins a new epoch for topics that memory alone held. */
final class ReadMetadata extends MetadataCommand<ReadMetadata.Image> {
    /**
     * The metadata at one moment.
     *
     * @param topics that exist
     * @param dropping that are deleted and perhaps not dropped
     */
    record Image(List<MetadataState.Versioned> topics, List<MetadataState.Dropping> dropping, int memoryEpoch) {}

    private final boolean isNewRun;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    ReadMetadata(boolean isNewRun, Consumer<Result<Image>> answer) {
        super(answer);
        this.isNewRun = isNewRun;
    }

    @Override
    Result<Image> decide(MetadataState state, Decision decision) {
        List<MetadataState.Versioned> topics = state.topics();
        if (isNewRun && topics.stream().anyMatch(each -> each.topic().durability() == Durability.MEMORY)) {
            state.emit(decision, new MemoryLost());
        }
        return Result.of(new Image(topics, state.dropping(), state.memoryEpoch()));
    }
}
