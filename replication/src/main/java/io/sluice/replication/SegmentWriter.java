package io.sluice.replication;

import io.sluice.common.Clock;
import io.sluice.common.Worker;
import io.sluice.log.StoredBatch;
import io.sluice.log.disk.DiskFullException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The node's segment thread: moves committed batches from the tails into segment files, gathered per partition and
 * paced. The journal already made them durable, so nothing waits for it but memory and checkpoints.
 */
final class SegmentWriter {
    /** A partition with so much to write is written at once. */
    static final int RUN_BYTES = 256 * 1024;

    private static final int APPEND_BYTES_MAX = 1 << 20;
    private static final long AGE_NS = 50_000_000;
    /** The more partitions have something, the longer each gathers, so that a write is worth its cost. */
    private static final long AGE_PER_PARTITION_NS = 1_000_000;

    private static final long AGE_NS_MAX = 5_000_000_000L;
    private static final long RETRY_MS = 100;

    private final Clock clock;
    private final Object lock = new Object();

    /** Partitions with something to write and since when, oldest first. */
    private final LinkedHashMap<PartitionReplica, Long> dirty = new LinkedHashMap<>();

    private final ArrayDeque<PartitionReplica> full = new ArrayDeque<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    /** So many of the oldest partitions do not wait for their age. */
    private int urgentCount;

    private boolean stopping;
    private volatile boolean diskFull;
    private volatile long writtenBytes;
    private final Worker worker = new Worker();

    SegmentWriter(Clock clock) {
        this.clock = clock;
    }

    void start(ThreadFactory threads) {
        worker.start(threads, "sluice-segments", this::run);
    }

    /** Any apply thread: the partition has batches to write, and had none before. */
    void becameDirty(PartitionReplica replica) {
        synchronized (lock) {
            dirty.putIfAbsent(replica, clock.nanoTime());
            if (dirty.size() == 1) {
                lock.notifyAll();
            }
        }
    }

    /** Any apply thread: the partition has a whole run. */
    void becameFull(PartitionReplica replica) {
        synchronized (lock) {
            full.addLast(replica);
            lock.notifyAll();
        }
    }

    /** Memory is short: do not wait for age. */
    void hurry() {
        synchronized (lock) {
            if (urgentCount == 0) {
                urgentCount = dirty.size();
                lock.notifyAll();
            }
        }
    }

    /** Runs on the segment thread, which appends nothing meanwhile. */
    void execute(Runnable task) {
        synchronized (lock) {
            tasks.addLast(task);
            lock.notifyAll();
        }
    }

    /** Waits until something was written, or so long. */
    void awaitProgress(long waitMs) throws InterruptedException {
        synchronized (lock) {
            urgentCount = dirty.size();
            lock.notifyAll();
            lock.wait(waitMs);
        }
    }

    /** Whether the last attempt to write met a full disk. */
    boolean isDiskFull() {
        return diskFull;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    void stop() throws InterruptedException {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        worker.join();
    }

    private void run() {
        try {
            while (step()) {
                progressed();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void progressed() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    /** Does one thing that is queued, however young; false if there is none. On the one thread of a simulation. */
    boolean runOnce() throws InterruptedException {
        synchronized (lock) {
            if (tasks.isEmpty() && full.isEmpty() && dirty.isEmpty()) {
                return false;
            }
            urgentCount = Math.max(1, urgentCount);
        }
        return step();
    }

    private boolean step() throws InterruptedException {
        Runnable task = null;
        PartitionReplica replica = null;
        synchronized (lock) {
            while (!stopping && tasks.isEmpty() && full.isEmpty() && !isDue()) {
                awaitWork();
            }
            if (stopping && tasks.isEmpty()) {
                // What is in no segment yet is in the journal, or was promised to be in memory only.
                return false;
            }
            if (tasks.isEmpty()) {
                replica = nextReplica();
            } else {
                task = tasks.removeFirst();
            }
        }
        if (task != null) {
            task.run();
        } else if (replica != null) {
            writeOneRun(replica);
        }
        return true;
    }

    /** When memory is short the oldest go first, whatever their size: they keep the oldest memory. */
    private PartitionReplica nextReplica() {
        boolean takesOldest = full.isEmpty() || (urgentCount > 0 && !dirty.isEmpty());
        if (!takesOldest) {
            return full.removeFirst();
        }
        urgentCount = Math.max(0, urgentCount - 1);
        PartitionReplica oldest = dirty.sequencedKeySet().getFirst();
        dirty.remove(oldest);
        return oldest;
    }

    /**
     * One run and no more: memory comes back when all partitions have written what shares it, so one that has much to
     * write must not hold up the others.
     */
    private void writeOneRun(PartitionReplica replica) throws InterruptedException {
        PartitionTail tail = replica.tail();
        if (tail == null) {
            return;
        }
        try {
            writeRun(replica, tail, Long.MAX_VALUE);
            diskFull = false;
            requeue(replica);
        } catch (DiskFullException refused) {
            diskFull = true;
            awaitSpace(replica);
        }
    }

    private void requeue(PartitionReplica replica) {
        synchronized (lock) {
            // Asked anew: it may be another tail since the write.
            PartitionTail tail = replica.tail();
            if (tail != null && tail.unwrittenBytes() > 0) {
                dirty.putIfAbsent(replica, clock.nanoTime());
            } else {
                // Whoever adds a batch after this look says so anew.
                dirty.remove(replica);
            }
        }
    }

    /** Tasks have their turn meanwhile: the deletion of a topic may be what makes space. */
    private void awaitSpace(PartitionReplica replica) throws InterruptedException {
        synchronized (lock) {
            if (stopping) {
                return;
            }
            full.addFirst(replica);
            if (tasks.isEmpty()) {
                lock.wait(RETRY_MS);
            }
        }
    }

    private boolean isDue() {
        Map.@Nullable Entry<PartitionReplica, Long> oldest = dirty.firstEntry();
        return oldest != null && (urgentCount > 0 || clock.nanoTime() - oldest.getValue() >= ageNs());
    }

    private long ageNs() {
        return Math.min(AGE_NS + dirty.size() * AGE_PER_PARTITION_NS, AGE_NS_MAX);
    }

    private void awaitWork() throws InterruptedException {
        Map.@Nullable Entry<PartitionReplica, Long> oldest = dirty.firstEntry();
        if (oldest == null) {
            lock.wait();
            return;
        }
        long leftNs = oldest.getValue() + ageNs() - clock.nanoTime();
        lock.wait(Math.max(1, leftNs / 1_000_000));
    }

    /** Segment thread: writes the partition's batches below the offset; answers false if the disk is full. */
    boolean tryWrite(PartitionReplica replica, long belowOffset) {
        PartitionTail tail = replica.tail();
        if (tail == null) {
            return true;
        }
        try {
            boolean more = true;
            while (more) {
                more = writeRun(replica, tail, belowOffset);
            }
            diskFull = false;
            return true;
        } catch (DiskFullException refused) {
            diskFull = true;
            return false;
        }
    }

    /** False if there was nothing to write. */
    private boolean writeRun(PartitionReplica replica, PartitionTail tail, long belowOffset) {
        // Readers of the segments rely on it that no batch is there before the end has moved past it.
        PartitionTail.Slice run = tail.unwritten(Math.min(belowOffset, replica.endOffset()), APPEND_BYTES_MAX);
        try {
            if (run.batches().isEmpty() || replica.isDropped()) {
                return false;
            }
            replica.log().append(run.batches());
            tail.markWritten(run.batches().size());
            count(run.batches());
            return true;
        } finally {
            run.release();
        }
    }

    private void count(List<StoredBatch> run) {
        long bytes = 0;
        for (StoredBatch batch : run) {
            bytes += batch.lengthBytes();
        }
        writtenBytes += bytes;
    }
}
