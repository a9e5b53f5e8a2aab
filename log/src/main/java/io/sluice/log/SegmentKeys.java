package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.MalformedBatchException;
import io.sluice.log.batch.RecordCursor;
import io.sluice.log.compaction.KeyHash;
import io.sluice.log.compaction.KeyOffsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a segment knows of its keys, from when its batches were in memory anyway: the newest offset of each, and where batches
 * begin. Compaction need not read the segment then, but for what stays of it. Given up where memory ends and at a batch that
 * would have to be unpacked. Written by the thread that appends; whoever sees the segment sealed may read it.
 */
final class SegmentKeys {
    /** Bytes of an entry in {@link #notByKey}. */
    private static final int OFFSET_BYTES = 24;

    private final KeyMemory memory;
    private final KeyHash hash;
    private final KeyOffsets newest;
    private final BatchPlaces places;
    private final List<Long> notByKey = new ArrayList<>();
    private final RecordCursor cursor = new RecordCursor();
    private long takenBytes;

    SegmentKeys(KeyMemory memory, long segmentBaseOffset) {
        this.memory = memory;
        this.hash = memory.hash();
        this.newest = KeyOffsets.unowned(memory.segmentBytesMax());
        this.places = new BatchPlaces(segmentBaseOffset);
    }

    /** Notes an appended batch; answers whether all is known still. */
    boolean add(StoredBatch batch, long filePosition) {
        places.add(new Place(filePosition, batch.baseOffset()), batch.lastOffset() + 1);
        if (BatchHeader.isControl(batch.bytes(), 0)) {
            notByKey.add(batch.baseOffset());
            return hasRoom();
        }
        return BatchHeader.compressionId(batch.bytes(), 0) == Compression.NONE.id() && addRecords(batch) && hasRoom();
    }

    private boolean addRecords(StoredBatch batch) {
        // The stored bytes still have the base offset that the producer gave them.
        long shift = batch.baseOffset() - BatchHeader.baseOffset(batch.bytes(), 0);
        try {
            cursor.open(batch.bytes(), 0, batch.lengthBytes());
            boolean fits = true;
            while (fits && cursor.next()) {
                fits = cursor.keyLength() < 0 || add(cursor.offset() + shift);
            }
            return fits;
        } catch (MalformedBatchException broken) {
            // It came before the topic was compacted; the pass will say so.
            return false;
        }
    }

    private boolean add(long offset) {
        hash.of(cursor.bytes(), cursor.keyPosition(), cursor.keyLength());
        return newest.put(hash.high(), hash.low(), offset) != KeyOffsets.FULL;
    }

    private boolean hasRoom() {
        long wantedBytes = newest.sizeBytes() + places.sizeBytes() + (long) OFFSET_BYTES * notByKey.size();
        boolean hasRoom = wantedBytes <= takenBytes || memory.take(wantedBytes - takenBytes);
        takenBytes = hasRoom ? Math.max(wantedBytes, takenBytes) : takenBytes;
        return hasRoom;
    }

    /** Nobody will need it; the thread that appends, once. */
    void forget() {
        memory.giveBack(takenBytes);
        takenBytes = 0;
    }

    /** The newest record of each key. */
    KeyOffsets newest() {
        return newest;
    }

    /** Where batches are. */
    BatchPlaces places() {
        return places;
    }

    /** Offsets of batches that stay for another reason than a key. */
    List<Long> notByKey() {
        return notByKey;
    }
}
