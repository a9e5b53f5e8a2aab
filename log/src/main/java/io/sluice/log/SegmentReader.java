package io.sluice.log;

import io.sluice.common.SharedBuffer;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
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

    /** What a look at a chunk found: good batches up to {@code goodBytes}, and what comes behind them. */
    private record Checked(
            int goodBytes,
            long nextOffset,
            int firstSizeBytes,
            @Nullable String problem) {}

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
        Place start = segment.locate(extent, offset);
        long readableBytes = extent.lengthBytes() - start.filePosition();
        if (readableBytes == 0) {
            return extent.endOffset();
        }
        int wantedBytes = Math.max(leftBytes, BatchLayout.RECORDS);
        int chunkBytes = (int) Math.min(Math.min(wantedBytes, openFiles.readBufferBytes()), readableBytes);
        SharedBuffer buffer = openFiles.readBuffers().take(chunkBytes);
        try (OpenFiles.Pin pin = segment.open()) {
            if (segment.isReadOnFrom(start)) {
                ReadAhead.reading(pin.file(), start.filePosition(), chunkBytes, extent.lengthBytes());
            }
            ByteBuffer bytes = read(pin, buffer, start, chunkBytes);
            Checked checked = check(bytes, chunkBytes, start, segment, extent);
            if (checked.goodBytes() == 0 && checked.problem() == null && isWanted(checked)) {
                SharedBuffer larger = openFiles.readBuffers().take(checked.firstSizeBytes());
                buffer.release();
                buffer = larger;
                chunkBytes = checked.firstSizeBytes();
                bytes = read(pin, buffer, start, chunkBytes);
                checked = check(bytes, chunkBytes, start, segment, extent);
            }
            if (checked.goodBytes() == 0 && checked.problem() != null) {
                throw segment.damaged(pin.file(), extent, start, checked.problem());
            }
            metDamage = checked.problem() != null;
            give(bytes.position(0).limit(checked.goodBytes()), buffer);
            segment.hint(new Place(start.filePosition() + checked.goodBytes(), checked.nextOffset()));
            return checked.goodBytes() == 0 ? offset : checked.nextOffset();
        } finally {
            buffer.release();
        }
    }

    /** Whether the first batch is only too long for the chunk, not for the answer. */
    private boolean isWanted(Checked checked) {
        return checked.firstSizeBytes() > 0 && (oneIsOwed || checked.firstSizeBytes() <= leftBytes);
    }

    private static ByteBuffer read(OpenFiles.Pin pin, SharedBuffer buffer, Place start, int lengthBytes) {
        ByteBuffer bytes = buffer.memory().duplicate().clear().limit(lengthBytes);
        int read = pin.file().read(bytes, start.filePosition());
        return bytes.position(0).limit(read);
    }

    /** Walks whole good batches; {@code firstSizeBytes} is that of a first batch which the chunk cuts off. */
    private Checked check(ByteBuffer bytes, int askedBytes, Place start, Segment segment, Extent extent) {
        String shortage = bytes.limit() < askedBytes ? "the file is shorter than its segment" : null;
        int at = 0;
        long nextOffset = start.offset();
        while (bytes.limit() - at >= BatchLayout.RECORDS) {
            String problem = segment.frameProblem(bytes, at, new Place(start.filePosition() + at, nextOffset), extent);
            if (problem != null) {
                return new Checked(at, nextOffset, 0, problem);
            }
            int sizeBytes = BatchLayout.sizeBytes(bytes, at);
            if (BatchHeader.lastOffset(bytes, at) >= upToOffset) {
                return new Checked(at, nextOffset, 0, null);
            }
            if (sizeBytes > bytes.limit() - at) {
                return new Checked(at, nextOffset, at == 0 ? sizeBytes : 0, shortage);
            }
            if (sizeBytes > leftBytes - at && !(oneIsOwed && at == 0)) {
                return new Checked(at, nextOffset, 0, null);
            }
            if (!BatchHeader.hasValidCrc(bytes, at)) {
                return new Checked(at, nextOffset, 0, "a batch does not match its CRC");
            }
            nextOffset = BatchHeader.lastOffset(bytes, at) + 1;
            at += sizeBytes;
        }
        long leftOver = extent.lengthBytes() - start.filePosition() - at;
        boolean torn = leftOver > 0 && leftOver < BatchLayout.RECORDS;
        return new Checked(at, nextOffset, 0, torn ? "the segment ends inside of a batch" : shortage);
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
