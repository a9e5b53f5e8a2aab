package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.RecordCursor;
import io.sluice.log.compaction.KeyHash;
import io.sluice.log.compaction.KeyOffsets;
import io.sluice.log.compaction.LiveOffsets;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest record of each key in the part of a log that no pass has been over, as far as memory reaches. Used by one
 * thread.
 *
 * <pre>
 *   ... compacted before │ every record is known: live or replaced │ not looked at
 *                        from                                      end
 * </pre>
 */
final class DirtyKeys implements AutoCloseable {
    /** One bit each. */
    private static final long OFFSETS_MAX = 64L << 20;

    private static final long UNPACKED_BYTES_MAX = 512L << 20;

    /** 8 bytes each. */
    private static final int PLACES_MAX = 1 << 20;

    private final KeyHash hash;
    private final KeyOffsets newest;
    private final LiveOffsets live;
    private final RecordCursor cursor = new RecordCursor();
    private final Map<Segment, BatchPlaces> placesOf = new HashMap<>();
    private int placeCount;
    private final long fromOffset;
    private long endOffset;
    private boolean isFull;

    DirtyKeys(long fromOffset, long keyBytesMax, KeyHash hash) {
        this.fromOffset = fromOffset;
        this.endOffset = fromOffset;
        this.hash = hash;
        this.newest = new KeyOffsets(keyBytesMax);
        this.live = new LiveOffsets(fromOffset, OFFSETS_MAX);
    }

    /**
     * Reads the segments from the offset on, which lies in the first, unless they know their keys; ends early when memory is
     * full. Throws {@link io.sluice.log.batch.MalformedBatchException} at a batch that cannot be opened.
     */
    void read(List<Segment> segments, ByteBuffer memory, Executor readAhead, LongConsumer paced) {
        for (Segment segment : segments) {
            SegmentKeys known = segment.keys();
            if (known == null || !fits(known, segment)) {
                read(segment, memory, readAhead, paced);
            } else {
                take(known);
                placesOf.put(segment, known.places());
            }
            if (isFull) {
                return;
            }
            endOffset = Math.max(endOffset, segment.extent().endOffset());
        }
    }

    private boolean fits(SegmentKeys known, Segment segment) {
        return newest.hasRoomFor(known.newest().keyCount())
                && live.holds(segment.extent().endOffset());
    }

    private void take(SegmentKeys known) {
        known.newest().forEach((high, low, offset) -> {
            if (offset >= fromOffset) {
                replace(high, low, offset);
            }
        });
        for (long offset : known.notByKey()) {
            if (offset >= fromOffset) {
                live.add(offset);
            }
        }
    }

    private void read(Segment segment, ByteBuffer memory, Executor readAhead, LongConsumer paced) {
        Extent extent = segment.extent();
        Place start = fromOffset <= segment.baseOffset()
                ? new Place(0, segment.baseOffset())
                : segment.locate(extent, fromOffset);
        BatchPlaces places = new BatchPlaces(segment.baseOffset());
        long since = start.filePosition();
        try (SegmentWalk walk = new SegmentWalk(segment, extent, start, memory, readAhead)) {
            while (!isFull && walk.next()) {
                read(walk.batch());
                note(places, walk);
                long done = walk.place().filePosition() - since;
                if (done >= memory.capacity()) {
                    paced.accept(done);
                    since += done;
                }
            }
            paced.accept(Math.max(0, extent.lengthBytes() - since));
        }
        boolean isWhole = !isFull && start.filePosition() == 0 && placeCount < PLACES_MAX;
        if (isWhole && segment.asFile().generation() == 0) {
            placesOf.put(segment, places);
        }
    }

    private void note(BatchPlaces places, SegmentWalk walk) {
        if (placeCount < PLACES_MAX) {
            places.add(walk.place(), walk.lastOffset() + 1);
            placeCount++;
        }
    }

    /** Where the batches of the segment are, if it was read whole and there was memory; there are no gaps between them. */
    @Nullable
    BatchPlaces placesOf(Segment segment) {
        return placesOf.get(segment);
    }

    private void read(ByteBuffer batch) {
        int position = batch.position();
        if (BatchHeader.isControl(batch, position)) {
            stays(batch);
            return;
        }
        cursor.open(batch, position, UNPACKED_BYTES_MAX);
        while (!isFull && cursor.next()) {
            read(cursor);
        }
        if (isFull) {
            // Whole batches, but for a first one that memory does not hold: each pass comes further.
            long baseOffset = BatchHeader.baseOffset(batch, position);
            endOffset = baseOffset > fromOffset ? baseOffset : cursor.offset();
        }
    }

    /** Not for a record's sake. */
    private void stays(ByteBuffer batch) {
        long baseOffset = Math.max(fromOffset, BatchHeader.baseOffset(batch, batch.position()));
        if (live.holds(baseOffset)) {
            live.add(baseOffset);
        } else {
            isFull = true;
            endOffset = baseOffset;
        }
    }

    private void read(RecordCursor record) {
        long offset = record.offset();
        if (offset < fromOffset || record.keyLength() < 0) {
            return;
        }
        if (!live.holds(offset)) {
            isFull = true;
            return;
        }
        hash.of(record.bytes(), record.keyPosition(), record.keyLength());
        isFull = !replace(hash.high(), hash.low(), offset);
    }

    /** Answers whether there was room. */
    private boolean replace(long high, long low, long offset) {
        long replaced = newest.put(high, low, offset);
        if (replaced == KeyOffsets.FULL) {
            return false;
        }
        live.remove(replaced);
        live.add(offset);
        return true;
    }

    /** Where knowledge begins. */
    long fromOffset() {
        return fromOffset;
    }

    /** Where it ends; all records from here on stay. */
    long endOffset() {
        return endOffset;
    }

    /** Whether it ends because memory did. */
    boolean isFull() {
        return isFull;
    }

    /** Whether all of the batch's records are known to be replaced, without a look at them. */
    boolean isReplaced(long baseOffset, long lastOffset) {
        return baseOffset >= fromOffset && lastOffset < endOffset && !live.containsAny(baseOffset, lastOffset);
    }

    /** Whether no newer record of the same key is known. Records without a key have no place in a compacted log. */
    boolean isNewest(RecordCursor record) {
        long offset = record.offset();
        if (offset >= endOffset) {
            return true;
        }
        if (record.keyLength() < 0) {
            return false;
        }
        if (offset >= fromOffset) {
            return live.contains(offset);
        }
        hash.of(record.bytes(), record.keyPosition(), record.keyLength());
        return newest.get(hash.high(), hash.low()) == KeyOffsets.ABSENT;
    }

    @Override
    public void close() {
        newest.close();
        cursor.close();
    }
}
