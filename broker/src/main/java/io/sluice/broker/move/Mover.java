package io.sluice.broker.move;

import io.sluice.broker.topic.LocalTopics;
import io.sluice.broker.topic.MovesImage;
import io.sluice.broker.topic.PartitionMove;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerServices;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in the moves of partitions, as the leader of their old shards or of their new ones. Looks at what is and at
 * what the metadata says, again and again, so that it goes on after every failure. Any thread starts and stops it.
 */
public final class Mover {
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
    private static final long LOOK_INTERVAL_MS = 200;

    /** Each look at all partitions costs some milliseconds where there are a hundred thousand. */
    private static final int LOOKS_BETWEEN_SCANS = 5;

    /** So many partitions are copied at once to this node; the others wait. */
    private static final int COPIES_MAX = 2;

    /** A partition that is sealed for longer without being taken over goes on where it was. */
    private static final long SEALED_NS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final LocalTopics topics;
    private final MoveShards shards;
    private final MoveSource source;
    private final MoveCopy.Pace pace;
    private final ThreadFactory threads;
    private final ScheduledThreadPoolExecutor executor;
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
    private final Semaphore copies = new Semaphore(COPIES_MAX);
    private final Map<Long, Long> sealedSinceNs = new HashMap<>();
    private volatile boolean isOver;
    private int looks;

    /**
     * What it is made for.
     *
     * @param threads makes ones that wait
     * @param blocking runs what reads the disk
     * @param bytesPerSecond that each copy may take; asked again and again
     */
    public record Node(
            int nodeId,
            MoveShards shards,
            PeerServices peers,
            Clock clock,
            ThreadFactory threads,
            Executor blocking,
            DoubleSupplier bytesPerSecond) {}

    /** From now on answers other nodes; does nothing by itself before {@link #start}. */
    public Mover(LocalTopics topics, Node node) {
        this.topics = topics;
        this.shards = node.shards();
        this.threads = node.threads();
        this.pace = new MoveCopy.Pace(node.clock(), node.bytesPerSecond(), () -> isOver);
        this.source = new MoveSource(node.nodeId(), node.peers(), node.shards(), topics::moves, node.blocking());
        this.executor = new ScheduledThreadPoolExecutor(1, threads);
    }

    /** Begins to look. */
    public void start() {
        var unused = executor.scheduleWithFixedDelay(
                this::lookLogged, LOOK_INTERVAL_MS, LOOK_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Looks no more; what is under way ends soon, and goes on with the next start or at another node. */
    public void stop() {
        isOver = true;
        executor.shutdown();
    }

    /** The outermost frame: a look that fails must not end those that follow. */
    private void lookLogged() {
        try {
            look();
        } catch (RuntimeException failure) {
            LOG.error("moves of partitions were not looked at; they will be again", failure);
        }
    }

    private void look() {
        MovesImage moves = topics.moves();
        for (PartitionMove move : moves.moving()) {
            if (move.stage() == PartitionMove.Stage.ADOPTED) {
                shards.kept(move.from()).filter(Shard::isLeading).ifPresent(shard -> leave(shard, move));
            } else if (shards.kept(move.to()).filter(Shard::isLeading).isPresent()) {
                copy(move);
            }
        }
        looks++;
        if (looks % LOOKS_BETWEEN_SCANS == 0) {
            scan();
        }
    }

    private void copy(PartitionMove move) {
        // What is sealed in the metadata is served by nobody: it waits for no copy.
        boolean isLimited = move.stage() == PartitionMove.Stage.COPYING;
        if (!underWay.contains(move.number()) && (!isLimited || copies.tryAcquire())) {
            underWay.add(move.number());
            threads.newThread(() -> copyLogged(move, isLimited)).start();
        }
    }

    private void copyLogged(PartitionMove move, boolean isLimited) {
        try {
            new MoveCopy(move, topics, shards, source, pace).run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.error("a partition is not copied further for now; that will be tried again", failure);
        } finally {
            underWay.remove(move.number());
            if (isLimited) {
                copies.release();
            }
        }
    }

    /** The new shard serves it. */
    private void leave(Shard shard, PartitionMove move) {
        if (!underWay.add(move.number())) {
            return;
        }
        var unused = leave(shard, move.topicId(), move.partition(), move.number())
                .whenComplete((error, failure) -> {
                    if (failure == null && error == ErrorCode.NONE) {
                        var unusedDone =
                                topics.moveDone(move).whenComplete((result, lost) -> underWay.remove(move.number()));
                    } else {
                        underWay.remove(move.number());
                    }
                });
    }

    /** Its delivery groups go first: nobody would know of them afterwards. */
    private CompletableFuture<ErrorCode> leave(Shard shard, TopicId topicId, int partition, long number) {
        return shards.groups()
                .forget(shard, topicId, partition)
                .thenCompose(error -> error == ErrorCode.NONE
                        ? shard.propose(new ControlEntry.Leave(topicId, partition, number))
                        : CompletableFuture.completedFuture(error));
    }

    /** What is sealed here, or arriving, for a move that is over, or takes too long. */
    private void scan() {
        sealedSinceNs
                .keySet()
                .removeIf(number -> topics.moves().moving().stream().noneMatch(move -> move.number() == number));
        for (Shard shard : shards.all()) {
            if (shard.isLeading()) {
                shard.moving().forEach(replica -> settle(shard, replica));
            }
        }
    }

    private void settle(Shard shard, PartitionReplica replica) {
        boolean isArriving = replica.arrivingBy() != 0;
        long number = isArriving ? replica.arrivingBy() : replica.sealedFor();
        // Behind what the partition says: an image from before the move would not know it either.
        MovesImage moves = topics.moves();
        if (number == 0 || moves.version() < number) {
            return;
        }
        Optional<PartitionMove> move =
                moves.move(replica.topicId(), replica.index()).filter(each -> each.number() == number);
        if (move.isEmpty()) {
            var unused = isArriving
                    ? leave(shard, replica.topicId(), replica.index(), number)
                    : shard.propose(new ControlEntry.Unseal(replica.topicId(), replica.index(), number));
        } else if (!isArriving && move.get().stage() == PartitionMove.Stage.COPYING) {
            long nowNs = pace.clock().nanoTime();
            long sinceNs = sealedSinceNs.computeIfAbsent(number, key -> nowNs);
            if (nowNs - sinceNs > SEALED_NS_MAX) {
                LOG.warn("a sealed partition is not taken over, it goes on in shard={}", shard.id());
                sealedSinceNs.remove(number);
                var unused = topics.takeMoveBack(move.get());
            }
        }
    }
}
