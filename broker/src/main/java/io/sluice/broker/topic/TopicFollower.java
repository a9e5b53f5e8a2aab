package io.sluice.broker.topic;

import io.sluice.broker.api.TopicListener;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.BrokerLayers;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.config.TopicConfig;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.CommandRunner;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the registry and the data shards what the metadata says, and tells listeners. Runs on shard 0's apply thread but
 * for the answers of data shards, which only show what is open; what fails is tried again by {@link #repair} and at the
 * next start.
 */
final class TopicFollower {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);

    private final MetadataState state;
    private final CommandRunner runner;
    private final DataShards shards;
    private final PartitionPaths paths;
    private final LiveConfigs broker;
    private final TopicRegistry registry = new TopicRegistry();
    private final CopyOnWriteArrayList<TopicListener> listeners = new CopyOnWriteArrayList<>();
    private final Set<TopicId> forgotten = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isUnfinished = new AtomicBoolean();
    private int memoryEpoch;
    private volatile Function<String, CompletableFuture<ErrorCode>> forgetting =
            name -> CompletableFuture.completedFuture(ErrorCode.NONE);

    TopicFollower(MetadataRuntime metadata, DataShards shards, PartitionPaths paths, LiveConfigs broker) {
        this.state = metadata.state();
        this.runner = metadata.runner();
        this.shards = shards;
        this.paths = paths;
        this.broker = broker;
    }

    TopicRegistry registry() {
        return registry;
    }

    void whenDeleted(Function<String, CompletableFuture<ErrorCode>> forget) {
        forgetting = forget;
    }

    void addListener(TopicListener listener) {
        listeners.add(listener);
    }

    CompletableFuture<ErrorCode> start() {
        CompletableFuture<ErrorCode> started = reconcile(true);
        state.whenLeading(this::repairNow);
        broker.addListener(this::brokerChanged);
        return started;
    }

    void repair() {
        if (isUnfinished.get()) {
            repairNow();
        }
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

    private CompletableFuture<ErrorCode> follow(ReadMetadata.Image image) {
        memoryEpoch = image.memoryEpoch();
        Map<TopicId, MetadataState.Versioned> wanted = image.topics().stream()
                .collect(Collectors.toMap(each -> each.topic().id(), Function.identity()));
        for (LocalTopic topic : registry.known()) {
            if (!wanted.containsKey(topic.id())) {
                forget(topic);
            }
        }
        CompletableFuture<ErrorCode> done = CompletableFuture.completedFuture(ErrorCode.NONE);
        for (MetadataState.Versioned each : image.topics()) {
            done = done.thenCombine(settle(follow(each)), TopicFollower::firstError);
        }
        for (MetadataState.Dropping each : image.dropping()) {
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
            known.get().become(wanted, config(wanted));
        }
        return known.get();
    }

    /** The topic as it would be. */
    LocalTopic imagine(MetadataState.Versioned wanted) {
        return new LocalTopic(wanted, config(wanted), shards, paths);
    }

    /** Proposes to the data shard what the topic has and the shard has not; complete when that is applied and shown. */
    CompletableFuture<ErrorCode> settle(LocalTopic topic) {
        CompletableFuture<ErrorCode> configured = configureSegments(topic);
        int partitionCount = topic.wanted().topic().partitionCount();
        if (topic.isOpen() && topic.partitionCount() >= partitionCount) {
            return configured;
        }
        if (shards.isOpen(topic.durability(), topic.id(), partitionCount)) {
            show(topic, partitionCount);
            return configured;
        }
        return configured.thenCombine(open(topic, partitionCount), TopicFollower::firstError);
    }

    /** Before partitions open: an opening has settings too, and would hide from us that older partitions have others. */
    private CompletableFuture<ErrorCode> configureSegments(LocalTopic topic) {
        SegmentSettings wanted = topic.config().segments();
        Optional<SegmentSettings> known = shards.segments(topic.durability(), topic.id());
        if (known.isEmpty() || known.get().equals(wanted)) {
            return CompletableFuture.completedFuture(ErrorCode.NONE);
        }
        ControlEntry entry =
                new ControlEntry.Configure(topic.id(), topic.wanted().version(), wanted);
        return shards.propose(topic.durability(), entry).thenApply(error -> noted(error, topic, "is not configured"));
    }

    private CompletableFuture<ErrorCode> open(LocalTopic topic, int partitionCount) {
        int first = topic.isOpen() ? topic.partitionCount() : 0;
        ControlEntry entry = new ControlEntry.Open(
                topic.id(),
                topic.wanted().version(),
                first,
                partitionCount - first,
                0,
                topic.durability() == Durability.MEMORY ? memoryEpoch : 0,
                topic.config().segments());
        return shards.propose(topic.durability(), entry).thenApply(error -> {
            if (error == ErrorCode.NONE) {
                show(topic, partitionCount);
            }
            return noted(error, topic, "is not open");
        });
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
        runner.submit(state, new Tell(() -> {
            if (!topic.isDeleted()) {
                tell(listener -> {
                    if (before == 0) {
                        listener.created(topic);
                    } else {
                        listener.partitionsAdded(topic, before);
                    }
                });
            }
        }));
    }

    private void tell(Consumer<TopicListener> news) {
        listeners.forEach(news);
    }

    /** The topic is deleted in the metadata; complete when shards and groups have forgotten it. */
    CompletableFuture<ErrorCode> deleted(LocalTopic topic, MetadataState.Dropping dropping) {
        forget(topic);
        return drop(dropping);
    }

    private void forget(LocalTopic topic) {
        registry.remove(topic.id());
        tell(listener -> listener.deleted(topic));
    }

    private CompletableFuture<ErrorCode> drop(MetadataState.Dropping dropping) {
        ControlEntry entry = new ControlEntry.Drop(dropping.id(), dropping.version());
        return shards.propose(dropping.durability(), entry)
                .thenCombine(forgetPositions(dropping), TopicFollower::firstError)
                .thenApply(error -> {
                    if (error == ErrorCode.NONE) {
                        forgotten.remove(dropping.id());
                        runner.submit(state, new ConfirmDrop(dropping.id()));
                    } else {
                        LOG.warn("topic id={} is not dropped yet, will be tried again: {}", dropping.id(), error);
                        isUnfinished.set(true);
                    }
                    return error;
                });
    }

    /** Once is enough, and never what was committed for a younger topic of the name. */
    private CompletableFuture<ErrorCode> forgetPositions(MetadataState.Dropping dropping) {
        boolean isNameless = dropping.name().isEmpty();
        if (isNameless || state.named(dropping.name()).isPresent() || !forgotten.add(dropping.id())) {
            return CompletableFuture.completedFuture(ErrorCode.NONE);
        }
        return forgetting.apply(dropping.name()).thenApply(error -> {
            if (error != ErrorCode.NONE) {
                forgotten.remove(dropping.id());
            }
            return error;
        });
    }

    /** Topics without a value of their own have the broker's. */
    private void brokerChanged() {
        for (LocalTopic topic : registry.known()) {
            topic.become(topic.wanted(), config(topic.wanted()));
            if (topic.isOpen()) {
                var unused = configureSegments(topic);
            }
        }
    }

    private TopicConfig config(MetadataState.Versioned wanted) {
        ConfigValues own = new ConfigValues(wanted.topic().configs());
        return new TopicConfig(own, layers().effective());
    }

    /** The durability is the one the topic was created with, whatever the broker's default has become. */
    BrokerLayers layers() {
        return broker.layers().without(BrokerConfigs.DURABILITY);
    }

    private static ErrorCode firstError(ErrorCode one, ErrorCode other) {
        return one == ErrorCode.NONE ? other : one;
    }
}
