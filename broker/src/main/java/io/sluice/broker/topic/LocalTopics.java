package io.sluice.broker.topic;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.TopicConfig;
import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.runtime.CommandRunner;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of this node. A change is first an event of {@link MetadataState} and then, once that is committed, a
 * control entry of the data shard; between the two there is no order but this one, so what a crash or a failure left
 * undone is proposed again at the next start and by {@link #repair}.
 *
 * <p>Answers come on the apply thread of one of the shards: whoever waits hands over.
 */
public final class LocalTopics implements TopicService {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTopics.class);
    private static final int AUTO_CREATING_MAX = 1_000;

    private final MetadataState state;
    private final CommandRunner runner;
    private final DataShards shards;
    private final PartitionPaths paths;
    private final ConfigValues broker;
    private final RandomGenerator random;
    private final TopicRegistry registry = new TopicRegistry();
    private final Map<String, CompletableFuture<Result<Topic>>> autoCreating = new ConcurrentHashMap<>();
    private final AtomicBoolean isUnfinished = new AtomicBoolean();
    private volatile int memoryEpoch;
    private volatile Function<String, CompletableFuture<ErrorCode>> forgetting =
            name -> CompletableFuture.completedFuture(ErrorCode.NONE);
    private volatile Consumer<String> changed = name -> {};

    /** {@code random} is used on the apply thread of the metadata. Empty until {@link #start}. */
    public LocalTopics(
            MetadataRuntime metadata,
            DataShards shards,
            PartitionPaths paths,
            ConfigValues broker,
            RandomGenerator random) {
        this.state = metadata.state();
        this.runner = metadata.runner();
        this.shards = shards;
        this.paths = paths;
        this.broker = broker;
        this.random = random;
    }

    /** What else must forget a topic by its name, once the deletion is durable and before it is answered. Before {@link #start}. */
    public void whenDeleted(Function<String, CompletableFuture<ErrorCode>> forget) {
        forgetting = forget;
    }

    /**
     * Who wants to know that a topic came, went or grew, by its name, as soon as look-ups show it; called on an apply
     * thread. Before {@link #start}.
     */
    public void whenChanged(Consumer<String> listener) {
        changed = listener;
    }

    /** Reads the metadata and opens and drops what the last run left undone; complete when all topics are open. */
    public CompletableFuture<ErrorCode> start() {
        CompletableFuture<ErrorCode> started = reconcile(true);
        state.whenLeading(this::repairNow);
        return started;
    }

    /** Tries again what failed since the last call. Any thread, now and then. */
    public void repair() {
        if (isUnfinished.get()) {
            repairNow();
        }
    }

    /** Shows the replicas of every open topic, those of a topic one after the other. Any thread. */
    public void forEachReplica(BiConsumer<Topic, PartitionReplica> visitor) {
        for (LocalTopic topic : registry.known()) {
            for (int i = 0; topic.isOpen() && i < topic.partitionCount(); i++) {
                shards.find(topic.durability(), topic.id(), i).ifPresent(replica -> visitor.accept(topic, replica));
            }
        }
    }

    @Override
    public Collection<Topic> all() {
        return registry.all();
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
        Result<TopicPlan> plan = TopicPlan.check(topic, validateOnly, broker);
        CompletableFuture<Result<Topic>> answer = new CompletableFuture<>();
        if (plan.isOk()) {
            shards.prepare(plan.get().durability());
            long partitionsMax = broker.get(BrokerConfigs.PARTITIONS_MAX);
            runner.submit(
                    state,
                    new CreateTopic(
                            plan.get(), partitionsMax, random, created -> created(created, validateOnly, answer)));
        } else {
            answer.complete(Result.failed(plan.error(), plan.message()));
        }
        return answer;
    }

    private void created(
            Result<MetadataState.Versioned> created, boolean validateOnly, CompletableFuture<Result<Topic>> answer) {
        if (!created.isOk()) {
            repair();
            answer.complete(unchanged(created));
            return;
        }
        LocalTopic topic = topic(created.get());
        if (validateOnly) {
            answer.complete(Result.of(topic));
            return;
        }
        registry.add(topic);
        var unused = open(topic)
                .thenAccept(
                        error -> answer.complete(error == ErrorCode.NONE ? Result.of(topic) : Result.failed(error)));
    }

    @Override
    public CompletableFuture<Result<Topic>> findOrAutoCreate(String name) {
        Optional<Topic> known = find(name);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(Result.of(known.get()));
        }
        if (!broker.get(BrokerConfigs.AUTO_CREATE_TOPICS)) {
            return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (autoCreating.size() >= AUTO_CREATING_MAX) {
            return failed(ErrorCode.LEADER_NOT_AVAILABLE);
        }
        CompletableFuture<Result<Topic>> mine = new CompletableFuture<>();
        CompletableFuture<Result<Topic>> other = autoCreating.putIfAbsent(name, mine);
        if (other != null) {
            return other;
        }
        var unused = create(new NewTopic(name, -1, -1, Map.of()), false).thenAccept(created -> {
            autoCreating.remove(name, mine);
            mine.complete(created.error() == ErrorCode.TOPIC_ALREADY_EXISTS ? foundAfterAll(name) : created);
        });
        return mine;
    }

    /** Somebody else created it; its partitions may be opening still. */
    private Result<Topic> foundAfterAll(String name) {
        return find(name).map(Result::of).orElseGet(() -> Result.failed(ErrorCode.LEADER_NOT_AVAILABLE));
    }

    @Override
    public CompletableFuture<Result<Topic>> delete(TopicId id) {
        if (!broker.get(BrokerConfigs.DELETE_TOPICS)) {
            return failed(ErrorCode.TOPIC_DELETION_DISABLED);
        }
        Optional<LocalTopic> known = registry.known(id);
        if (known.isEmpty()) {
            return failed(ErrorCode.UNKNOWN_TOPIC_ID);
        }
        CompletableFuture<Result<Topic>> answer = new CompletableFuture<>();
        runner.submit(state, new DeleteTopic(id, deleted -> deleted(deleted, known.get(), answer)));
        return answer;
    }

    private void deleted(
            Result<MetadataState.Dropping> deleted, LocalTopic topic, CompletableFuture<Result<Topic>> answer) {
        if (!deleted.isOk()) {
            answer.complete(unchanged(deleted));
            return;
        }
        registry.remove(topic.id());
        changed.accept(topic.name());
        // The deletion is durable: if the drop fails it is tried again, and the client need not know. A topic of the
        // same
        // name that is created after the answer must not lose the positions committed for it.
        var unused = drop(deleted.get())
                .thenCombine(forgetting.apply(topic.name()), LocalTopics::firstError)
                .thenAccept(error -> answer.complete(Result.of(topic)));
    }

    @Override
    public Collection<ConfigEntry> describeConfigs(Topic topic) {
        Check.check(topic instanceof LocalTopic, "topic %s is not of this node", topic.name());
        return ((LocalTopic) topic).config().describe();
    }

    @Override
    public Collection<ConfigEntry> describeBrokerConfigs() {
        return BrokerConfigs.describe(broker);
    }

    @Override
    public Optional<String> whyInvalidName(String name) {
        return TopicNames.whyInvalid(name);
    }

    private void repairNow() {
        isUnfinished.set(false);
        var unused = reconcile(false);
    }

    private CompletableFuture<ErrorCode> reconcile(boolean isNewRun) {
        CompletableFuture<ErrorCode> done = new CompletableFuture<>();
        runner.submit(state, new ReadMetadata(isNewRun, image -> {
            if (image.isOk()) {
                var unused = follow(image.get()).thenAccept(done::complete);
            } else {
                isUnfinished.set(true);
                done.complete(image.error());
            }
        }));
        return done;
    }

    /** Makes registry and data shards what the metadata says. On the apply thread. */
    private CompletableFuture<ErrorCode> follow(ReadMetadata.Image image) {
        memoryEpoch = image.memoryEpoch();
        Map<TopicId, MetadataState.Versioned> wanted = image.topics().stream()
                .collect(Collectors.toMap(each -> each.topic().id(), Function.identity()));
        for (LocalTopic topic : registry.known()) {
            if (!wanted.containsKey(topic.id())) {
                registry.remove(topic.id());
            }
        }
        CompletableFuture<ErrorCode> done = CompletableFuture.completedFuture(ErrorCode.NONE);
        for (MetadataState.Versioned each : image.topics()) {
            done = done.thenCombine(follow(each), LocalTopics::firstError);
        }
        for (MetadataState.Dropping each : image.dropping()) {
            done = done.thenCombine(drop(each), LocalTopics::firstError);
        }
        return done;
    }

    private CompletableFuture<ErrorCode> follow(MetadataState.Versioned wanted) {
        LocalTopic topic = registry.known(wanted.topic().id()).orElseGet(() -> {
            LocalTopic added = topic(wanted);
            registry.add(added);
            return added;
        });
        if (!topic.isOpen() && shards.isOpen(topic.durability(), topic.id(), topic.partitionCount())) {
            topic.opened();
        }
        return topic.isOpen() ? CompletableFuture.completedFuture(ErrorCode.NONE) : open(topic);
    }

    private CompletableFuture<ErrorCode> open(LocalTopic topic) {
        int epochBase = topic.durability() == Durability.MEMORY ? memoryEpoch : 0;
        ControlEntry entry = new ControlEntry.Open(
                topic.id(),
                topic.version(),
                0,
                topic.partitionCount(),
                0,
                epochBase,
                topic.config().segments());
        return shards.propose(topic.durability(), entry).thenApply(error -> {
            if (error == ErrorCode.NONE) {
                topic.opened();
                changed.accept(topic.name());
            } else {
                LOG.warn("topic={} is not open yet, will be tried again: {}", topic.name(), error);
                isUnfinished.set(true);
            }
            return error;
        });
    }

    private CompletableFuture<ErrorCode> drop(MetadataState.Dropping dropping) {
        ControlEntry entry = new ControlEntry.Drop(dropping.id(), dropping.version());
        return shards.propose(dropping.durability(), entry).thenApply(error -> {
            if (error == ErrorCode.NONE) {
                runner.submit(state, new ConfirmDrop(dropping.id()));
            } else {
                LOG.warn("topic id={} is not dropped yet, will be tried again: {}", dropping.id(), error);
                isUnfinished.set(true);
            }
            return error;
        });
    }

    private LocalTopic topic(MetadataState.Versioned created) {
        ConfigValues own = new ConfigValues(created.topic().configs());
        // The durability is the one the topic was created with, whatever the broker's default has become.
        TopicConfig config = new TopicConfig(own, broker.without(BrokerConfigs.DURABILITY));
        return new LocalTopic(created, config, shards, paths);
    }

    /** A coordinator is what the runtime has lost; who changes topics only learns that the outcome is not known. */
    private static Result<Topic> unchanged(Result<?> failed) {
        return failed.error() == ErrorCode.NOT_COORDINATOR
                ? Result.failed(ErrorCode.REQUEST_TIMED_OUT, "the broker stops to lead; the change may still happen")
                : Result.failed(failed.error(), failed.message());
    }

    private static ErrorCode firstError(ErrorCode one, ErrorCode other) {
        return one == ErrorCode.NONE ? other : one;
    }

    private static CompletableFuture<Result<Topic>> failed(ErrorCode error) {
        return CompletableFuture.completedFuture(Result.failed(error));
    }
}
