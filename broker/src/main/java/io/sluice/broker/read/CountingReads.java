package io.sluice.broker.read;

import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;

/** Reads of a replica, counted. Any thread. */
public final class CountingReads {
    private final ReadCounters counters;

    /** Adds to the counters. */
    public CountingReads(ReadCounters counters) {
        this.counters = counters;
    }

    /** As {@link PartitionReplica#readMemory}. */
    public long readMemory(PartitionReplica partition, ReadRange range, ReadSink sink) {
        CountingSink counting = new CountingSink(sink);
        long next = partition.readMemory(range.offset(), range.maxBytes(), range.atLeastOne(), counting);
        counters.readFromMemory(counting.lengthBytes);
        return next;
    }

    /** As {@link PartitionReplica#readBlocking}. */
    public long readBlocking(PartitionReplica partition, ReadRange range, ReadSink sink) {
        CountingSink counting = new CountingSink(sink);
        long next = partition.readBlocking(range.offset(), range.maxBytes(), range.atLeastOne(), counting);
        counters.readBlocking(counting.lengthBytes);
        return next;
    }

    private static final class CountingSink implements ReadSink {
        private final ReadSink target;
        private long lengthBytes;

        CountingSink(ReadSink target) {
            this.target = target;
        }

        @Override
        public ByteBuffer reserve(int length) {
            lengthBytes += length;
            return target.reserve(length);
        }

        @Override
        public void share(ByteBuffer bytes, SharedBuffer owner) {
            lengthBytes += bytes.remaining();
            target.share(bytes, owner);
        }
    }
}
