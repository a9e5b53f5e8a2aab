package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Steps from batch header to batch header of one segment, reading little else. Headers are checked against each other;
 * CRCs only where a header does not follow, to tell which of the two batches is damaged. Used by one thread.
 */
final class SegmentWalk implements AutoCloseable {
    private final Segment segment;
    private final Extent extent;
    private final DiskFile file;
    private final OpenFiles.@Nullable Pin pin;
    private final FileWindow window;
    private Place next;
    private @Nullable Place current;

    /** Begins at a place where a batch is known to begin. */
    SegmentWalk(Segment segment, Extent extent, int windowBytes, Place start) {
        this.segment = segment;
        this.extent = extent;
        OpenFiles.Pin opened = segment.open();
        this.pin = opened;
        this.file = opened.file();
        this.window = new FileWindow(file, extent.lengthBytes(), windowBytes);
        this.next = start;
    }

    /**
     * Through most of a sealed segment, past the page cache, with memory of the caller's, who does not use it meanwhile; the
     * other thread reads what comes next.
     */
    SegmentWalk(Segment segment, Extent extent, Place start, ByteBuffer memory, Executor readAhead) {
        this.segment = segment;
        this.extent = extent;
        this.pin = null;
        this.file = segment.scan(readAhead);
        this.window = new FileWindow(file, extent.lengthBytes(), memory);
        this.next = start;
    }

    /** Moves to the next batch; false at the end. Throws {@link DamagedLogException}; {@link #skip} goes on behind. */
    boolean next() {
        if (next.filePosition() >= extent.lengthBytes()) {
            return false;
        }
        segment.checkUndamaged(next);
        String problem = headerProblem(next);
        if (problem != null) {
            Place before = current;
            boolean beforeIsGood = before == null || hasValidCrc(before);
            throw segment.damaged(file, extent, beforeIsGood || before == null ? next : before, problem);
        }
        int at = window.at(next.filePosition());
        ByteBuffer bytes = window.bytes();
        current = new Place(next.filePosition(), BatchHeader.baseOffset(bytes, at));
        next = new Place(next.filePosition() + BatchLayout.sizeBytes(bytes, at), BatchHeader.lastOffset(bytes, at) + 1);
        return true;
    }

    private @Nullable String headerProblem(Place place) {
        if (!window.has(place.filePosition(), BatchLayout.RECORDS)) {
            return "the file ends inside of a batch";
        }
        return segment.frameProblem(window.bytes(), window.at(place.filePosition()), place, extent);
    }

    /** Goes on at a place where a batch is known to begin. */
    void jump(Place place) {
        current = null;
        next = place;
    }

    /** Bytes of the batch. */
    long sizeBytes() {
        return next.filePosition() - place().filePosition();
    }

    /** Goes on behind the damage. */
    void skip(DamagedRange damage) {
        current = null;
        next = new Place(damage.filePosition() + damage.lengthBytes(), damage.nextOffset());
    }

    /** Like {@link #next}, but steps over damage that does not hold the offset; the segment remembers it all the same. */
    boolean nextTowards(long offset) {
        while (true) {
            try {
                return next();
            } catch (DamagedLogException damaged) {
                DamagedRange range = damaged.range();
                if (offset >= range.firstOffset() && offset < range.nextOffset()) {
                    throw damaged;
                }
                skip(range);
            }
        }
    }

    private boolean hasValidCrc(Place place) {
        if (headerProblem(place) != null) {
            return false;
        }
        int sizeBytes = BatchLayout.sizeBytes(window.bytes(), window.at(place.filePosition()));
        return window.has(place.filePosition(), sizeBytes)
                && BatchHeader.hasValidCrc(window.bytes(), window.at(place.filePosition()));
    }

    /** Where the batch begins. */
    Place place() {
        Place place = current;
        if (place == null) {
            throw new IllegalStateException("a walk was asked for a batch before its first step");
        }
        return place;
    }

    /** Offset of the batch's last record. */
    long lastOffset() {
        return next.offset() - 1;
    }

    /** Largest timestamp of the batch, as its header says. */
    long maxTimestampMs() {
        window.has(place().filePosition(), BatchLayout.RECORDS);
        return BatchHeader.maxTimestampMs(window.bytes(), window.at(place().filePosition()));
    }

    /** The header of the batch from its position to its limit, valid until the next step; its CRC was not looked at. */
    ByteBuffer header() {
        long position = place().filePosition();
        window.has(position, BatchLayout.RECORDS);
        int at = window.at(position);
        return window.bytes().duplicate().position(at).limit(at + BatchLayout.RECORDS);
    }

    /** The whole batch from its position to its limit, checked against its CRC; valid until the next step. */
    ByteBuffer batch() {
        Place place = place();
        if (!hasValidCrc(place)) {
            throw segment.damaged(file, extent, place, "a batch does not match its CRC");
        }
        int at = window.at(place.filePosition());
        return window.bytes().duplicate().position(at).limit(at + BatchLayout.sizeBytes(window.bytes(), at));
    }

    /** The same as it was committed. */
    StoredBatch stored() {
        ByteBuffer bytes = batch().slice();
        int leaderEpoch = BatchHeader.leaderEpoch(bytes, 0);
        return new StoredBatch(
                place().offset(), lastOffset(), leaderEpoch, BatchHeader.maxTimestampMs(bytes, 0), bytes);
    }

    @Override
    public void close() {
        if (pin == null) {
            file.close();
        } else {
            pin.close();
        }
    }
}
