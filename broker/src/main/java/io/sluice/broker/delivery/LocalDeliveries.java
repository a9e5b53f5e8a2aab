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
import io.sluice.log.ReadSink;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    private static final int READERS = 8;
    private static final long READER_IDLE_SECONDS = 5;

    private final Map<Integer, List<DeliverySlot>> slots = new ConcurrentHashMap<>();
    private final DeliveryCounters counters = new DeliveryCounters();
    private final OptionsOfGroup options;
    private final Readers readers;
    private volatile @Nullable Node node;
    private volatile Optional<PeerLetters> peers = Optional.empty();

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

        /** The topic that keeps the dead letters of another, made if it is not there and may be made; may block. */
        Result<Topic> deadLetterTopic(Topic origin, DeliveryOptions.DeadLetters how, Durability durability);

        /** Completes with true once what is set at groups and topics is known here as it is now; with false if it cannot be. */
        CompletableFuture<Boolean> newestOptions();

        /** The wall clock, in epoch milliseconds. */
        long wallMs();
    }

    /** {@link #machines} are to be hosted and {@link #become} called before the first call. */
    public LocalDeliveries(OptionsOfGroup options, ThreadFactory threads) {
        this.options = options;
        this.readers = new Readers(
                pool(threads),
                pool(threads),
                new LookedPieces(),
                new FoundLetters(),
                new UnreadablePlaces(counters.unreadable));
    }

    /**
     * For what reads the disk: each group does so once at a time, and a thread for each look would cost more than the look.
     *
     * @param looks at where batches lie
     * @param letters prepares dead letters, and may wait for their topic: who wants records must not wait with it
     * @param pieces what looks have read
     * @param found what searches for dead letters have found
     * @param unreadable where looks failed
     */
    record Readers(
            Executor looks, Executor letters, LookedPieces pieces, FoundLetters found, UnreadablePlaces unreadable) {}

    private static Executor pool(ThreadFactory threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                READERS, READERS, READER_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** The state machines that the shard hosts, ids 200 to 215. */
    public List<StateMachine> machines(int shard) {
        return List.copyOf(slotsOf(shard));
    }

    /** This node keeps the shard no longer: if it comes back, its machines begin empty. */
    public void forget(int shard) {
        slots.remove(shard);
    }

    private List<DeliverySlot> slotsOf(int shard) {
        return slots.computeIfAbsent(
                shard,
                id -> IntStream.range(0, DeliverySlot.COUNT)
                        .mapToObj(index -> new DeliverySlot(index, new OfShard(id), counters))
                        .toList());
    }

    /** The node's partitions are there. */
    public void become(Node partitions) {
        node = partitions;
    }

    /** There are other nodes, which may lead the topics that dead letters go to. */
    public void becomeOneOf(PeerLetters others) {
        peers = Optional.of(others);
    }

    /** Forgets the groups of topics that were deleted; complete when that is durable. */
    public CompletableFuture<ErrorCode> forgetTopics(Set<TopicId> topicIds) {
        return forget((shard, group) -> topicIds.contains(group.topicId()));
    }

    /**
     * Forgets the groups of partitions that were dropped while nobody could say so; complete when that is durable. Asks the
     * shards alone: what this node knows of topics may be older.
     */
    public CompletableFuture<ErrorCode> forgetDropped() {
        return forget((shard, group) -> shard.partition(group.topicId(), group.partition()) == null
                && !shard.isArriving(group.topicId(), group.partition()));
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

    /** A slot decides for its own shard: what it still knows of a partition that moved is no more what is. */
    private final class OfShard implements Partitions {
        private final int shard;

        OfShard(int shard) {
            this.shard = shard;
        }

        @Override
        public @Nullable OpenPartition find(DeliveryGroup group) {
            Node current = node;
            if (current == null) {
                return null;
            }
            Optional<Topic> topic = current.topic(group.topicId());
            Optional<PartitionReplica> replica = current.replica(group.topicId(), group.partition())
                    .filter(PartitionReplica::isHome)
                    .filter(found -> found.shard().id() == shard);
            return topic.isEmpty() || replica.isEmpty()
                    ? null
                    : new LocalOpenPartition(topic.get(), replica.get(), options, current, readers, peers);
        }

        @Override
        public ErrorCode absence(DeliveryGroup group) {
            return LocalDeliveries.this.absence(group);
        }
    }

    /** Its leader is another one where it is known, or will be soon. */
    private ErrorCode absence(DeliveryGroup group) {
        Node current = node;
        boolean isKnown = current != null
                && current.topic(group.topicId())
                        .filter(topic -> group.partition() < topic.partitionCount())
                        .isPresent();
        return isKnown ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    @Override
    public CompletableFuture<Result<Acquired>> acquire(Acquire request) {
        return isSound(request)
                ? submit(request.group(), acquiring(request), Shard::submit)
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.INVALID_REQUEST));
    }

    @Override
    public CompletableFuture<ErrorCode> awaitWork(DeliveryGroup group, long bytesMin) {
        return submit(
                group, (turn, answer) -> GroupCalls.awaitWork(turn, group, bytesMin, answer), Function.identity());
    }

    @Override
    public CompletableFuture<Result<Long>> workBytes(DeliveryGroup group) {
        return submit(group, (turn, answer) -> GroupCalls.workBytes(turn, group, answer), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> settle(DeliveryGroup group, String member, List<Settlement> settlements) {
        return submit(group, settling(group, member, settlements), Shard::submit);
    }

    @Override
    public CompletableFuture<Result<Long>> releaseMember(DeliveryGroup group, String member) {
        return submit(
                group, (turn, answer) -> GroupCalls.releaseMember(turn, group, member, 0, answer), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> open(DeliveryGroup group) {
        return submit(group, (turn, answer) -> GroupCalls.open(turn, group, answer), Function.identity());
    }

    @Override
    public CompletableFuture<Result<Long>> reset(DeliveryGroup group, DeliveryStart start) {
        return submit(
                group, (turn, answer) -> GroupCalls.reset(turn, group, start, Hints.NONE, answer), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> reopen(DeliveryGroup group, long offset) {
        return submit(
                group,
                (turn, answer) -> GroupCalls.reopen(turn, group, offset, List.of(), answer),
                Function.identity());
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

    @Override
    public long readHandedOut(DeliveryGroup group, long offset, int maxBytes, ReadSink sink) {
        Node current = node;
        return current == null
                ? -1
                : current.replica(group.topicId(), group.partition())
                        .map(replica -> readers.pieces().read(replica, offset, maxBytes, sink))
                        .orElse(-1L);
    }

    private <A> CompletableFuture<A> submit(
            DeliveryGroup group, SlotCommand.Body<A> body, Function<ErrorCode, A> failed) {
        return submit(group, new SlotCommand<>(body, failed), Shard::submit);
    }

    /** How a shard gets a command. */
    private interface Way {
        void submit(Shard shard, DeliverySlot slot, SlotCommand<?> command);
    }

    private <A> CompletableFuture<A> submit(DeliveryGroup group, SlotCommand<A> command, Way way) {
        Node current = node;
        Optional<PartitionReplica> replica =
                current == null ? Optional.empty() : current.replica(group.topicId(), group.partition());
        if (!group.hasValidName()) {
            command.refused(ErrorCode.INVALID_GROUP_ID);
        } else if (replica.isEmpty()) {
            command.refused(absence(group));
        } else {
            Shard shard = replica.get().shard();
            way.submit(shard, slotsOf(shard.id()).get(slotOf(group)), command);
        }
        return command.answer();
    }

    @Override
    public Exchange exchange(List<Said> said, Acquire request) {
        if (!isSound(request)) {
            return DeliveryService.super.exchange(said, request);
        }
        Map<Shard, List<CommandRunner.Submitted<?>>> byShard = new LinkedHashMap<>();
        Way together = (shard, slot, command) -> byShard.computeIfAbsent(shard, key -> new ArrayList<>())
                .add(new CommandRunner.Submitted<>(slot, command));
        List<CompletableFuture<ErrorCode>> settled = new ArrayList<>(said.size());
        for (Said each : said) {
            settled.add(submit(each.group(), settling(each.group(), each.member(), each.settlements()), together));
        }
        CompletableFuture<Result<Acquired>> acquired = submit(request.group(), acquiring(request), together);
        byShard.forEach(Shard::submitTogether);
        return new Exchange(settled, acquired);
    }

    private static SlotCommand<ErrorCode> settling(DeliveryGroup group, String member, List<Settlement> settlements) {
        return new SlotCommand<>(
                (turn, answer) -> GroupCalls.settle(turn, group, member, settlements, answer), Function.identity());
    }

    private static SlotCommand<Result<Acquired>> acquiring(Acquire request) {
        return new SlotCommand<>((turn, answer) -> turn.acquire(request, Hints.NONE, answer), Result::failed);
    }

    private static boolean isSound(Acquire request) {
        return !request.member().isEmpty()
                && request.member().length() <= DeliveryGroup.NAME_CHARS_MAX
                && request.recordsMax() > 0;
    }

    static <A> CompletableFuture<A> submit(
            CommandRunner runner, DeliverySlot slot, SlotCommand.Body<A> body, Function<ErrorCode, A> failed) {
        SlotCommand<A> command = new SlotCommand<>(body, failed);
        runner.submit(slot, command);
        return command.answer();
    }

    /** The slot that has the partition's groups, if they are in the shard. */
    DeliverySlot slot(Shard shard, TopicId topicId, int partition) {
        return slotsOf(shard.id()).get(slotOf(topicId, partition));
    }

    /** The same in every version: a partition's groups are where its slot is. */
    static int slotOf(DeliveryGroup group) {
        return slotOf(group.topicId(), group.partition());
    }

    private static int slotOf(TopicId topicId, int partition) {
        long mixed = (topicId.high() ^ topicId.low()) * 31 + partition;
        mixed = (mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 60);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        counters.collect(consumer);
    }
}
