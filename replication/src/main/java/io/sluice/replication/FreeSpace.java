package io.sluice.replication;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admission of appends by free disk space. What was admitted must always find room, in the journal and later in a segment,
 * because apply can neither refuse nor skip: so where space is scarce each append takes from an allowance that a look at the
 * disk renews, less what was admitted and is not in segments yet.
 *
 * <p>Any thread takes; the checkpoint thread looks.
 */
final class FreeSpace {
    private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);

    /** More than the appends of the time between two looks can take. */
    private static final long PLENTY_BYTES = 4L << 30;

    /** In the journal, which may grow by it, and in a segment. */
    private static final long COPIES = 2;

    private final AtomicLong leftBytes = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean isScarce;
    private boolean isRefusing;

    /** Whether so many bytes may be appended. */
    boolean take(int lengthBytes) {
        return !isScarce || leftBytes.addAndGet(-COPIES * lengthBytes) >= 0;
    }

    /** Whether the last look found too little; checkpoint thread. */
    boolean isRefusing() {
        return isRefusing;
    }

    void look(NodeParts node, Collection<Shard> shards) {
        // In this order: what is written between the two counts twice rather than not at all.
        long pendingBytes = shards.stream().mapToLong(FreeSpace::pendingBytes).sum();
        long usableBytes = node.disk().usableBytes(node.settings().directory());
        long reserveBytes = node.settings().reserveBytes();
        // Each journal prepares one file ahead.
        long journalBytes = shards.size() * node.settings().journal().fileBytes();
        long allowedBytes = usableBytes - reserveBytes - pendingBytes - journalBytes;
        // A quarter more to begin again, so that it does not change with every look.
        boolean isEnough = allowedBytes > (isRefusing ? reserveBytes / 4 : 0);
        boolean isLow = !isEnough || (isScarce && leftBytes.get() < 0);
        leftBytes.set(isEnough ? allowedBytes : -1);
        isScarce = allowedBytes < PLENTY_BYTES;
        if (isLow != isRefusing) {
            isRefusing = isLow;
            LOG.warn(
                    "disk space {}: directory={} usable_bytes={} reserve_bytes={}",
                    isLow
                            ? "low, appends are refused until there is more; reads go on"
                            : "is back, appends are accepted",
                    node.settings().directory(),
                    usableBytes,
                    reserveBytes);
        }
    }

    private static long pendingBytes(Shard shard) {
        return COPIES * shard.queuedBytes() + shard.table().unwrittenBytes();
    }
}
