package io.sluice.broker.topic;

import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.CommandReader.Outcome;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.forward.Forwarding;
import io.sluice.replication.runtime.CommandRunner;
import java.util.random.RandomGenerator;

/** Takes commands about topics that other nodes send, for the shard of this node. */
public final class ForwardedTopics {
    private final MetadataState state;
    private final CommandRunner shard;
    private final ShardChoice cluster;
    private final LiveConfigs broker;
    private final RandomGenerator random;

    private ForwardedTopics(MetadataRuntime metadata, LiveConfigs broker, RandomGenerator random) {
        this.state = metadata.state();
        this.shard = metadata.runner();
        this.cluster = metadata.cluster();
        this.broker = broker;
        this.random = random;
    }

    /** From now on; the metadata's runner is the shard itself. {@code random} is used on its apply thread. */
    public static void accept(
            Forwarding forwarding, MetadataRuntime metadata, LiveConfigs broker, RandomGenerator random) {
        ForwardedTopics topics = new ForwardedTopics(metadata, broker, random);
        forwarding.accept(CommandKinds.CREATE_TOPIC, topics::create);
        forwarding.accept(CommandKinds.DELETE_TOPIC, topics::delete);
        forwarding.accept(CommandKinds.ADD_PARTITIONS, topics::addPartitions);
        forwarding.accept(CommandKinds.CONFIGURE_TOPIC, topics::configure);
        forwarding.accept(CommandKinds.CONFIRM_DROP, topics::confirmDrop);
        forwarding.accept(CommandKinds.TAKE_PRODUCER_IDS, topics::takeProducerIds);
        forwarding.accept(CommandKinds.ADOPT_TOPIC, topics::adopt);
        forwarding.accept(CommandKinds.BEGIN_MOVE, topics::beginMove);
        forwarding.accept(CommandKinds.ADVANCE_MOVE, topics::advanceMove);
    }

    private void create(ByteReader in, Outcome outcome) {
        shard.submit(
                state,
                CreateTopic.read(in, random, cluster, ForwardedResult.telling(outcome, MetadataCodec::writeVersioned)));
    }

    private void delete(ByteReader in, Outcome outcome) {
        shard.submit(
                state,
                new DeleteTopic(in.getId(), cluster, ForwardedResult.telling(outcome, MetadataCodec::writeDropping)));
    }

    private void addPartitions(ByteReader in, Outcome outcome) {
        shard.submit(
                state,
                AddPartitions.read(in, cluster, ForwardedResult.telling(outcome, MetadataCodec::writeVersioned)));
    }

    private void configure(ByteReader in, Outcome outcome) {
        shard.submit(
                state,
                ConfigureTopic.read(
                        in, broker.values(), ForwardedResult.telling(outcome, MetadataCodec::writeVersioned)));
    }

    private void adopt(ByteReader in, Outcome outcome) {
        shard.submit(state, AdoptTopic.read(in, ForwardedResult.telling(outcome, MetadataCodec::writeVersioned)));
    }

    private void beginMove(ByteReader in, Outcome outcome) {
        shard.submit(
                state,
                BeginMove.read(
                        in,
                        broker.values(),
                        cluster,
                        ForwardedResult.telling(outcome, (out, from) -> out.putInt(from))));
    }

    private void advanceMove(ByteReader in, Outcome outcome) {
        shard.submit(
                state, AdvanceMove.read(in, ForwardedResult.telling(outcome, (out, number) -> out.putLong(number))));
    }

    private void confirmDrop(ByteReader in, Outcome outcome) {
        shard.submit(state, new ConfirmDrop(in.getId(), in.getInt(), () -> outcome.decided(out -> {})));
    }

    private void takeProducerIds(ByteReader in, Outcome outcome) {
        shard.submit(
                state,
                new TakeProducerIds(in.getInt(), ForwardedResult.telling(outcome, (out, first) -> out.putLong(first))));
    }
}
