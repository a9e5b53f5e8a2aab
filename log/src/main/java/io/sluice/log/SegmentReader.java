package io.sluice.log;

import io.sluice.common.SharedBuffer;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives batches of one segment to a sink: one disk read per mebibyte into a pooled buffer, every batch's header and CRC
 * checked there, and only then the good ones given, without another copy if there are many.
 *
 * <p>Made for one call of {@link PartitionLog#read}; used by one thread.
 */
final class SegmentReader {
    private final OpenFiles openFiles;
    private final long upToOffset;
    private final ReadSink sink;
    private int leftBytes;
    private boolean oneIsOwed;
    private boolean metDamage;

    SegmentReader(OpenFiles openFiles, int maxBytes, boolean atLeastOne, long upToOffset, ReadSink sink) {
        this.openFiles = openFiles;
        this.leftBytes = maxBytes;
        this.oneIsOwed = atLeastOne;
        this.upToOffset = upToOffset;
        this.sink = sink;
    }

    /** Gives one chunk; answers the offset behind its last batch, or the offset itself if no batch fits any more. */
    long give(Segment segment, Extent extent, long offset) {
        try {
            return giveOnce(segment, extent, offset);
        } catch (DamagedLogException damaged) {
            DamagedRange range = damaged.range();
            if (offset >= range.firstOffset() && offset < range.nextOffset()) {
                throw damaged;
            }
            // The header of a damaged batch claimed the offset of a good one; now that this is known it is passed over.
            return giveOnce(segment, extent, offset);
        }
    }

    private long giveOnce(Segment segment, Extent extent, long offset) {
        PreparedReads.Piece ready = openFiles.preparedReads().take(segment.path(), offset);
        if (ready != null) {
            return giveReady(segment, extent, ready);
        }
        Place start = segment.locate(extent, offset);
        long readableBytes = extent.lengthBytes() - start.filePosition();
        if (readableBytes == 0) {
            return extent.endOffset();
        }
        int wantedBytes = Math.max(leftBytes, BatchLayout.RECORDS);
        int chunkBytes = (int) Math.min(Math.min(wantedBytes, openFiles.readChunkBytes()), readableBytes);
        SharedBuffer buffer = take(openFiles, chunkBytes);
        try (OpenFiles.Pin pin = segment.open()) {
            ByteBuffer bytes = pin.file().readInto(buffer.memory(), start.filePosition(), chunkBytes);
            ChunkCheck check = new ChunkCheck(segment, extent, limits());
            ChunkCheck.Found checked = check.read(bytes, chunkBytes, start);
            if (checked.goodBytes() == 0 && checked.problem() == null && isWanted(checked)) {
                SharedBuffer larger = take(openFiles, checked.firstSizeBytes());
                buffer.release();
                buffer = larger;
                chunkBytes = checked.firstSizeBytes();
                bytes = pin.file().readInto(buffer.memory(), start.filePosition(), chunkBytes);
                checked = check.read(bytes, chunkBytes, start);
            }
            if (checked.goodBytes() == 0 && checked.problem() != null) {
                throw segment.damaged(pin.file(), extent, start, checked.problem());
            }
            metDamage = checked.problem() != null;
            give(bytes.slice(0, checked.goodBytes()), buffer);
            segment.readOn(start, new Place(start.filePosition() + checked.goodBytes(), checked.nextOffset()));
            return checked.goodBytes() == 0 ? offset : checked.nextOffset();
        } finally {
            buffer.release();
        }
    }

    private ChunkCheck.Limits limits() {
        return new ChunkCheck.Limits(leftBytes, oneIsOwed, upToOffset);
    }

    private static SharedBuffer take(OpenFiles openFiles, int lengthBytes) {
        return openFiles.readBuffers().take(lengthBytes + DiskFile.SPARE_BYTES);
    }

    /** Gives what was read in advance; answers what {@link #give} does. */
    long giveReady(Segment segment, Extent extent, PreparedReads.Piece ready) {
        boolean isKept = false;
        try {
            ChunkCheck.Found fitting = new ChunkCheck(segment, extent, limits()).again(ready.bytes(), ready.start());
            int goodBytes = fitting.goodBytes();
            give(ready.bytes().slice(0, goodBytes), ready.buffer());
            if (goodBytes == 0) {
                return ready.start().offset();
            }
            Place next = new Place(ready.start().filePosition() + goodBytes, fitting.nextOffset());
            segment.readOn(ready.start(), next);
            int restBytes = ready.bytes().limit() - goodBytes;
            isKept = restBytes >= goodBytes;
            if (isKept) {
                ByteBuffer rest = ready.bytes().slice(goodBytes, restBytes);
                openFiles.preparedReads().put(segment.path(), new PreparedReads.Piece(rest, next, ready.buffer()));
            }
            return fitting.nextOffset();
        } finally {
            if (!isKept) {
                ready.buffer().release();
            }
        }
    }

    /** Reads a piece for later, from where a batch begins; null if there is no good batch, which the read that follows will report. */
    static PreparedReads.@Nullable Piece piece(Segment segment, Extent extent, Place start, long upToOffset) {
        OpenFiles openFiles = segment.openFiles();
        int chunkBytes = (int) Math.min(openFiles.readChunkBytes(), extent.lengthBytes() - start.filePosition());
        SharedBuffer buffer = take(openFiles, chunkBytes);
        boolean isUsed = false;
        try (OpenFiles.Pin pin = segment.open()) {
            ByteBuffer bytes = pin.file().readInto(buffer.memory(), start.filePosition(), chunkBytes);
            ChunkCheck.Limits limits = new ChunkCheck.Limits(Integer.MAX_VALUE, true, upToOffset);
            ChunkCheck.Found found = new ChunkCheck(segment, extent, limits).read(bytes, chunkBytes, start);
            isUsed = found.goodBytes() > 0;
            return isUsed ? new PreparedReads.Piece(bytes.slice(0, found.goodBytes()), start, buffer) : null;
        } finally {
            if (!isUsed) {
                buffer.release();
            }
        }
    }

    /** Whether the first batch is only too long for the chunk, not for the answer. */
    private boolean isWanted(ChunkCheck.Found checked) {
        return checked.firstSizeBytes() > 0 && (oneIsOwed || checked.firstSizeBytes() <= leftBytes);
    }

    /** Shares the buffer if that is worth its size, copies otherwise. */
    private void give(ByteBuffer good, SharedBuffer buffer) {
        int lengthBytes = good.remaining();
        if (lengthBytes == 0) {
            return;
        }
        leftBytes -= lengthBytes;
        oneIsOwed = false;
        if (lengthBytes >= buffer.memory().capacity() / 4) {
            sink.share(good.slice(), buffer);
        } else {
            sink.reserve(lengthBytes).put(good);
        }
    }

    /** Whether nothing more can be given: the answer is full, or damage follows that the next read will report. */
    boolean isDone() {
        return metDamage || (leftBytes < BatchLayout.RECORDS && !oneIsOwed);
    }
}
