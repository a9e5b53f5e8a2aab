package io.sluice.replication.raft;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What entries take of the heap in all groups of a node together. The engine limits each group alone: a node that comes back and
 * is far behind in several would take so many times that, until no heap is left. Any thread.
 */
final class EngineMemory {
    /** Blocks of a journal are read for others into as much as this part of what arrives takes, by all groups. */
    private static final int READ_PART = 2;

    private static final long READ_BYTES_MAX = 16L << 20;

    private final long bytesMax;
    private final AtomicLong usedBytes = new AtomicLong();
    private final Map<String, Arrivals> groups = new ConcurrentHashMap<>();

    /** {@code bytesMax} for entries that arrived from other nodes and are not applied. */
    EngineMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The group takes part until it is closed. */
    Arrivals open(String group) {
        Arrivals arrivals = new Arrivals(this);
        groups.put(group, arrivals);
        return arrivals;
    }

    void close(String group) {
        Arrivals arrivals = groups.remove(group);
        if (arrivals != null) {
            arrivals.close();
        }
    }

    /** Whether there is room for what the request brings, which counts from then on; the sender of one that has none tries again. */
    boolean admits(AppendEntriesRequest request) {
        int count = request.getEntriesCount();
        @Nullable Arrivals arrivals = groups.get(request.getGroupId());
        if (count == 0 || arrivals == null) {
            return true;
        }
        long firstIndex = request.getPrevLogIndex() + 1;
        return arrivals.admits(
                firstIndex, firstIndex + count - 1, request.getData().size());
    }

    void use(long bytes) {
        usedBytes.addAndGet(bytes);
    }

    /** Whether a group that holds so much has to wait: all together are over the limit, and it is over its share. */
    boolean isOver(long groupBytes) {
        return usedBytes.get() > bytesMax && groupBytes > bytesMax / Math.max(1, groups.size());
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /** For the blocks that one group has read last. */
    long readBytes() {
        return Math.min(READ_BYTES_MAX, bytesMax / READ_PART / Math.max(1, groups.size()));
    }
}
