package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.Partition;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.BatchRewriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Reads the batches that hold what was handed out, and no others. Clients take from a batch what they were given and skip
 * the rest, so batches go out as they are stored, unless that would be ten times what is wanted of one. Used for one
 * partition of one answer.
 */
final class ShareRecords implements ReadSink {
    /** Neighbouring runs are read together in pieces of so many bytes. */
    private static final int PIECE_BYTES = 64 << 10;

    private static final int ONE_BATCH = 1;
    private static final int READ_BYTES_MIN = 4 << 10;
    private static final int READ_BYTES_MAX = 8 << 20;
    private static final int EXPECTED_REST = 8;
    /** Smaller batches are not worth the work. */
    private static final int CUT_BYTES_MIN = 4 << 10;

    private static final int CUT_SHARE = 10;

    private final List<Run> runs;
    private final Partition partition;
    private final Source memory;
    private ByteBuffer read;
    private boolean mayBlock;
    private boolean isMissing;
    private int next;

    /** Batches in memory. */
    interface Source {
        /** Whole batches from the one that holds the offset, at least that one; the offset behind them, or −1. */
        long read(long offset, int maxBytes, ReadSink sink);
    }

    /** Of runs in order, of one stored batch each; what is not in memory is in the partition. */
    ShareRecords(List<Run> runs, Partition partition, Source memory) {
        this.runs = runs;
        this.partition = partition;
        this.memory = memory;
        this.read = ByteBuffer.allocate(expectedBytes(runs, partition));
    }

    /** What so many records take if they are like the others, and a little more. */
    private static int expectedBytes(List<Run> runs, Partition partition) {
        long wanted = 0;
        for (Run run : runs) {
            wanted += run.lastOffset() - run.firstOffset() + 1;
        }
        long records = Math.max(1, partition.endOffset() - partition.startOffset());
        long recordBytes = Math.ceilDiv(partition.sizeBytes(), records);
        long expected = wanted * recordBytes;
        return Math.clamp(expected + expected / EXPECTED_REST, READ_BYTES_MIN, READ_BYTES_MAX);
    }

    /** The batches of the runs, nothing if one of them is not in memory. */
    Optional<ByteBuffer> readMemory() {
        ByteBuffer found = readAll();
        return isMissing ? Optional.empty() : Optional.of(found);
    }

    /** The batches of the runs. What was handed out and is gone from the log by now is missing. */
    ByteBuffer readBlocking() {
        mayBlock = true;
        return readAll();
    }

    private ByteBuffer readAll() {
        long readTo = -1;
        int index = 0;
        while (index < runs.size() && !isMissing) {
            Run run = runs.get(index);
            if (run.lastOffset() < readTo) {
                index++;
                continue;
            }
            boolean hasNeighbour =
                    index + 1 < runs.size() && runs.get(index + 1).firstOffset() == run.lastOffset() + 1;
            long from = Math.max(readTo, run.firstOffset());
            long reached = readPiece(from, hasNeighbour ? PIECE_BYTES : ONE_BATCH);
            if (reached <= from) {
                index++;
            }
            readTo = Math.max(readTo, reached);
        }
        return wanted();
    }

    private long readPiece(long offset, int maxBytes) {
        if (offset < partition.startOffset()) {
            return offset;
        }
        int before = read.position();
        long reached = memory.read(offset, maxBytes, this);
        if (reached >= 0) {
            return reached;
        }
        if (!mayBlock) {
            isMissing = true;
            return offset;
        }
        read.position(before);
        return partition.readBlocking(offset, maxBytes, true, this);
    }

    @Override
    public ByteBuffer reserve(int lengthBytes) {
        if (read.remaining() < lengthBytes) {
            int least = Math.addExact(read.position(), lengthBytes);
            int twice = (int) Math.min(Integer.MAX_VALUE - Long.BYTES, 2L * read.capacity());
            read = ByteBuffer.allocate(Math.max(least, twice)).put(read.flip());
        }
        ByteBuffer room = read.slice(read.position(), lengthBytes);
        read.position(read.position() + lengthBytes);
        return room;
    }

    @Override
    public void share(ByteBuffer shared, SharedBuffer owner) {
        reserve(shared.remaining()).put(shared.duplicate());
    }

    /** Moves what is wanted of what was read together, in its place. */
    private ByteBuffer wanted() {
        int end = read.position();
        int at = 0;
        int kept = 0;
        while (at < end && next < runs.size()) {
            int sizeBytes = BatchLayout.sizeBytes(read, at);
            int first = next;
            long wanted = wantedIn(BatchHeader.baseOffset(read, at), BatchHeader.lastOffset(read, at));
            if (wanted > 0) {
                kept += keep(at, sizeBytes, kept, isCut(at, sizeBytes, wanted) ? first : -1);
            }
            at += sizeBytes;
        }
        return read.position(0).limit(kept);
    }

    /** How many offsets of the batch are in runs; passes those that end in it. */
    private long wantedIn(long first, long last) {
        long wanted = 0;
        while (next < runs.size() && runs.get(next).firstOffset() <= last) {
            Run run = runs.get(next);
            wanted += Math.max(0, Math.min(last, run.lastOffset()) - Math.max(first, run.firstOffset()) + 1);
            if (run.lastOffset() > last) {
                return wanted;
            }
            next++;
        }
        return wanted;
    }

    private boolean isCut(int at, int sizeBytes, long wanted) {
        return sizeBytes >= CUT_BYTES_MIN && wanted * CUT_SHARE <= BatchHeader.recordCount(read, at);
    }

    /** Moves a batch, or what the runs from {@code cutFrom} on want of it if that is none negative; its bytes then. */
    private int keep(int at, int sizeBytes, int target, int cutFrom) {
        if (cutFrom < 0) {
            if (at != target) {
                System.arraycopy(read.array(), at, read.array(), target, sizeBytes);
            }
            return sizeBytes;
        }
        try (BatchRewriter rewriter = new BatchRewriter()) {
            ByteBuffer cut = rewriter.rewrite(
                    read.slice(at, sizeBytes),
                    record -> isWanted(record.offset(), cutFrom),
                    BatchHeader.maxTimestampMs(read, at));
            // What is cut is smaller; should it not be, the client gets the batch as it is.
            ByteBuffer source = cut.remaining() < sizeBytes ? cut : read.slice(at, sizeBytes);
            int cutBytes = source.remaining();
            read.put(target, source, source.position(), cutBytes);
            return cutBytes;
        }
    }

    private boolean isWanted(long offset, int from) {
        for (int i = from; i < runs.size() && runs.get(i).firstOffset() <= offset; i++) {
            if (offset <= runs.get(i).lastOffset()) {
                return true;
            }
        }
        return false;
    }
}
