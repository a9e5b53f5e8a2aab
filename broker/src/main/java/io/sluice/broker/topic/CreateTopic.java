package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.broker.topic.MetadataEvent.TopicPlaced;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Adds a topic whose settings are checked already; what only the state can tell is checked here. */
final class CreateTopic extends MetadataCommand<MetadataState.Versioned> {
    /** A topic id that Kafka reserves for its own metadata log, {@code Uuid.METADATA_TOPIC_ID}. */
    private static final TopicId RESERVED = new TopicId(0, 1);

    private final TopicPlan plan;
    private final long partitionsMax;
    private final RandomGenerator random;
    private final ShardChoice cluster;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    CreateTopic(
            TopicPlan plan,
            long partitionsMax,
            RandomGenerator random,
            ShardChoice cluster,
            Consumer<Result<MetadataState.Versioned>> answer) {
        super(answer);
        this.cluster = cluster;
        this.plan = plan;
        this.partitionsMax = partitionsMax;
        this.random = random;
    }

    @Override
    public int kind() {
        return CommandKinds.CREATE_TOPIC;
    }

    @Override
    public void write(ByteWriter out) {
        plan.write(out);
        out.putLong(partitionsMax);
    }

    /** As another node wrote it. */
    static CreateTopic read(
            ByteReader in,
            RandomGenerator random,
            ShardChoice cluster,
            Consumer<Result<MetadataState.Versioned>> answer) {
        return new CreateTopic(TopicPlan.read(in), in.getLong(), random, cluster, answer);
    }

    @Override
    MetadataState.Versioned readAnswer(ByteReader in) {
        return MetadataCodec.readVersioned(in);
    }

    @Override
    Result<MetadataState.Versioned> decide(MetadataState state, Decision decision) {
        Optional<TopicRecord> other = state.colliding(plan.name());
        if (other.isPresent()) {
            return taken(other.get().name());
        }
        if (state.partitionTotal() + plan.partitionCount() > partitionsMax) {
            return tooMany(state, partitionsMax);
        }
        Result<List<ShardRun>> placed =
                new TopicPlacing(state, cluster).place(plan.named(TopicId.ZERO), 0, plan.assignments());
        if (!placed.isOk()) {
            return Result.failed(placed.error(), placed.message());
        }
        if (plan.validateOnly()) {
            return Result.of(new MetadataState.Versioned(plan.named(TopicId.ZERO), state.version()));
        }
        TopicRecord topic = plan.named(freshId(state));
        state.emit(decision, new TopicCreated(topic));
        if (!placed.get().isEmpty()) {
            state.emit(decision, new TopicPlaced(topic.id(), placed.get()));
        }
        return Result.of(state.topic(topic.id()).orElseThrow());
    }

    static Result<MetadataState.Versioned> tooMany(MetadataState state, long partitionsMax) {
        return Result.failed(
                ErrorCode.POLICY_VIOLATION,
                "the broker has " + state.partitionTotal() + " partitions and takes " + partitionsMax
                        + " at most (sluice.partitions.max)");
    }

    private Result<MetadataState.Versioned> taken(String otherName) {
        return otherName.equals(plan.name())
                ? Result.failed(ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '" + plan.name() + "' already exists.")
                : Result.failed(
                        ErrorCode.INVALID_TOPIC_EXCEPTION,
                        "Topic '" + plan.name() + "' collides with existing topic: " + otherName);
    }

    private TopicId freshId(MetadataState state) {
        while (true) {
            TopicId id = new TopicId(random.nextLong(), random.nextLong());
            if (!id.equals(TopicId.ZERO) && !id.equals(RESERVED) && !state.isUsed(id)) {
                return id;
            }
        }
    }
}
