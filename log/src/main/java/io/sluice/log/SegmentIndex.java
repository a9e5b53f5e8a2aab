package io.sluice.log;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sparse index of one segment by offset and by time. A hint: never synced, loaded and checked at the first need after a
 * start, made anew from the segment when missing, short or damaged. At most {@link #PENDING_MAX} entries are held in
 * memory, the others are in the file.
 *
 * <p>One thread adds; any thread searches. Readers see an immutable picture. The lock is held across disk operations,
 * unlike any other in this package: it serializes loading (once per segment and start) and write-behind, and only
 * threads come here that may wait for the disk.
 */
final class SegmentIndex {
    static final int PENDING_MAX = 64;

    private static final int LOAD_CHUNK_BYTES = IndexEntry.BYTES * 3_000;
    private static final IndexEntry[] NO_ENTRIES = {};

    private final Disk disk;
    private final OpenFiles openFiles;
    private final Path directory;
    private final long baseOffset;
    private final int generation;
    private volatile @Nullable Picture picture;

    /** Entries in the file, then those in memory. Entries of the array behind the count belong to later pictures. */
    private record Picture(int filedCount, IndexEntry[] pending, int pendingCount) {}

    /** Makes entries from the segment itself, from a place on. */
    interface Rebuild {
        void from(IndexEntry start, Consumer<IndexEntry> entries);
    }

    SegmentIndex(Disk disk, OpenFiles openFiles, Path directory, long baseOffset, int generation) {
        this.disk = disk;
        this.openFiles = openFiles;
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.generation = generation;
    }

    private Path file() {
        return SegmentNames.path(directory, baseOffset, generation, SegmentNames.INDEX);
    }

    /** For a segment that has just been created: whatever file of this name is there belongs to nobody. */
    void begin() {
        openFiles.forget(file());
        disk.delete(file());
        picture = new Picture(0, NO_ENTRIES, 0);
    }

    /** Adds an entry behind all others, unless the index must be made anew anyway. */
    synchronized void add(IndexEntry entry) {
        Picture seen = picture;
        if (seen != null) {
            picture = with(seen.pendingCount() == PENDING_MAX ? writeBehind(seen) : seen, entry);
        }
    }

    private static Picture with(Picture seen, IndexEntry entry) {
        IndexEntry[] pending = seen.pending();
        if (seen.pendingCount() == pending.length) {
            pending = Arrays.copyOf(pending, Math.max(4, 2 * pending.length));
        }
        pending[seen.pendingCount()] = entry;
        return new Picture(seen.filedCount(), pending, seen.pendingCount() + 1);
    }

    /** Puts the pending entries into the file; if the disk refuses they are forgotten, which costs later searches only. */
    private Picture writeBehind(Picture seen) {
        ByteBuffer bytes = ByteBuffer.allocate(seen.pendingCount() * IndexEntry.BYTES);
        for (int index = 0; index < seen.pendingCount(); index++) {
            seen.pending()[index].put(bytes, baseOffset);
        }
        try (OpenFiles.Pin pin =
                seen.filedCount() == 0 ? openFiles.create(disk, file()) : openFiles.open(disk, file())) {
            pin.file().write(bytes.flip(), (long) seen.filedCount() * IndexEntry.BYTES);
            return new Picture(seen.filedCount() + seen.pendingCount(), NO_ENTRIES, 0);
        } catch (DiskException refused) {
            return new Picture(seen.filedCount(), NO_ENTRIES, 0);
        }
    }

    /** The segment is sealed: nothing needs to stay in memory. */
    synchronized void seal() {
        Picture seen = picture;
        if (seen != null && seen.pendingCount() > 0) {
            picture = writeBehind(seen);
        }
    }

    boolean isLoaded() {
        return picture != null;
    }

    /** Drops what is known, as when an entry turned out to be wrong; the next search makes the index anew. */
    synchronized void distrust() {
        picture = null;
        openFiles.forget(file());
        disk.delete(file());
    }

    /**
     * Loads and checks the file if that has not happened yet: what lies behind the segment's length or breaks the order
     * is cut off, what is missing at the end is rebuilt. Answers the last entry.
     */
    synchronized IndexEntry load(long segmentLengthBytes, int missingBytesMax, Rebuild rebuild) {
        IndexEntry last = IndexEntry.first(baseOffset);
        if (picture != null) {
            return last;
        }
        int count = 0;
        if (disk.exists(file())) {
            count = countValid(segmentLengthBytes);
            last = count == 0 ? last : lastFiled(new Picture(count, NO_ENTRIES, 0), Long.MAX_VALUE, Long.MAX_VALUE);
        }
        Tail tail = new Tail(new Picture(count, NO_ENTRIES, 0), last);
        if (segmentLengthBytes - last.filePosition() > missingBytesMax) {
            rebuild.from(last, tail);
        }
        picture = tail.picture;
        return tail.last;
    }

    private final class Tail implements Consumer<IndexEntry> {
        private Picture picture;
        private IndexEntry last;

        private Tail(Picture picture, IndexEntry last) {
            this.picture = picture;
            this.last = last;
        }

        @Override
        public void accept(IndexEntry entry) {
            picture = with(picture.pendingCount() == PENDING_MAX ? writeBehind(picture) : picture, entry);
            last = entry;
        }
    }

    /** Counts the good entries from the start and cuts the file behind them, for good if anything was cut. */
    private int countValid(long segmentLengthBytes) {
        try (OpenFiles.Pin pin = openFiles.open(disk, file())) {
            ByteBuffer chunk = ByteBuffer.allocate(LOAD_CHUNK_BYTES);
            IndexEntry last = IndexEntry.first(baseOffset);
            int count = 0;
            int inChunk;
            do {
                chunk.clear();
                inChunk = pin.file().read(chunk, (long) count * IndexEntry.BYTES) / IndexEntry.BYTES;
                for (int index = 0; index < inChunk; index++) {
                    IndexEntry entry = IndexEntry.read(chunk, index * IndexEntry.BYTES, baseOffset);
                    if (entry == null || !entry.follows(last) || entry.filePosition() >= segmentLengthBytes) {
                        inChunk = 0;
                    } else {
                        last = entry;
                        count++;
                    }
                }
            } while (inChunk > 0);
            if (pin.file().sizeBytes() != (long) count * IndexEntry.BYTES) {
                pin.file().truncate((long) count * IndexEntry.BYTES);
                // Old entries must not come back after a crash, behind new ones of another life of the segment.
                pin.file().sync();
            }
            return count;
        }
    }

    /** The last entry that is before both; {@link IndexEntry#first} if none. The index must be loaded. */
    IndexEntry last(long offset, long timestampMs) {
        Picture seen = picture;
        if (seen == null) {
            return IndexEntry.first(baseOffset);
        }
        if (seen.pendingCount() > 0 && seen.pending()[0].isBefore(offset, timestampMs)) {
            return lastPending(seen, offset, timestampMs);
        }
        return seen.filedCount() == 0 ? IndexEntry.first(baseOffset) : lastFiled(seen, offset, timestampMs);
    }

    private static IndexEntry lastPending(Picture seen, long offset, long timestampMs) {
        int found = 0;
        while (found + 1 < seen.pendingCount() && seen.pending()[found + 1].isBefore(offset, timestampMs)) {
            found++;
        }
        return seen.pending()[found];
    }

    private IndexEntry lastFiled(Picture seen, long offset, long timestampMs) {
        int low = 0;
        int high = seen.filedCount();
        IndexEntry found = IndexEntry.first(baseOffset);
        ByteBuffer bytes = ByteBuffer.allocate(IndexEntry.BYTES);
        try (OpenFiles.Pin pin = openFiles.open(disk, file())) {
            while (low < high) {
                int middle = (low + high) >>> 1;
                IndexEntry entry = entry(pin, bytes, middle);
                if (entry.isBefore(offset, timestampMs)) {
                    found = entry;
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
        }
        return found;
    }

    private IndexEntry entry(OpenFiles.Pin pin, ByteBuffer bytes, int index) {
        pin.file().read(bytes.clear(), (long) index * IndexEntry.BYTES);
        IndexEntry entry = bytes.hasRemaining() ? null : IndexEntry.read(bytes, 0, baseOffset);
        // An entry that went bad since it was loaded: the segment's beginning is always right, only slow.
        return entry == null ? IndexEntry.first(baseOffset) : entry;
    }
}
