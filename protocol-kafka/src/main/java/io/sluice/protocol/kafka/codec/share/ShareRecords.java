package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.common.HeldBytes;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.BatchRewriter;
import io.sluice.protocol.kafka.codec.RecordParts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

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
    /** Less is copied: a reader that is slow would hold a buffer of the log for it. */
    private static final int SHARED_BYTES_MIN = 16 << 10;

    /** Smaller batches are not worth the work. */
    private static final int CUT_BYTES_MIN = 4 << 10;

    private static final int CUT_SHARE = 10;

    private final List<Run> runs;
    private final LongSupplier startOffset;
    private final int expectedBytes;
    private final Source memory;
    private final Source disk;
    /** What was read, each of whole batches, with a reference of each owner. */
    private final List<HeldBytes> pieces = new ArrayList<>();

    private ByteBuffer copied = ByteBuffer.allocate(0);
    /** Of {@link #copied}, what is before this lies in {@link #pieces}. */
    private int sealedIndex;

    private boolean mayBlock;
    private boolean isMissing;
    private int next;

    /** Where batches are. */
    interface Source {
        /** Whole batches from the one that holds the offset, at least that one; the offset behind them, or −1 if it is not here. */
        long read(long offset, int maxBytes, ReadSink sink);
    }

    /**
     * Of runs in order, of one stored batch each.
     *
     * @param startOffset what is before it is there no more
     * @param recordBytes what a record takes, roughly
     * @param memory what can be read without blocking
     * @param disk everything
     */
    ShareRecords(List<Run> runs, LongSupplier startOffset, long recordBytes, Source memory, Source disk) {
        this.runs = runs;
        this.startOffset = startOffset;
        this.memory = memory;
        this.disk = disk;
        expectedBytes = expectedBytes(runs, recordBytes);
    }

    /** What so many records take if they are like the others, and a little more. */
    private static int expectedBytes(List<Run> runs, long recordBytes) {
        long wanted = 0;
        for (Run run : runs) {
            wanted += run.lastOffset() - run.firstOffset() + 1;
        }
        long expected = wanted * recordBytes;
        return Math.clamp(expected + expected / EXPECTED_REST, READ_BYTES_MIN, READ_BYTES_MAX);
    }

    /** The batches of the runs, nothing if one of them is not in memory. */
    Optional<RecordParts> readMemory() {
        RecordParts found = readAll();
        if (isMissing) {
            found.release();
            return Optional.empty();
        }
        return Optional.of(found);
    }

    /** The batches of the runs. What was handed out and is gone from the log by now is missing. */
    RecordParts readBlocking() {
        mayBlock = true;
        return readAll();
    }

    private RecordParts readAll() {
        try {
            readPieces();
            return wanted();
        } finally {
            forget(0);
        }
    }

    private void readPieces() {
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
    }

    private void forget(int fromPiece) {
        List<HeldBytes> forgotten = pieces.subList(fromPiece, pieces.size());
        forgotten.forEach(HeldBytes::release);
        forgotten.clear();
        copied.position(sealedIndex);
    }

    private long readPiece(long offset, int maxBytes) {
        if (offset < startOffset.getAsLong()) {
            return offset;
        }
        int before = pieces.size();
        long reached = memory.read(offset, maxBytes, this);
        if (reached < 0) {
            if (!mayBlock) {
                isMissing = true;
                return offset;
            }
            forget(before);
            reached = disk.read(offset, maxBytes, this);
        }
        seal();
        return reached;
    }

    @Override
    public ByteBuffer reserve(int lengthBytes) {
        if (copied.remaining() < lengthBytes) {
            ByteBuffer begun = copied.slice(sealedIndex, copied.position() - sealedIndex);
            int least = Math.addExact(begun.remaining(), lengthBytes);
            copied = ByteBuffer.allocate(Math.max(least, expectedBytes)).put(begun);
            sealedIndex = 0;
        }
        ByteBuffer room = copied.slice(copied.position(), lengthBytes);
        copied.position(copied.position() + lengthBytes);
        return room;
    }

    /** What comes first of a piece begins with a batch, so it is not the rest of one whose head was made anew. */
    @Override
    public void share(ByteBuffer shared, SharedBuffer owner) {
        boolean isPiece = copied.position() == sealedIndex;
        if (isPiece && shared.remaining() >= SHARED_BYTES_MIN && !owner.isScarce()) {
            owner.retain();
            pieces.add(new HeldBytes(shared.slice(), owner));
        } else {
            reserve(shared.remaining()).put(shared.duplicate());
        }
    }

    @Override
    public void lend(ByteBuffer batches) {
        seal();
        pieces.add(new HeldBytes(batches.slice(), null));
    }

    private void seal() {
        if (copied.position() > sealedIndex) {
            pieces.add(new HeldBytes(copied.slice(sealedIndex, copied.position() - sealedIndex), null));
            sealedIndex = copied.position();
        }
    }

    /** What is wanted of what was read together. */
    private RecordParts wanted() {
        List<HeldBytes> wanted = new ArrayList<>(pieces.size());
        for (HeldBytes piece : pieces) {
            addWanted(piece, wanted);
        }
        wanted.forEach(HeldBytes::retain);
        return RecordParts.of(wanted);
    }

    private void addWanted(HeldBytes piece, List<HeldBytes> wanted) {
        ByteBuffer bytes = piece.bytes();
        int whole = 0;
        int at = 0;
        while (at < bytes.limit() && next < runs.size()) {
            int sizeBytes = BatchLayout.sizeBytes(bytes, at);
            int first = next;
            long count = wantedIn(BatchHeader.baseOffset(bytes, at), BatchHeader.lastOffset(bytes, at));
            boolean isCut = isCut(bytes, at, count);
            if (count == 0 || isCut) {
                addSlice(piece, whole, at, wanted);
                whole = at + sizeBytes;
            }
            if (count > 0 && isCut) {
                wanted.add(new HeldBytes(cut(bytes.slice(at, sizeBytes), first), null));
            }
            at += sizeBytes;
        }
        addSlice(piece, whole, at, wanted);
    }

    private static void addSlice(HeldBytes piece, int from, int to, List<HeldBytes> wanted) {
        if (to > from) {
            wanted.add(piece.slice(from, to));
        }
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

    private static boolean isCut(ByteBuffer piece, int at, long wanted) {
        return BatchLayout.sizeBytes(piece, at) >= CUT_BYTES_MIN
                && wanted * CUT_SHARE <= BatchHeader.recordCount(piece, at);
    }

    /** What the runs from this one on want of the batch. */
    private ByteBuffer cut(ByteBuffer batch, int firstRun) {
        try (BatchRewriter rewriter = new BatchRewriter()) {
            ByteBuffer cut = rewriter.rewrite(
                    batch.duplicate(),
                    record -> isWanted(record.offset(), firstRun),
                    BatchHeader.maxTimestampMs(batch, 0));
            // What is cut is smaller; should it not be, the client gets the batch as it is.
            ByteBuffer source = cut.remaining() < batch.remaining() ? cut : batch;
            return ByteBuffer.allocate(source.remaining()).put(source).flip();
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
