package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of this node: every call becomes a command of the slot that has the group's partition, in the shard that has
 * the partition.
 */
public final class LocalDeliveries implements DeliveryService, MetricSource {
    private final Map<Integer, List<DeliverySlot>> slots = new ConcurrentHashMap<>();
    private final DeliveryCounters counters = new DeliveryCounters();
    private final OptionsOfGroup options;
    private final ThreadFactory threads;
    private volatile @Nullable Node node;

    /** Where the groups' options come from. Any thread. */
    public interface OptionsOfGroup {
        /** What applies to the group in the topic now. */
        DeliveryOptions of(DeliveryKind kind, String group, Topic topic);
    }

    /** The partitions of this node. Any thread. */
    public interface Node {
        /** The topic, if it is known. */
        Optional<Topic> topic(TopicId id);

        /** The replica, if it is open here. */
        Optional<PartitionReplica> replica(TopicId id, int partition);

        /** The shards that are in use, by id. */
        Map<Integer, Shard> shards();

        /** The topic that keeps the dead letters of another, made if it is not there; may block. */
        Result<Topic> deadLetterTopic(Topic origin, Durability durability);

        /** The wall clock, in epoch milliseconds. */
        long wallMs();
    }

    /** {@link #machines} are to be hosted and {@link #become} called before the first call. */
    public LocalDeliveries(OptionsOfGroup options, ThreadFactory threads) {
        this.options = options;
        this.threads = threads;
    }

    /** The state machines that the shard hosts, ids 200 to 215. */
    public List<StateMachine> machines(int shard) {
        return List.copyOf(slotsOf(shard));
    }

    private List<DeliverySlot> slotsOf(int shard) {
        return slots.computeIfAbsent(
                shard,
                id -> IntStream.range(0, DeliverySlot.COUNT)
                        .mapToObj(index -> new DeliverySlot(index, this::partition, counters))
                        .toList());
    }

    /** The node's partitions are there. */
    public void become(Node partitions) {
        node = partitions;
    }

    /** Forgets the groups of a topic that was deleted; complete when that is durable. */
    public CompletableFuture<ErrorCode> forgetTopic(TopicId topicId) {
        return forget((shard, group) -> group.topicId().equals(topicId));
    }

    /**
     * Forgets the groups of partitions that were dropped while nobody could say so; complete when that is durable. Asks the
     * shards alone: what this node knows of topics may be older.
     */
    public CompletableFuture<ErrorCode> forgetDropped() {
        return forget((shard, group) -> shard.partition(group.topicId(), group.partition()) == null);
    }

    private CompletableFuture<ErrorCode> forget(BiPredicate<Shard, DeliveryGroup> isGone) {
        CompletableFuture<ErrorCode> all = CompletableFuture.completedFuture(ErrorCode.NONE);
        Node current = node;
        if (current == null) {
            return all;
        }
        for (Map.Entry<Integer, Shard> shard : current.shards().entrySet()) {
            for (DeliverySlot slot : slotsOf(shard.getKey())) {
                CompletableFuture<ErrorCode> ofSlot = submit(
                        shard.getValue(),
                        slot,
                        (turn, answer) ->
                                GroupCalls.forget(turn, group -> isGone.test(shard.getValue(), group), answer),
                        Function.identity());
                all = all.thenCombine(ofSlot, (first, second) -> first == ErrorCode.NONE ? second : first);
            }
        }
        return all;
    }

    private @Nullable OpenPartition partition(DeliveryGroup group) {
        Node current = node;
        if (current == null) {
            return null;
        }
        Optional<Topic> topic = current.topic(group.topicId());
        Optional<PartitionReplica> replica = current.replica(group.topicId(), group.partition());
        return topic.isEmpty() || replica.isEmpty()
                ? null
                : new LocalOpenPartition(topic.get(), replica.get(), options, current, threads);
    }

    @Override
    public CompletableFuture<Result<Acquired>> acquire(Acquire request) {
        boolean isSound = !request.member().isEmpty()
                && request.member().length() <= DeliveryGroup.NAME_CHARS_MAX
                && request.recordsMax() > 0;
        if (!isSound) {
            return CompletableFuture.completedFuture(Result.failed(ErrorCode.INVALID_REQUEST));
        }
        return submit(request.group(), (turn, answer) -> turn.acquire(request, Hints.NONE, answer), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> awaitWork(DeliveryGroup group) {
        return submit(
                group, (turn, answer) -> GroupCalls.awaitWork(turn, group, Hints.NONE, answer), Function.identity());
    }

    @Override
    public CompletableFuture<ErrorCode> settle(DeliveryGroup group, String member, List<Settlement> settlements) {
        return submit(
                group,
                (turn, answer) -> GroupCalls.settle(turn, group, member, settlements, answer),
                Function.identity());
    }

    @Override
    public CompletableFuture<Result<Long>> releaseMember(DeliveryGroup group, String member) {
        return submit(group, (turn, answer) -> GroupCalls.releaseMember(turn, group, member, answer), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> open(DeliveryGroup group) {
        return submit(group, (turn, answer) -> GroupCalls.open(turn, group, Hints.NONE, answer), Function.identity());
    }

    @Override
    public CompletableFuture<Result<Long>> reset(DeliveryGroup group, DeliveryStart start) {
        return submit(
                group, (turn, answer) -> GroupCalls.reset(turn, group, start, Hints.NONE, answer), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> reopen(DeliveryGroup group, long offset) {
        return submit(group, (turn, answer) -> GroupCalls.reopen(turn, group, offset, answer), Function.identity());
    }

    @Override
    public CompletableFuture<ErrorCode> delete(DeliveryGroup group) {
        return submit(group, (turn, answer) -> GroupCalls.delete(turn, group, answer), Function.identity());
    }

    @Override
    public CompletableFuture<Result<Description>> describe(DeliveryGroup group) {
        return submit(group, (turn, answer) -> GroupCalls.describe(turn, group, answer), Result::failed);
    }

    @Override
    public CompletableFuture<List<Description>> list(Optional<DeliveryKind> kind, Optional<String> name) {
        Predicate<DeliveryGroup> wanted =
                group -> kind.map(group.kind()::equals).orElse(true)
                        && name.map(group.name()::equals).orElse(true);
        CompletableFuture<List<Description>> all = CompletableFuture.completedFuture(List.of());
        Node current = node;
        if (current == null) {
            return all;
        }
        for (Map.Entry<Integer, Shard> shard : current.shards().entrySet()) {
            for (DeliverySlot slot : slotsOf(shard.getKey())) {
                CompletableFuture<List<Description>> ofSlot = submit(
                        shard.getValue(),
                        slot,
                        (turn, answer) -> GroupCalls.list(turn, wanted, answer),
                        error -> List.of());
                all = all.thenCombine(ofSlot, LocalDeliveries::concat);
            }
        }
        return all;
    }

    private static List<Description> concat(List<Description> first, List<Description> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        List<Description> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    @Override
    public Result<DeliveryOptions> options(DeliveryKind kind, String name, Topic topic) {
        return Result.of(options.of(kind, name, topic));
    }

    private <A> CompletableFuture<A> submit(
            DeliveryGroup group, SlotCommand.Body<A> body, Function<ErrorCode, A> failed) {
        Node current = node;
        if (!group.hasValidName()) {
            return CompletableFuture.completedFuture(failed.apply(ErrorCode.INVALID_GROUP_ID));
        }
        Optional<PartitionReplica> replica =
                current == null ? Optional.empty() : current.replica(group.topicId(), group.partition());
        if (replica.isEmpty()) {
            return CompletableFuture.completedFuture(failed.apply(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        }
        Shard shard = replica.get().shard();
        List<DeliverySlot> ofShard = slotsOf(shard.id());
        return submit(shard, ofShard.get(slotOf(group)), body, failed);
    }

    private static <A> CompletableFuture<A> submit(
            CommandRunner runner, DeliverySlot slot, SlotCommand.Body<A> body, Function<ErrorCode, A> failed) {
        SlotCommand<A> command = new SlotCommand<>(body, failed);
        runner.submit(slot, command);
        return command.answer();
    }

    /** The same in every version: a partition's groups are where its slot is. */
    static int slotOf(DeliveryGroup group) {
        long mixed = (group.topicId().high() ^ group.topicId().low()) * 31 + group.partition();
        mixed = (mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 60);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        counters.collect(consumer);
    }
}
