package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBufAllocator;
import io.sluice.broker.api.Partition;
import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.log.DamagedLogException;
import io.sluice.log.disk.DiskException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over the partitions of a fetch: batches in the order of the partitions until the answer is full; the first
 * partition that has any gives at least one batch, however large (KIP-74). Runs on the event loop while memory has what
 * is wanted, and from the first partition that needs the disk on a blocking thread. One thread at a time.
 */
final class FetchRead {
    private static final Logger LOG = LoggerFactory.getLogger(FetchRead.class);
    private static final int ONE_BATCH = 1;

    private final FetchTarget[] targets;
    private final long bytesMax;
    private final FetchSink sink;
    private int next;
    private boolean isFull;

    FetchRead(Collection<FetchTarget> targets, long bytesMax, ByteBufAllocator allocator) {
        this.targets = targets.toArray(FetchTarget[]::new);
        this.bytesMax = bytesMax;
        sink = new FetchSink(allocator);
    }

    FetchSink sink() {
        return sink;
    }

    /** Whether records were left behind for want of room in the answer, so that waiting for more would bring nothing. */
    boolean isFull() {
        return isFull;
    }

    /** Reads what memory has; false if {@link #readBlocking} must go on from there. */
    boolean readMemory() {
        while (next < targets.length) {
            FetchTarget target = targets[next];
            Partition partition = target.partition();
            if (target.hasRecords() && partition != null && !readMemory(target, partition)) {
                return false;
            }
            next++;
        }
        return true;
    }

    /** Reads the rest; may block. */
    void readBlocking() {
        while (next < targets.length) {
            FetchTarget target = targets[next];
            Partition partition = target.partition();
            if (target.hasRecords() && partition != null) {
                readBlocking(target, partition);
            }
            next++;
        }
    }

    private boolean readMemory(FetchTarget target, Partition partition) {
        long before = sink.lengthBytes();
        int from = sink.seal();
        int roomBytes = room(target, before);
        long reached = partition.readMemory(target.fetchOffset, roomBytes, before == 0, sink);
        if (reached < 0) {
            sink.cutTo(from, before);
            return false;
        }
        reached(target, reached, roomBytes);
        found(target, before, from);
        return true;
    }

    private void readBlocking(FetchTarget target, Partition partition) {
        long before = sink.lengthBytes();
        int from = sink.seal();
        try {
            int roomBytes = room(target, before);
            reached(target, partition.readBlocking(target.fetchOffset, roomBytes, before == 0, sink), roomBytes);
        } catch (DamagedLogException e) {
            sink.cutTo(from, before);
            if (e.range().firstOffset() <= target.fetchOffset || !readOneBatch(target, partition, from, before)) {
                // The node has reported it once; clients ask again and again.
                LOG.debug(
                        "damaged log topic={} partition={} reason={}",
                        partition.topic().name(),
                        target.index,
                        e.getMessage());
                target.fail(ErrorCode.CORRUPT_MESSAGE);
                return;
            }
        } catch (DiskException e) {
            LOG.error("cannot read topic={} partition={}", partition.topic().name(), target.index, e);
            sink.cutTo(from, before);
            target.fail(ErrorCode.STORAGE_ERROR);
            return;
        }
        found(target, before, from);
    }

    /** What lies before a damaged range stays readable, batch by batch. */
    private boolean readOneBatch(FetchTarget target, Partition partition, int from, long before) {
        try {
            partition.readBlocking(target.fetchOffset, ONE_BATCH, true, sink);
            return true;
        } catch (DamagedLogException e) {
            sink.cutTo(from, before);
            return false;
        }
    }

    /** A partition's own limit makes no answer full: others may grow. */
    private void reached(FetchTarget target, long offset, int roomBytes) {
        target.reached(offset);
        isFull |= offset < target.endOffset() && roomBytes < target.bytesMax;
    }

    private void found(FetchTarget target, long before, int from) {
        target.found(Math.toIntExact(sink.lengthBytes() - before), from, sink.seal());
        Check.check(target.recordsBytes() >= 0, "a read took bytes away");
    }

    private int room(FetchTarget target, long given) {
        return (int) Math.max(0, Math.min(target.bytesMax, bytesMax - given));
    }
}
