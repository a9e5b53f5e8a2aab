package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.DeliveryConfigs;
import io.sluice.broker.config.TopicConfig;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.topic.MetadataEvent.MoveBegun;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Begins to move a partition to another shard; answers the shard that it lies in. Refused are streams of Redis, which all live in
 * one shard, and topics that take dead letters: those are written in the entry that settles their records, in the shard of these.
 */
final class BeginMove extends MetadataCommand<Integer> {
    /** So many move at once. */
    static final int MOVING_MAX = 1_000;

    private final Wanted wanted;
    private final ConfigValues broker;
    private final ShardChoice cluster;

    /** What somebody wants of a partition. */
    record Wanted(String topic, int partition, int shard, boolean validateOnly) {}

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    BeginMove(Wanted wanted, ConfigValues broker, ShardChoice cluster, Consumer<Result<Integer>> answer) {
        super(answer);
        this.wanted = wanted;
        this.broker = broker;
        this.cluster = cluster;
    }

    @Override
    public int kind() {
        return CommandKinds.BEGIN_MOVE;
    }

    @Override
    public void write(ByteWriter out) {
        out.putText(wanted.topic()).putInt(wanted.partition()).putInt(wanted.shard());
        out.putByte(wanted.validateOnly() ? 1 : 0);
    }

    /** As another node wrote it. */
    static BeginMove read(ByteReader in, ConfigValues broker, ShardChoice cluster, Consumer<Result<Integer>> answer) {
        Wanted wanted = new Wanted(in.getText(), in.getInt(), in.getInt(), in.getByte() == 1);
        return new BeginMove(wanted, broker, cluster, answer);
    }

    @Override
    Integer readAnswer(ByteReader in) {
        return in.getInt();
    }

    @Override
    Result<Integer> decide(MetadataState state, Decision decision) {
        Optional<TopicRecord> known = state.named(wanted.topic()).map(MetadataState.Versioned::topic);
        if (known.isEmpty()
                || wanted.partition() < 0
                || wanted.partition() >= known.get().partitionCount()) {
            return Result.failed(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "there is no partition " + wanted.topic() + "-" + wanted.partition());
        }
        TopicRecord topic = known.get();
        int from = topic.shard(wanted.partition());
        Optional<PartitionMove> moving = state.moves().move(topic.id(), wanted.partition());
        if (moving.isPresent() ? moving.get().to() == wanted.shard() : from == wanted.shard()) {
            return Result.of(from);
        }
        Optional<String> refusal = moving.isPresent()
                ? Optional.of("it is on its way to shard " + moving.get().to())
                : whyNot(state, topic);
        if (refusal.isPresent()) {
            return Result.failed(
                    ErrorCode.POLICY_VIOLATION,
                    "partition " + wanted.topic() + "-" + wanted.partition() + " cannot move: " + refusal.get());
        }
        if (!wanted.validateOnly()) {
            state.emit(decision, new MoveBegun(topic.id(), wanted.partition(), from, wanted.shard()));
        }
        return Result.of(from);
    }

    private static boolean isBesideItsOrigin(MetadataState state, TopicRecord topic) {
        String suffix = DeliveryConfigs.DEAD_LETTER_SUFFIX;
        String name = topic.name();
        return name.endsWith(suffix)
                && state.named(name.substring(0, name.length() - suffix.length()))
                        .isPresent();
    }

    private Optional<String> whyNot(MetadataState state, TopicRecord topic) {
        List<Integer> shards = cluster.shards();
        if (topic.durability() != Durability.FSYNC || !shards.contains(wanted.shard())) {
            return Optional.of("there is no such shard as " + wanted.shard() + "; there are " + shards);
        }
        if (state.moves().movingCount() >= MOVING_MAX) {
            return Optional.of(MOVING_MAX + " partitions move already");
        }
        TopicConfig config = new TopicConfig(new ConfigValues(topic.configs()), broker);
        TopicRules rules = TopicRules.of(config);
        if (rules.isStream()) {
            return Optional.of("it is a stream of Redis, whose key lives in the shard");
        }
        return config.topic().get(TopicConfigs.DEAD_LETTERS_TAKEN) || isBesideItsOrigin(state, topic)
                ? Optional.of("its topic takes dead letters, which are written in the shard of their origin")
                : Optional.empty();
    }
}
