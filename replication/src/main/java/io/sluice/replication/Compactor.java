package io.sluice.replication;

import io.sluice.log.CompactionMemory;
import io.sluice.log.CompactionReport;
import io.sluice.log.CompactionRules;
import io.sluice.log.DamagedLogException;
import io.sluice.log.LogCompaction;
import io.sluice.log.PartitionLog;
import io.sluice.log.Replacement;
import io.sluice.log.disk.DiskFullException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.agrona.collections.LongHashSet;

/**
 * Compacts partitions of this node, on the thread that asks and by one thread at a time; who asks when, and with which rules,
 * is decided elsewhere. Touches sealed segments that a durable checkpoint names, and has one written if need be; new ones take
 * their place on the segment thread, and old files go after the next checkpoint.
 */
public final class Compactor {
    private static final long WAIT_MS = 100;

    private final NodeParts node;
    private final Function<Shard, CompletableFuture<Boolean>> checkpoint;
    private final CompactionMemory memory = new CompactionMemory();

    /** {@code checkpoint} writes one of a shard and answers false if the disk is full. */
    Compactor(NodeParts node, Function<Shard, CompletableFuture<Boolean>> checkpoint) {
        this.node = node;
        this.checkpoint = checkpoint;
    }

    /**
     * How a pass is to be done.
     *
     * @param endOffset of the partition's {@link io.sluice.log.CompactionDebt}
     * @param nowMs wall time
     * @param deleteRetentionMs how long tombstones stay
     * @param keyBytesMax memory for keys
     * @param paced is told bytes read, and 0 while it waits for others; may wait, and ends the pass by a
     *     {@link CompactionStoppedException}
     * @param readAhead a thread beside the one that asks, never interrupted: it reads what comes next meanwhile
     */
    public record Order(
            long endOffset,
            long nowMs,
            long deleteRetentionMs,
            long keyBytesMax,
            LongConsumer paced,
            Executor readAhead) {}

    /**
     * One pass; blocks. Empty if the partition was dropped. Throws {@link DamagedLogException}, which the node's register of
     * damage then knows, {@link io.sluice.log.batch.MalformedBatchException}, {@link io.sluice.log.disk.DiskException} or
     * {@link CompactionStoppedException}.
     */
    public Optional<CompactionReport> compact(PartitionReplica replica, Order order) {
        PartitionLog log = replica.log();
        // In this order: whoever drops it from now on sees that files may come to be.
        log.setCompacting(true);
        try {
            return replica.isDropped() ? Optional.empty() : Optional.of(run(replica, order));
        } catch (DamagedLogException damaged) {
            replica.shard().damage().report(replica, damaged.range());
            throw damaged;
        } finally {
            log.setCompacting(false);
        }
    }

    private CompactionReport run(PartitionReplica replica, Order order) {
        PartitionLog log = replica.log();
        LongConsumer paced = order.paced();
        checkpointTo(replica, order.endOffset(), paced);
        LongHashSet newestBatches = await(
                replica.shard().loop().askBetweenEntries(replica::newestBatchesOfProducers), () -> paced.accept(0));
        CompactionRules rules = new CompactionRules(
                replica.startOffset(),
                order.endOffset(),
                order.nowMs(),
                order.deleteRetentionMs(),
                order.keyBytesMax(),
                newestBatches::contains);
        LogCompaction.Exchange exchange = replacement -> onSegmentThread(() -> exchange(replica, replacement), paced);
        var around = new LogCompaction.Surroundings(memory, exchange, paced, order.readAhead());
        CompactionReport report = new LogCompaction(log, rules, around).run();
        onSegmentThread(
                () -> {
                    log.compactedTo(report.reached());
                    replica.shard().checkpointer().addObsolete(replica, List.of());
                    return true;
                },
                paced);
        return report;
    }

    /** The next one by time may be a minute away. */
    private void checkpointTo(PartitionReplica replica, long endOffset, LongConsumer paced) {
        boolean isNamed = replica.checkpointedEnd() >= endOffset
                || await(checkpoint.apply(replica.shard()), () -> paced.accept(0));
        if (!isNamed) {
            throw new DiskFullException("no checkpoint of partition " + replica.index() + " can be written", null);
        }
    }

    private static boolean exchange(PartitionReplica replica, Replacement replacement) {
        Optional<List<Path>> obsolete = replica.log().exchange(replacement);
        obsolete.ifPresent(files -> replica.shard().checkpointer().addObsolete(replica, files));
        return obsolete.isPresent();
    }

    /** The task happens whole or, if this throws, not at all. */
    private boolean onSegmentThread(Supplier<Boolean> task, LongConsumer paced) {
        AtomicBoolean isTaken = new AtomicBoolean();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        node.segments().execute(() -> {
            if (isTaken.compareAndSet(false, true)) {
                done.complete(task.get());
            }
        });
        return await(done, () -> {
            try {
                paced.accept(0);
            } catch (CompactionStoppedException stopped) {
                if (isTaken.compareAndSet(false, true)) {
                    throw stopped;
                }
            }
        });
    }

    /** A full disk or a slow one may keep the other thread for long. */
    private static <T> T await(CompletableFuture<T> answer, Runnable whileWaiting) {
        while (true) {
            try {
                return answer.get(WAIT_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                whileWaiting.run();
            } catch (InterruptedException | ExecutionException impossible) {
                // If the node is ending, that is what the caller is to be told.
                whileWaiting.run();
                throw new IllegalStateException("a thread of the node was asked and did not answer", impossible);
            }
        }
    }
}
