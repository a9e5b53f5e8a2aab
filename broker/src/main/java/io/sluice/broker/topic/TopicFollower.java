package io.sluice.broker.topic;

import io.sluice.broker.api.TopicListener;
import io.sluice.broker.config.BrokerLayers;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.runtime.CommandRunner;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the registry and the data shards what the committed metadata says, and tells listeners: on every node, in the
 * order of the commits. Control entries are proposed to the shards that this node leads. Runs on shard 0's apply thread
 * but for the answers of data shards, which only show what is open; what fails is tried again by {@link #repair} and at
 * the next start.
 */
final class TopicFollower {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final CompletableFuture<ErrorCode> DONE = CompletableFuture.completedFuture(ErrorCode.NONE);
    private static final int SETTLING_LEAST = 64;

    private final MetadataState state;
    private final CommandRunner runner;
    private final DataShards shards;
    private final PartitionPaths paths;
    private final LiveConfigs broker;
    private final TopicRegistry registry = new TopicRegistry();
    private final CopyOnWriteArrayList<TopicListener> listeners = new CopyOnWriteArrayList<>();
    private final SharedRules rules;
    private final Map<TopicId, Settling> settling = new HashMap<>();

    /** How many may be kept before those that are settled are looked for. */
    private int settlingMax = SETTLING_LEAST;

    /** By shard. */
    private final Map<TopicId, Map<Integer, CompletableFuture<ErrorCode>>> dropping = new HashMap<>();

    private final Map<TopicId, Set<Integer>> forgotten = new ConcurrentHashMap<>();
    private final AtomicBoolean isUnfinished = new AtomicBoolean();

    /** What listeners are still to be told of, and whether a look at it was submitted. */
    private final ConcurrentLinkedQueue<Shown> shown = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean isTelling = new AtomicBoolean();
    private boolean isFollowing;
    private volatile GroupsOfShards forgetting = (shard, name) -> DONE;

    /** A topic of which so many partitions were seen before. */
    private record Shown(LocalTopic topic, int before) {}

    /** What was proposed for a topic as it was at that version. */
    private record Settling(long version, CompletableFuture<ErrorCode> outcome) {}

    TopicFollower(MetadataRuntime metadata, DataShards shards, PartitionPaths paths, LiveConfigs broker) {
        this.state = metadata.state();
        this.runner = metadata.runner();
        this.shards = shards;
        this.paths = paths;
        this.broker = broker;
        this.rules = new SharedRules(broker);
    }

    TopicRegistry registry() {
        return registry;
    }

    void whenDeleted(GroupsOfShards forget) {
        forgetting = forget;
    }

    void addListener(TopicListener listener) {
        listeners.add(listener);
    }

    CompletableFuture<ErrorCode> start() {
        state.whenCommitted(this::followTouched);
        state.whenLeading(this::repairNow);
        CompletableFuture<ErrorCode> started = new CompletableFuture<>();
        runner.submit(state, new BeginRun(() -> {
            isFollowing = true;
            state.shareIds(this::sharedId);
            // All of them are followed now, and not again with the first change.
            var unusedTouched = state.takeTouched();
            var unused = followAll().thenAccept(started::complete);
        }));
        broker.addListener(this::brokerChanged);
        return started;
    }

    /** The object that its first partition has, if that is here. */
    private TopicId sharedId(TopicRecord topic) {
        return shards.find(topic.shard(0), topic.id(), 0)
                .map(PartitionReplica::topicId)
                .orElse(topic.id());
    }

    void repair() {
        if (isUnfinished.get()) {
            repairNow();
        }
    }

    /** What is to be done for shards is looked at again: this node may lead others than before. Any thread. */
    void repairNow() {
        isUnfinished.set(false);
        runner.submit(state, new Look(() -> {
            if (isFollowing) {
                var unused = followAll();
            }
        }));
    }

    private void followTouched() {
        if (!isFollowing) {
            return;
        }
        Optional<Set<TopicId>> touched = state.takeTouched();
        if (touched.isPresent()) {
            touched.get().forEach(this::follow);
        } else {
            var unused = followAll();
        }
    }

    private void follow(TopicId id) {
        Optional<MetadataState.Versioned> wanted = state.topic(id);
        if (wanted.isPresent()) {
            var unused = settle(follow(wanted.get()));
        } else {
            registry.known(id).ifPresent(this::forget);
            state.dropping(id).ifPresentOrElse(this::drop, () -> dropped(id));
        }
    }

    /** All shards and groups have forgotten it, so nothing is asked again. */
    private void dropped(TopicId id) {
        forgotten.remove(id);
        dropping.remove(id);
    }

    /** What is kept of topics that are gone. */
    int keptDrops() {
        return forgotten.size() + dropping.size();
    }

    private CompletableFuture<ErrorCode> followAll() {
        // Who was to note that a shard had dropped a topic may not have done it.
        dropping.values().forEach(ofShards -> ofShards.values().removeIf(CompletableFuture::isDone));
        dropping.values().removeIf(Map::isEmpty);
        for (LocalTopic topic : registry.known()) {
            if (state.topic(topic.id()).isEmpty()) {
                forget(topic);
            }
        }
        CompletableFuture<ErrorCode> done = DONE;
        for (MetadataState.Versioned each : state.topics()) {
            CompletableFuture<ErrorCode> settled = settle(follow(each));
            done = settled == DONE ? done : done.thenCombine(settled, TopicFollower::firstError);
        }
        for (MetadataState.Dropping each : state.dropping()) {
            done = done.thenCombine(drop(each), TopicFollower::firstError);
        }
        return done;
    }

    /** A topic that was created or changed, as it is to be seen from now on; then {@link #settle} it. */
    LocalTopic follow(MetadataState.Versioned wanted) {
        Optional<LocalTopic> known = registry.known(wanted.topic().id());
        if (known.isEmpty()) {
            LocalTopic added = imagine(wanted);
            registry.add(added);
            return added;
        }
        if (known.get().wanted().version() < wanted.version()) {
            known.get().become(wanted, rules.of(wanted.topic().configs()));
        }
        return known.get();
    }

    /** The topic as it would be. */
    LocalTopic imagine(MetadataState.Versioned wanted) {
        return new LocalTopic(wanted, rules.of(wanted.topic().configs()), shards, paths);
    }

    /**
     * Proposes to the shards that this node leads what the topic has and they have not; complete when that is applied and
     * shown. Once for each version of the topic, unless it failed.
     */
    CompletableFuture<ErrorCode> settle(LocalTopic topic) {
        long version = topic.wanted().version();
        Settling known = settling.get(topic.id());
        if (known != null && known.version() == version && !known.outcome().isDone()) {
            return known.outcome();
        }
        CompletableFuture<ErrorCode> outcome = DONE;
        for (ShardRun run : topic.wanted().topic().placed()) {
            if (shards.isLeading(run.shard()) && !isSettled(topic, run)) {
                outcome = outcome.thenCombine(settle(topic, run), TopicFollower::firstError);
            }
        }
        int partitionCount = topic.wanted().topic().partitionCount();
        if (outcome == DONE) {
            // So it is with a hundred thousand topics after a start.
            settling.remove(topic.id());
            show(topic, partitionCount);
            return DONE;
        }
        CompletableFuture<ErrorCode> shown = outcome.thenApply(error -> shown(error, topic, partitionCount));
        keep(topic.id(), new Settling(version, shown));
        return shown;
    }

    /** What is settled needs not be known. */
    private void keep(TopicId id, Settling begun) {
        if (begun.outcome().isDone()) {
            settling.remove(id);
            return;
        }
        settling.put(id, begun);
        if (settling.size() > settlingMax) {
            forgetSettled();
            settlingMax = Math.max(SETTLING_LEAST, 2 * settling.size());
        }
    }

    private void forgetSettled() {
        settling.values().removeIf(each -> each.outcome().isDone());
    }

    private ErrorCode shown(ErrorCode error, LocalTopic topic, int partitionCount) {
        if (error == ErrorCode.NONE) {
            show(topic, partitionCount);
        }
        return error;
    }

    /** Whether there is nothing to propose. */
    private boolean isSettled(LocalTopic topic, ShardRun run) {
        Optional<SegmentSettings> known = shards.segments(run.shard(), topic.id());
        return known.isPresent() && known.get().equals(topic.segments()) && shards.isOpen(topic.id(), run);
    }

    private CompletableFuture<ErrorCode> settle(LocalTopic topic, ShardRun run) {
        CompletableFuture<ErrorCode> configured = configureSegments(topic, run.shard());
        return shards.isOpen(topic.id(), run)
                ? configured
                : configured.thenCombine(open(topic, run), TopicFollower::firstError);
    }

    /** Before partitions open: an opening has settings too, and would hide from us that older partitions have others. */
    private CompletableFuture<ErrorCode> configureSegments(LocalTopic topic, int shard) {
        SegmentSettings wanted = topic.segments();
        Optional<SegmentSettings> known = shards.segments(shard, topic.id());
        if (known.isEmpty() || known.get().equals(wanted)) {
            return DONE;
        }
        ControlEntry entry =
                new ControlEntry.Configure(topic.id(), topic.wanted().version(), wanted);
        return shards.propose(shard, entry).thenApply(error -> noted(error, topic, "is not configured"));
    }

    private CompletableFuture<ErrorCode> open(LocalTopic topic, ShardRun run) {
        int first = run.from();
        while (first < run.to() - 1 && shards.isOpen(topic.id(), new ShardRun(run.shard(), first, first + 1))) {
            first++;
        }
        ControlEntry entry = new ControlEntry.Open(
                topic.id(),
                topic.wanted().version(),
                first,
                run.to() - first,
                0,
                topic.wanted().topic().durability() == Durability.MEMORY ? state.memoryEpoch() : 0,
                topic.segments());
        return shards.propose(run.shard(), entry).thenApply(error -> noted(error, topic, "is not open"));
    }

    private ErrorCode noted(ErrorCode error, LocalTopic topic, String what) {
        if (error != ErrorCode.NONE) {
            LOG.warn("topic={} {} yet, will be tried again: {}", topic.name(), what, error);
            isUnfinished.set(true);
        }
        return error;
    }

    private void show(LocalTopic topic, int partitionCount) {
        int before = topic.show(partitionCount);
        if (before == LocalTopic.NOTHING_SHOWN || listeners.isEmpty()) {
            return;
        }
        // On to shard 0's apply thread: there the deletion is heard of too, and never before this.
        shown.add(new Shown(topic, before));
        if (!isTelling.getAndSet(true)) {
            runner.submit(state, new Look(this::tellOfShown));
        }
    }

    private void tellOfShown() {
        isTelling.set(false);
        forgetSettled();
        for (Shown next = shown.poll(); next != null; next = shown.poll()) {
            if (!next.topic().isDeleted()) {
                tellOf(next);
            }
        }
    }

    private void tellOf(Shown news) {
        tell(listener -> {
            if (news.before() == 0) {
                listener.created(news.topic());
            } else {
                listener.partitionsAdded(news.topic(), news.before());
            }
        });
    }

    private void tell(Consumer<TopicListener> news) {
        listeners.forEach(news);
    }

    private void forget(LocalTopic topic) {
        settling.remove(topic.id());
        registry.remove(topic.id());
        tell(listener -> listener.deleted(topic));
    }

    /** The topic is deleted in the metadata; complete when the shards that this node leads, and groups, have forgotten it. */
    CompletableFuture<ErrorCode> drop(MetadataState.Dropping deleted) {
        CompletableFuture<ErrorCode> done = DONE;
        for (int shard : deleted.shards()) {
            if (shards.isLeading(shard)) {
                CompletableFuture<ErrorCode> outcome =
                        dropping.getOrDefault(deleted.id(), Map.of()).get(shard);
                if (outcome == null || (outcome.isDone() && outcome.join() != ErrorCode.NONE)) {
                    outcome = drop(deleted, shard);
                    dropping.computeIfAbsent(deleted.id(), same -> new HashMap<>())
                            .put(shard, outcome);
                }
                done = done.thenCombine(outcome, TopicFollower::firstError);
            }
        }
        return done;
    }

    private CompletableFuture<ErrorCode> drop(MetadataState.Dropping deleted, int shard) {
        ControlEntry entry = new ControlEntry.Drop(deleted.id(), deleted.version());
        return shards.propose(shard, entry)
                .thenCombine(forgetPositions(deleted, shard), TopicFollower::firstError)
                .thenApply(error -> {
                    if (error == ErrorCode.NONE) {
                        runner.submit(state, new ConfirmDrop(deleted.id(), shard, () -> {}));
                    } else {
                        LOG.warn("topic id={} is not dropped yet, will be tried again: {}", deleted.id(), error);
                        isUnfinished.set(true);
                    }
                    return error;
                });
    }

    /** Once is enough, and never what was committed for a younger topic of the name. */
    private CompletableFuture<ErrorCode> forgetPositions(MetadataState.Dropping deleted, int shard) {
        boolean isNameless = deleted.name().isEmpty();
        Set<Integer> inShards = forgotten.computeIfAbsent(deleted.id(), first -> ConcurrentHashMap.newKeySet());
        if (isNameless || state.named(deleted.name()).isPresent() || !inShards.add(shard)) {
            return DONE;
        }
        return forgetting.forget(shard, deleted.name()).thenApply(error -> {
            if (error != ErrorCode.NONE) {
                inShards.remove(shard);
            }
            return error;
        });
    }

    /** Topics without a value of their own have the broker's. */
    private void brokerChanged() {
        for (LocalTopic topic : registry.known()) {
            topic.become(topic.wanted(), rules.of(topic.wanted().topic().configs()));
            if (topic.isOpen()) {
                topic.wanted().topic().placed().stream()
                        .map(ShardRun::shard)
                        .distinct()
                        .filter(shards::isLeading)
                        .forEach(shard -> {
                            var unused = configureSegments(topic, shard);
                        });
            }
        }
    }

    /** Of the broker, for its topics. */
    BrokerLayers layers() {
        return SharedRules.topicLayers(broker.layers());
    }

    private static ErrorCode firstError(ErrorCode one, ErrorCode other) {
        return one == ErrorCode.NONE ? other : one;
    }
}
