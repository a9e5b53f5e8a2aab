package io.sluice.protocol.kafka;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.api.TopicSettings;
import io.sluice.common.BufferPool;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Topics in memory. */
final class FakeTopics implements TopicService {
    static final class FakeTopic implements Topic {
        private final String name;
        private final TopicId id;
        private final List<FakePartition> partitions;
        private volatile boolean isDeleted;
        private volatile boolean isLogAppendTime;

        FakeTopic(String name, TopicId id, int partitionCount, BufferPool pool, Executor apply) {
            this.name = name;
            this.id = id;
            partitions = IntStream.range(0, partitionCount)
                    .mapToObj(index -> new FakePartition(this, index, pool, apply))
                    .toList();
        }

        void logAppendTime() {
            isLogAppendTime = true;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public TopicId id() {
            return id;
        }

        @Override
        public int partitionCount() {
            return partitions.size();
        }

        @Override
        public Partition partition(int index) {
            return partitions.get(index);
        }

        FakePartition fake(int index) {
            return partitions.get(index);
        }

        @Override
        public TopicSettings settings() {
            return new TopicSettings(
                    1 << 20, isLogAppendTime, Long.MAX_VALUE, Long.MAX_VALUE, 604_800_000, -1, Map.of());
        }

        @Override
        public boolean isDeleted() {
            return isDeleted;
        }
    }

    private final ConcurrentSkipListMap<String, FakeTopic> topics = new ConcurrentSkipListMap<>();
    private final AtomicLong ids = new AtomicLong(7);
    private final BufferPool pool;
    private final Executor apply;

    private volatile ErrorCode autoCreateFailure = ErrorCode.NONE;

    FakeTopics(BufferPool pool, Executor apply) {
        this.pool = pool;
        this.apply = apply;
    }

    /** Topics are not created by themselves from now on, until it is {@link ErrorCode#NONE} again. */
    void failAutoCreation(ErrorCode error) {
        autoCreateFailure = error;
    }

    FakeTopic add(String name, int partitionCount) {
        FakeTopic topic = new FakeTopic(name, new TopicId(1, ids.getAndIncrement()), partitionCount, pool, apply);
        topics.put(name, topic);
        return topic;
    }

    FakeTopic get(String name) {
        return topics.get(name);
    }

    @Override
    public Collection<Topic> all() {
        return List.copyOf(topics.values());
    }

    @Override
    public Optional<Topic> find(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    @Override
    public Optional<Topic> find(TopicId id) {
        return topics.values().stream()
                .filter(topic -> topic.id().equals(id))
                .map(topic -> (Topic) topic)
                .findFirst();
    }

    @Override
    public CompletableFuture<Result<Topic>> create(NewTopic wanted, boolean validateOnly) {
        if (topics.containsKey(wanted.name())) {
            return later(Result.failed(ErrorCode.TOPIC_ALREADY_EXISTS));
        }
        if (whyInvalidName(wanted.name()).isPresent()) {
            return later(Result.failed(ErrorCode.INVALID_TOPIC_EXCEPTION));
        }
        int partitionCount = wanted.partitionCount() == -1 ? 1 : wanted.partitionCount();
        if (validateOnly) {
            return later(Result.of(new FakeTopic(wanted.name(), TopicId.ZERO, partitionCount, pool, apply)));
        }
        return later(Result.of(add(wanted.name(), partitionCount)));
    }

    @Override
    public CompletableFuture<Result<Topic>> findOrAutoCreate(String name) {
        Topic found = topics.get(name);
        if (found == null && autoCreateFailure != ErrorCode.NONE) {
            return later(Result.failed(autoCreateFailure));
        }
        return later(Result.of(found == null ? add(name, 1) : found));
    }

    @Override
    public boolean isAutoCreateOn() {
        return true;
    }

    @Override
    public CompletableFuture<Result<Topic>> delete(TopicId id) {
        Optional<Topic> found = find(id);
        found.ifPresent(topic -> {
            FakeTopic deleted = topics.remove(topic.name());
            deleted.isDeleted = true;
            deleted.partitions.forEach(partition -> partition.close(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            deleted.partitions.forEach(FakePartition::releaseAll);
        });
        return later(found.map(Result::of).orElseGet(() -> Result.failed(ErrorCode.UNKNOWN_TOPIC_ID)));
    }

    @Override
    public CompletableFuture<Result<Topic>> addPartitions(
            TopicId id, int partitionCount, List<List<Integer>> assignments, boolean validateOnly) {
        return later(find(id).filter(topic -> partitionCount > topic.partitionCount())
                .map(Result::of)
                .orElseGet(() -> Result.failed(ErrorCode.INVALID_PARTITIONS)));
    }

    @Override
    public void addListener(TopicListener listener) {
        throw new UnsupportedOperationException("no protocol listens");
    }

    private <T> CompletableFuture<T> later(T value) {
        return CompletableFuture.supplyAsync(() -> value, apply);
    }

    void releaseAll() {
        topics.values().forEach(topic -> topic.partitions.forEach(FakePartition::releaseAll));
    }

    @Override
    public Collection<ConfigEntry> describeConfigs(Topic topic) {
        return List.of(entry("retention.ms", "604800000", ConfigEntry.Type.LONG));
    }

    static ConfigEntry entry(String name, String value, ConfigEntry.Type type) {
        var synonym = new ConfigEntry.Synonym(name, value, ConfigEntry.Source.DEFAULT);
        return new ConfigEntry(
                name, value, type, ConfigEntry.Source.DEFAULT, false, List.of(synonym), "What " + name + " does.");
    }

    @Override
    public int defaultPartitionCount() {
        return 1;
    }

    @Override
    public Optional<String> whyInvalidName(String name) {
        return name.matches("[a-zA-Z0-9._-]{1,249}") ? Optional.empty() : Optional.of("letters only");
    }
}
