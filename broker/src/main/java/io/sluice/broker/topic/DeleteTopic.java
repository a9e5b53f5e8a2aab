package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.topic.MetadataEvent.GroupsToForget;
import io.sluice.broker.topic.MetadataEvent.TopicDeleted;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.function.Consumer;

/** Removes a topic; answers what is to be dropped, also of one that is removed and not dropped yet. */
final class DeleteTopic extends MetadataCommand<MetadataState.Dropping> {
    private final TopicId id;
    private final ShardChoice cluster;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    DeleteTopic(TopicId id, ShardChoice cluster, Consumer<Result<MetadataState.Dropping>> answer) {
        super(answer);
        this.id = id;
        this.cluster = cluster;
    }

    @Override
    public int kind() {
        return CommandKinds.DELETE_TOPIC;
    }

    @Override
    public void write(ByteWriter out) {
        out.putId(id);
    }

    @Override
    MetadataState.Dropping readAnswer(ByteReader in) {
        return MetadataCodec.readDropping(in);
    }

    @Override
    Result<MetadataState.Dropping> decide(MetadataState state, Decision decision) {
        if (state.topic(id).isEmpty()) {
            return state.dropping(id)
                    .map(Result::of)
                    .orElseGet(() -> Result.failed(ErrorCode.UNKNOWN_TOPIC_ID, "there is no topic of id " + id));
        }
        state.emit(decision, new TopicDeleted(id));
        List<Integer> ofGroups = cluster.shardsOfGroups();
        if (!ofGroups.equals(List.of(MetadataState.POSITIONS_SHARD))) {
            state.emit(decision, new GroupsToForget(id, ofGroups));
        }
        return Result.of(state.dropping(id).orElseThrow());
    }
}
