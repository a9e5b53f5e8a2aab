package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.topic.MetadataEvent.PartitionsAdded;
import io.sluice.broker.topic.MetadataEvent.TopicPlaced;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Gives a topic more partitions; the sentences of refusals are those of Kafka's controller. */
final class AddPartitions extends MetadataCommand<MetadataState.Versioned> {
    private final Wanted wanted;
    private final long partitionsMax;
    private final ShardChoice cluster;

    /** What somebody wants of a topic. */
    record Wanted(TopicId id, int partitionCount, List<List<Integer>> assignments, boolean validateOnly) {}

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    AddPartitions(
            Wanted wanted, long partitionsMax, ShardChoice cluster, Consumer<Result<MetadataState.Versioned>> answer) {
        super(answer);
        this.cluster = cluster;
        this.wanted = wanted;
        this.partitionsMax = partitionsMax;
    }

    @Override
    public int kind() {
        return CommandKinds.ADD_PARTITIONS;
    }

    @Override
    public void write(ByteWriter out) {
        out.putId(wanted.id()).putInt(wanted.partitionCount());
        MetadataCodec.writeAssignments(out, wanted.assignments());
        out.putByte(wanted.validateOnly() ? 1 : 0).putLong(partitionsMax);
    }

    /** As another node wrote it. */
    static AddPartitions read(ByteReader in, ShardChoice cluster, Consumer<Result<MetadataState.Versioned>> answer) {
        Wanted wanted = new Wanted(in.getId(), in.getInt(), MetadataCodec.readAssignments(in), in.getByte() == 1);
        return new AddPartitions(wanted, in.getLong(), cluster, answer);
    }

    @Override
    MetadataState.Versioned readAnswer(ByteReader in) {
        return MetadataCodec.readVersioned(in);
    }

    @Override
    Result<MetadataState.Versioned> decide(MetadataState state, Decision decision) {
        Optional<MetadataState.Versioned> known = state.topic(wanted.id());
        if (known.isEmpty()) {
            return Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        Result<MetadataState.Versioned> checked = check(state, known.get());
        if (!checked.isOk()) {
            return checked;
        }
        TopicRecord topic = known.get().topic();
        Result<List<ShardRun>> placed = new TopicPlacing(state, cluster)
                .place(topic.withPartitions(wanted.partitionCount()), topic.partitionCount(), wanted.assignments());
        if (!placed.isOk()) {
            return Result.failed(placed.error(), placed.message());
        }
        if (wanted.validateOnly()) {
            return checked;
        }
        state.emit(decision, new PartitionsAdded(wanted.id(), wanted.partitionCount()));
        if (!placed.get().equals(topic.runs())) {
            state.emit(decision, new TopicPlaced(wanted.id(), placed.get()));
        }
        return Result.of(state.topic(wanted.id()).orElseThrow());
    }

    /** The topic as it is if nothing speaks against it. */
    private Result<MetadataState.Versioned> check(MetadataState state, MetadataState.Versioned known) {
        TopicRecord topic = known.topic();
        int before = topic.partitionCount();
        if (wanted.partitionCount() == before) {
            return Result.failed(ErrorCode.INVALID_PARTITIONS, "Topic already has " + before + " partition(s).");
        }
        if (wanted.partitionCount() < before) {
            return Result.failed(
                    ErrorCode.INVALID_PARTITIONS,
                    "The topic " + topic.name() + " currently has " + before + " partition(s); "
                            + wanted.partitionCount() + " would not be an increase.");
        }
        if (wanted.partitionCount() > BrokerConfigs.LARGEST_PARTITION_COUNT) {
            return Result.failed(
                    ErrorCode.INVALID_PARTITIONS,
                    "a topic has " + BrokerConfigs.LARGEST_PARTITION_COUNT + " partitions at most, not "
                            + wanted.partitionCount());
        }
        if (state.partitionTotal() + wanted.partitionCount() - before > partitionsMax) {
            return CreateTopic.tooMany(state, partitionsMax);
        }
        return Result.of(known);
    }
}
