package io.sluice.broker.topic;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigEdit;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.config.TopicConfig;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.runtime.CommandRunner;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of this node. A change is first an event of {@link MetadataState} and then, once that is committed, a
 * control entry of the data shard, which {@link TopicFollower} proposes; between the two there is no order but this one,
 * so what a crash or a failure left undone is proposed again at the next start and by {@link #repair}.
 *
 * <p>Answers come on the apply thread of one of the shards: whoever waits hands over.
 */
public final class LocalTopics implements TopicService {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTopics.class);
    private static final int AUTO_CREATING_MAX = 1_000;

    private final MetadataState state;
    private final CommandRunner runner;
    private final DataShards shards;
    private final LiveConfigs broker;
    private final ShardChoice cluster;
    private final RandomGenerator random;
    private final TopicFollower follower;
    private final TopicRegistry registry;
    private final Map<String, CompletableFuture<Result<Topic>>> autoCreating = new ConcurrentHashMap<>();

    /** {@code random} is used on the apply thread of the metadata. Empty until {@link #start}. */
    public LocalTopics(
            MetadataRuntime metadata,
            DataShards shards,
            PartitionPaths paths,
            LiveConfigs broker,
            RandomGenerator random) {
        this.state = metadata.state();
        this.runner = metadata.runner();
        this.cluster = metadata.cluster();
        this.shards = shards;
        this.broker = broker;
        this.random = random;
        this.follower = new TopicFollower(metadata, shards, paths, broker);
        this.registry = follower.registry();
    }

    /**
     * What else must forget a topic by its name, once the deletion is durable and before it is answered; asked again at
     * the next start if it fails. Before {@link #start}.
     */
    public void whenDeleted(GroupsOfShards forget) {
        follower.whenDeleted(forget);
    }

    TopicFollower follower() {
        return follower;
    }

    /** Reads the metadata and opens and drops what the last run left undone; complete when all topics are open. */
    public CompletableFuture<ErrorCode> start() {
        return follower.start();
    }

    /** Tries again what failed since the last call. Any thread, now and then. */
    public void repair() {
        follower.repair();
    }

    /** Shows the replicas of every open topic, those of a topic one after the other. Any thread. */
    public void forEachReplica(BiConsumer<Topic, PartitionReplica> visitor) {
        for (LocalTopic topic : registry.known()) {
            for (int i = 0; topic.isOpen() && i < topic.partitionCount(); i++) {
                shards.find(topic.wanted().topic().shard(i), topic.id(), i)
                        .ifPresent(replica -> visitor.accept(topic, replica));
            }
        }
    }

    /** The shard that the partition lies in. Any thread. */
    public int shardOf(Topic topic, int partition) {
        Check.check(topic instanceof LocalTopic, "topic %s is not of this node", topic.name());
        return ((LocalTopic) topic).wanted().topic().shard(partition);
    }

    /** What moves between shards, as committed. Any thread. */
    public MovesImage moves() {
        return state.movesImage();
    }

    /**
     * Begins to move a partition to another shard, or says only whether that is possible; answers the shard that it lies in.
     * POLICY_VIOLATION with the reason, UNKNOWN_TOPIC_OR_PARTITION.
     */
    public CompletableFuture<Result<Integer>> beginMove(String topic, int partition, int shard, boolean validateOnly) {
        CompletableFuture<Result<Integer>> answer = new CompletableFuture<>();
        BeginMove.Wanted wanted = new BeginMove.Wanted(topic, partition, shard, validateOnly);
        runner.submit(state, new BeginMove(wanted, broker.values(), cluster, answer::complete));
        return answer;
    }

    /** Takes a move back that is not sealed yet. POLICY_VIOLATION if it is, NO_REASSIGNMENT_IN_PROGRESS if it is over. */
    public CompletableFuture<Result<Long>> takeMoveBack(PartitionMove move) {
        return advance(move, AdvanceMove.Step.TAKEN_BACK, PartitionMove.Cut.NONE);
    }

    /** Takes a move back as {@link #takeMoveBack} does and begins it anew, with a copy of its own. */
    public CompletableFuture<Result<Long>> beginMoveAgain(PartitionMove move) {
        return advance(move, AdvanceMove.Step.BEGUN_AGAIN, PartitionMove.Cut.NONE);
    }

    /** The old shard takes nothing more and everything is copied; the base of {@code cut} is the last leader epoch there. */
    public CompletableFuture<Result<Long>> moveSealed(PartitionMove move, PartitionMove.Cut cut) {
        return advance(move, AdvanceMove.Step.SEALED, cut);
    }

    /** The new shard serves the partition. */
    public CompletableFuture<Result<Long>> moveAdopted(PartitionMove move) {
        return advance(move, AdvanceMove.Step.ADOPTED, PartitionMove.Cut.NONE);
    }

    /** The old shard has let go of it. */
    public CompletableFuture<Result<Long>> moveDone(PartitionMove move) {
        return advance(move, AdvanceMove.Step.DONE, PartitionMove.Cut.NONE);
    }

    private CompletableFuture<Result<Long>> advance(PartitionMove move, AdvanceMove.Step step, PartitionMove.Cut cut) {
        CompletableFuture<Result<Long>> answer = new CompletableFuture<>();
        var wanted = new AdvanceMove.Wanted(move.topicId(), move.partition(), move.number(), step, cut);
        runner.submit(state, new AdvanceMove(wanted, answer::complete));
        return answer;
    }

    /** When segments of the topic end, and the version of the metadata that says so; empty if there is no such topic. */
    public Optional<TopicSegments> segments(TopicId id) {
        return registry.known(id).map(topic -> new TopicSegments(topic.wanted().version(), topic.segments()));
    }

    /** Of a topic as the metadata had it at that version. */
    public record TopicSegments(long version, SegmentSettings settings) {}

    /** This node may lead other shards than before: it looks again at what is to be done for them. Any thread. */
    public void leadershipChanged() {
        follower.repairNow();
    }

    /** A replica of an open topic, if it is here. Any thread; does not block. */
    public Optional<PartitionReplica> replica(TopicId id, int partition) {
        return registry.known(id)
                .filter(topic -> topic.isOpen() && partition >= 0 && partition < topic.partitionCount())
                .flatMap(topic -> shards.find(topic.wanted().topic().shard(partition), id, partition));
    }

    @Override
    public void addListener(TopicListener listener) {
        follower.addListener(listener);
    }

    @Override
    public Collection<Topic> all() {
        return registry.all();
    }

    /** Whether the metadata, as this node has it, has a topic of the name, open here or not. */
    public boolean isKnown(String name) {
        return registry.has(name);
    }

    @Override
    public Optional<Topic> find(String name) {
        return registry.find(name);
    }

    @Override
    public Optional<Topic> find(TopicId id) {
        return registry.find(id);
    }

    @Override
    public CompletableFuture<Result<Topic>> create(NewTopic topic, boolean validateOnly) {
        Result<TopicPlan> plan = TopicPlan.check(topic, validateOnly, broker.values(), cluster);
        if (!plan.isOk()) {
            return failed(plan.error(), plan.message());
        }
        if (plan.get().isStream()) {
            return failed(
                    ErrorCode.INVALID_CONFIG,
                    TopicConfigs.REDIS_IDS.name() + "=time is for streams that Redis clients make by adding to them");
        }
        CompletableFuture<Result<Topic>> answer = new CompletableFuture<>();
        if (validateOnly) {
            create(plan.get(), answer);
            return answer;
        }
        Durability durability = plan.get().durability();
        var unused = shards.prepare(TopicRecord.shardOf(durability)).whenComplete((error, failure) -> {
            if (failure != null) {
                LOG.error("the shard of durability={} cannot be opened", durability, failure);
                answer.complete(Result.failed(ErrorCode.STORAGE_ERROR));
            } else if (error != ErrorCode.NONE) {
                answer.complete(Result.failed(error));
            } else {
                create(plan.get(), answer);
            }
        });
        return answer;
    }

    /**
     * Takes in a topic that a data shard has made, under the id that it has there; asked again it answers the same. Fails as
     * {@link #create} does. Not for clients.
     */
    public CompletableFuture<Result<Topic>> adopt(TopicId id, NewTopic topic) {
        Result<TopicPlan> plan = TopicPlan.check(topic, false, broker.values(), cluster);
        if (!plan.isOk()) {
            return failed(plan.error(), plan.message());
        }
        CompletableFuture<Result<Topic>> answer = new CompletableFuture<>();
        long partitionsMax = broker.get(BrokerConfigs.PARTITIONS_MAX);
        runner.submit(state, new AdoptTopic(id, plan.get(), partitionsMax, adopted -> changed(adopted, false, answer)));
        return answer;
    }

    /** Deletes a topic that a data shard gives up, whether it was taken in or not. Not for clients. */
    public CompletableFuture<ErrorCode> abandon(TopicId id, Durability durability) {
        CompletableFuture<Result<MetadataState.Dropping>> inMetadata = new CompletableFuture<>();
        runner.submit(state, new DeleteTopic(id, cluster, inMetadata::complete));
        return inMetadata.thenCompose(deleted -> {
            if (deleted.isOk()) {
                return follower.drop(deleted.get());
            }
            return deleted.error() == ErrorCode.UNKNOWN_TOPIC_ID
                    ? shards.propose(TopicRecord.shardOf(durability), new ControlEntry.Drop(id, 0))
                            .thenApply(error -> error == ErrorCode.UNKNOWN_TOPIC_ID ? ErrorCode.NONE : error)
                    : CompletableFuture.completedFuture(deleted.error());
        });
    }

    /** Whether the metadata has the topic, be it open here or not. Any thread. */
    public boolean isKnown(TopicId id) {
        return registry.known(id).isPresent();
    }

    /** When segments of a topic with these configurations of its own would end. */
    public SegmentSettings segments(Map<String, String> configs) {
        return new TopicConfig(new ConfigValues(configs), broker.values()).segments();
    }

    private void create(TopicPlan plan, CompletableFuture<Result<Topic>> answer) {
        long partitionsMax = broker.get(BrokerConfigs.PARTITIONS_MAX);
        boolean validateOnly = plan.validateOnly();
        runner.submit(
                state,
                new CreateTopic(
                        plan, partitionsMax, random, cluster, created -> changed(created, validateOnly, answer)));
    }

    private void changed(
            Result<MetadataState.Versioned> changed, boolean validateOnly, CompletableFuture<Result<Topic>> answer) {
        if (!changed.isOk()) {
            repair();
            answer.complete(unchanged(changed));
        } else if (validateOnly) {
            answer.complete(Result.of(follower.imagine(changed.get())));
        } else {
            // The follower has heard of it first: this waits for what it has proposed.
            LocalTopic topic = follower.follow(changed.get());
            var unused = follower.settle(topic)
                    .thenAccept(error ->
                            answer.complete(error == ErrorCode.NONE ? Result.of(topic) : Result.failed(error)));
        }
    }

    @Override
    public CompletableFuture<Result<Topic>> addPartitions(
            TopicId id, int partitionCount, List<List<Integer>> assignments, boolean validateOnly) {
        CompletableFuture<Result<Topic>> answer = new CompletableFuture<>();
        AddPartitions.Wanted wanted = new AddPartitions.Wanted(id, partitionCount, assignments, validateOnly);
        long partitionsMax = broker.get(BrokerConfigs.PARTITIONS_MAX);
        runner.submit(
                state,
                new AddPartitions(wanted, partitionsMax, cluster, added -> changed(added, validateOnly, answer)));
        return answer;
    }

    /**
     * Changes the topic's own configurations; complete when the change is durable and in effect. INVALID_CONFIG or
     * UNKNOWN_TOPIC_OR_PARTITION with Kafka's sentence, INVALID_TOPIC_EXCEPTION for what is no name.
     */
    public CompletableFuture<Result<Topic>> configure(String name, ConfigEdit edit, boolean validateOnly) {
        Optional<String> whyInvalid = whyInvalidName(name);
        if (whyInvalid.isPresent()) {
            return failed(ErrorCode.INVALID_TOPIC_EXCEPTION, whyInvalid.get());
        }
        CompletableFuture<Result<Topic>> answer = new CompletableFuture<>();
        ConfigureTopic.Wanted wanted = new ConfigureTopic.Wanted(name, edit, validateOnly);
        runner.submit(
                state, new ConfigureTopic(wanted, broker.values(), result -> changed(result, validateOnly, answer)));
        return answer;
    }

    @Override
    public CompletableFuture<Result<Topic>> findOrAutoCreate(String name) {
        Optional<Topic> known = find(name);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(Result.of(known.get()));
        }
        if (!isAutoCreateOn()) {
            return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.text());
        }
        if (autoCreating.size() >= AUTO_CREATING_MAX) {
            return failed(ErrorCode.LEADER_NOT_AVAILABLE, ErrorCode.LEADER_NOT_AVAILABLE.text());
        }
        CompletableFuture<Result<Topic>> mine = new CompletableFuture<>();
        CompletableFuture<Result<Topic>> other = autoCreating.putIfAbsent(name, mine);
        if (other != null) {
            return other;
        }
        var unused = create(new NewTopic(name, -1, -1, Map.of()), false).thenAccept(created -> {
            autoCreating.remove(name, mine);
            mine.complete(
                    switch (created.error()) {
                        case TOPIC_ALREADY_EXISTS -> foundAfterAll(name);
                        case NOT_CONTROLLER -> Result.failed(ErrorCode.LEADER_NOT_AVAILABLE);
                        default -> created;
                    });
        });
        return mine;
    }

    @Override
    public boolean isAutoCreateOn() {
        return broker.get(BrokerConfigs.AUTO_CREATE_TOPICS);
    }

    /** Somebody else created it; its partitions may be opening still. */
    private Result<Topic> foundAfterAll(String name) {
        return find(name).map(Result::of).orElseGet(() -> Result.failed(ErrorCode.LEADER_NOT_AVAILABLE));
    }

    @Override
    public CompletableFuture<Result<Topic>> delete(TopicId id) {
        if (!broker.get(BrokerConfigs.DELETE_TOPICS)) {
            return failed(ErrorCode.TOPIC_DELETION_DISABLED, ErrorCode.TOPIC_DELETION_DISABLED.text());
        }
        Optional<LocalTopic> known = registry.known(id);
        if (known.isEmpty()) {
            return failed(ErrorCode.UNKNOWN_TOPIC_ID, ErrorCode.UNKNOWN_TOPIC_ID.text());
        }
        CompletableFuture<Result<Topic>> answer = new CompletableFuture<>();
        runner.submit(state, new DeleteTopic(id, cluster, deleted -> deleted(deleted, known.get(), answer)));
        return answer;
    }

    private void deleted(
            Result<MetadataState.Dropping> deleted, LocalTopic topic, CompletableFuture<Result<Topic>> answer) {
        if (deleted.error() == ErrorCode.UNKNOWN_TOPIC_ID) {
            // It was there when this was asked: another deletion, or this one, sent again, has been faster.
            answer.complete(Result.of(topic));
            return;
        }
        if (!deleted.isOk()) {
            answer.complete(unchanged(deleted));
            return;
        }
        // The deletion is durable: if the drop fails it is tried again, and the client need not know. A topic of the
        // same name that is created after the answer must not lose the positions committed for it.
        var unused = follower.drop(deleted.get()).thenAccept(error -> answer.complete(Result.of(topic)));
    }

    @Override
    public Collection<ConfigEntry> describeConfigs(Topic topic) {
        Check.check(topic instanceof LocalTopic, "topic %s is not of this node", topic.name());
        return ((LocalTopic) topic).config().describe(follower.layers());
    }

    @Override
    public int defaultPartitionCount() {
        return broker.get(BrokerConfigs.PARTITION_COUNT);
    }

    @Override
    public Optional<String> whyInvalidName(String name) {
        return TopicNames.whyInvalid(name);
    }

    private static Result<Topic> unchanged(Result<?> failed) {
        Result<?> told = ForwardedResult.told(failed);
        return Result.failed(told.error(), told.message());
    }

    private static CompletableFuture<Result<Topic>> failed(ErrorCode error, String message) {
        return CompletableFuture.completedFuture(Result.failed(error, message));
    }
}
