package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what stays of some segments into new ones, gathered into large writes. Nobody sees them before they are durable and
 * exchanged. Used by one thread.
 */
final class CompactedSegments {
    /** A gather write takes about a thousand buffers, two of each batch. */
    private static final int GATHERED_BATCHES_MAX = 500;

    private final PartitionLog log;
    private final int generation;
    private final SegmentSettings settings;
    private final ByteBuffer gathered;
    private final List<StoredBatch> batches = new ArrayList<>();
    private final List<Segment> outputs = new ArrayList<>();
    private long nextBaseOffset;
    private long pendingBytes;

    /** The first segment begins at the offset; {@code memory} is the caller's, who does not use it meanwhile. */
    CompactedSegments(
            PartitionLog log, int generation, SegmentSettings settings, long firstBaseOffset, ByteBuffer memory) {
        this.log = log;
        this.generation = generation;
        this.settings = settings;
        this.nextBaseOffset = firstBaseOffset;
        this.gathered = memory.clear();
    }

    /** Copies the batch that lies between position and limit. */
    void add(ByteBuffer batch) {
        int lengthBytes = batch.remaining();
        if (gathered.remaining() < lengthBytes || batches.size() == GATHERED_BATCHES_MAX) {
            write();
        }
        if (gathered.remaining() < lengthBytes) {
            ByteBuffer own =
                    ByteBuffer.allocate(lengthBytes).put(batch.duplicate()).flip();
            batches.add(stored(own));
            write();
            return;
        }
        ByteBuffer copy = gathered.slice(gathered.position(), lengthBytes)
                .put(batch.duplicate())
                .flip();
        gathered.position(gathered.position() + lengthBytes);
        batches.add(stored(copy));
        pendingBytes += lengthBytes;
    }

    private static StoredBatch stored(ByteBuffer batch) {
        return new StoredBatch(
                BatchHeader.baseOffset(batch, 0),
                BatchHeader.lastOffset(batch, 0),
                BatchHeader.leaderEpoch(batch, 0),
                batch.getLong(BatchLayout.MAX_TIMESTAMP),
                batch);
    }

    private void write() {
        int from = 0;
        while (from < batches.size()) {
            Segment target = target(batches.get(from));
            int to = endOfRun(target, from);
            target.append(batches.subList(from, to), settings.indexIntervalBytes());
            from = to;
        }
        batches.clear();
        gathered.clear();
        pendingBytes = 0;
    }

    private int endOfRun(Segment target, int from) {
        Extent grown = target.extent();
        int to = from;
        while (to < batches.size() && !isFull(target, grown, batches.get(to))) {
            grown = grown.with(batches.get(to));
            to++;
        }
        return to;
    }

    private Segment target(StoredBatch next) {
        if (!outputs.isEmpty() && !isFull(outputs.getLast(), outputs.getLast().extent(), next)) {
            return outputs.getLast();
        }
        if (!outputs.isEmpty()) {
            outputs.getLast().finish(next.baseOffset());
            nextBaseOffset = next.baseOffset();
        }
        Segment begun = log.beginCompacted(nextBaseOffset, generation);
        outputs.add(begun);
        return begun;
    }

    /** Time ends no compacted segment: what is old may lie beside what is new. */
    private boolean isFull(Segment segment, Extent extent, StoredBatch next) {
        return extent.lengthBytes() > 0
                && (extent.lengthBytes() + next.lengthBytes() > settings.segmentBytesMax()
                        || next.lastOffset() - segment.baseOffset() > Integer.MAX_VALUE);
    }

    /** Whether another segment of this length, up to this offset, would surely fit behind what is there. */
    boolean hasRoom(long lengthBytes, long endOffset) {
        long baseOffset = outputs.isEmpty() ? nextBaseOffset : outputs.getLast().baseOffset();
        long usedBytes = (outputs.isEmpty() ? 0 : outputs.getLast().extent().lengthBytes()) + pendingBytes;
        return usedBytes + lengthBytes <= settings.segmentBytesMax() && endOffset - baseOffset <= Integer.MAX_VALUE;
    }

    /** All of them, durable but for their names; the last one reaches up to the offset. */
    List<Segment> finish(long endOffset) {
        write();
        if (!outputs.isEmpty()) {
            outputs.getLast().finish(endOffset);
        }
        return outputs;
    }

    /** Those there are, to be deleted. */
    List<Segment> abandon() {
        return outputs;
    }

    long writtenBytes() {
        return outputs.stream()
                        .mapToLong(output -> output.extent().lengthBytes())
                        .sum()
                + pendingBytes;
    }
}
