package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;
import java.util.Optional;
import java.util.function.Consumer;

/** Adds a topic that a data shard has made already, under the id that it has there. */
final class AdoptTopic extends MetadataCommand<MetadataState.Versioned> {
    private final TopicId id;
    private final TopicPlan plan;
    private final long partitionsMax;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    AdoptTopic(TopicId id, TopicPlan plan, long partitionsMax, Consumer<Result<MetadataState.Versioned>> answer) {
        super(answer);
        this.id = id;
        this.plan = plan;
        this.partitionsMax = partitionsMax;
    }

    @Override
    public int kind() {
        return CommandKinds.ADOPT_TOPIC;
    }

    @Override
    public void write(ByteWriter out) {
        out.putId(id);
        plan.write(out);
        out.putLong(partitionsMax);
    }

    /** As another node wrote it. */
    static AdoptTopic read(ByteReader in, Consumer<Result<MetadataState.Versioned>> answer) {
        TopicId id = in.getId();
        TopicPlan plan = TopicPlan.read(in);
        return new AdoptTopic(id, plan, in.getLong(), answer);
    }

    @Override
    MetadataState.Versioned readAnswer(ByteReader in) {
        return MetadataCodec.readVersioned(in);
    }

    @Override
    Result<MetadataState.Versioned> decide(MetadataState state, Decision decision) {
        Optional<MetadataState.Versioned> known = state.topic(id);
        if (known.isPresent()) {
            return Result.of(known.get());
        }
        if (state.isUsed(id)) {
            return Result.failed(ErrorCode.UNKNOWN_TOPIC_ID, "topic id " + id + " is being dropped");
        }
        if (state.colliding(plan.name()).isPresent()) {
            return Result.failed(
                    ErrorCode.TOPIC_ALREADY_EXISTS, "another topic has the name " + plan.name() + " or one like it");
        }
        if (state.partitionTotal() + plan.partitionCount() > partitionsMax) {
            return CreateTopic.tooMany(state, partitionsMax);
        }
        TopicRecord topic = plan.named(id);
        state.emit(decision, new TopicCreated(topic));
        return Result.of(state.topic(id).orElseThrow());
    }
}
