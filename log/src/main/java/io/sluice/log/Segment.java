package io.sluice.log;

import io.sluice.common.Check;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One segment: a file of batches with its index. The log's writing thread appends and seals; any thread reads what the
 * published {@link Extent} covers.
 */
final class Segment {
    private static final int SCAN_WINDOW_BYTES = 4 << 10;
    private static final int REBUILD_WINDOW_BYTES = 64 << 10;
    private static final int UNINDEXED_BYTES_MAX = 64 << 10;
    private static final int DAMAGES_MAX = 64;
    private static final int STOPS = 4;

    private final Disk disk;
    private final OpenFiles openFiles;
    private final Path directory;
    private final long baseOffset;
    private final int generation;
    /** Kept, because building it for each small append cost more than the append. */
    private final Path file;

    private final SegmentIndex index;

    /** Where readers stopped, so that those who read on need no index; any may be lost, each is right by itself. */
    private final @Nullable Stop[] stops = new Stop[STOPS];

    private volatile Extent extent;
    private volatile boolean dirty;
    private volatile List<DamagedRange> damages = List.of();

    /** Position of the last index entry, the writer's. */
    private long indexedPosition;

    /** The writer's: it adds to the index only if a reader can load it after all. */
    private boolean isIndexGivenUp;

    /** Of a segment that began in this run, the writer's. */
    private @Nullable BlockCrcs blockCrcs;

    private int nextStop;

    /** @param isOfPassage whether the reader had begun where one stopped, or where the segment begins */
    private record Stop(Place place, boolean isOfPassage) {}

    private Segment(Disk disk, OpenFiles openFiles, Path directory, long baseOffset, int generation, Extent extent) {
        this.disk = disk;
        this.openFiles = openFiles;
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.generation = generation;
        this.file = SegmentNames.path(directory, baseOffset, generation, SegmentNames.LOG);
        this.extent = extent;
        this.index = new SegmentIndex(disk, openFiles, directory, baseOffset, generation);
    }

    /** Makes the file; it has no content until the first append. */
    static Segment create(Disk disk, OpenFiles openFiles, Path directory, long baseOffset, int generation) {
        Segment segment = new Segment(disk, openFiles, directory, baseOffset, generation, Extent.empty(baseOffset));
        segment.index.begin();
        disk.delete(segment.path(SegmentNames.BLOCK_CRCS));
        segment.blockCrcs = new BlockCrcs();
        openFiles.create(disk, segment.file).close();
        openFiles.markDirectory(directory);
        return segment;
    }

    /** As a checkpoint names it; touches no file. */
    static Segment restore(Disk disk, OpenFiles openFiles, Path directory, SegmentFile file, long endOffset) {
        Extent extent = new Extent(file.lengthBytes(), endOffset, file.maxTimestampMs(), file.firstTimestampMs());
        return new Segment(disk, openFiles, directory, file.baseOffset(), file.generation(), extent);
    }

    long baseOffset() {
        return baseOffset;
    }

    Extent extent() {
        return extent;
    }

    SegmentFile asFile() {
        return extent.asFile(baseOffset, generation);
    }

    /** Of its records. */
    Path path() {
        return file;
    }

    Path path(String suffix) {
        return SegmentNames.path(directory, baseOffset, generation, suffix);
    }

    List<Path> paths() {
        return List.of(file, path(SegmentNames.INDEX), path(SegmentNames.BLOCK_CRCS));
    }

    OpenFiles.Pin open() {
        return openFiles.open(disk, file);
    }

    OpenFiles openFiles() {
        return openFiles;
    }

    Disk disk() {
        return disk;
    }

    /** Writes the batches in one gather write and shows them to readers. Nothing has happened if it throws. */
    void append(List<StoredBatch> batches, int indexIntervalBytes) {
        Extent before = extent;
        ByteBuffer[] gathered = gather(batches);
        try (OpenFiles.Pin pin = open()) {
            pin.file().write(gathered, before.lengthBytes());
            pin.markDirty();
            pin.file().startWriteBack();
        }
        // After the write: a sync that clears this has then seen all the bytes.
        dirty = true;
        sum(gathered, before);
        extent = index(batches, before, indexIntervalBytes);
    }

    private static ByteBuffer[] gather(List<StoredBatch> batches) {
        ByteBuffer fresh = ByteBuffer.allocate(batches.size() * BatchLayout.FRESH_BYTES);
        ByteBuffer[] gathered = new ByteBuffer[2 * batches.size()];
        for (int number = 0; number < batches.size(); number++) {
            StoredBatch batch = batches.get(number);
            Check.check(
                    BatchLayout.sizeBytes(batch.bytes(), 0) == batch.lengthBytes(),
                    "a stored batch has another length than its header says");
            int at = number * BatchLayout.FRESH_BYTES;
            BatchHeader.putFresh(fresh, at, batch.baseOffset(), batch.lengthBytes(), batch.leaderEpoch());
            gathered[2 * number] = fresh.slice(at, BatchLayout.FRESH_BYTES);
            gathered[2 * number + 1] =
                    batch.bytes().slice(BatchLayout.FRESH_BYTES, batch.lengthBytes() - BatchLayout.FRESH_BYTES);
        }
        return gathered;
    }

    private void sum(ByteBuffer[] written, Extent before) {
        BlockCrcs summing = blockCrcs;
        if (summing == null) {
            return;
        }
        Check.check(summing.lengthBytes() == before.lengthBytes(), "block CRCs do not keep up with their segment");
        for (ByteBuffer piece : written) {
            summing.update(piece.rewind());
        }
    }

    private Extent index(List<StoredBatch> batches, Extent before, int indexIntervalBytes) {
        loadToWrite(before);
        Extent grown = before;
        for (StoredBatch batch : batches) {
            if (grown.lengthBytes() - indexedPosition >= indexIntervalBytes) {
                indexedPosition = grown.lengthBytes();
                index.add(new IndexEntry(batch.baseOffset(), (int) indexedPosition, grown.maxTimestampMs()));
            }
            grown = grown.with(batch);
        }
        return grown;
    }

    /** Tried once: what cannot be read costs searches time, and must neither end the node nor hold up each append anew. */
    private void loadToWrite(Extent seen) {
        if (index.isLoaded() || isIndexGivenUp) {
            return;
        }
        try {
            indexedPosition = load(seen).filePosition();
        } catch (DiskException unreadable) {
            isIndexGivenUp = true;
        }
    }

    private IndexEntry load(Extent seen) {
        return index.load(seen.lengthBytes(), UNINDEXED_BYTES_MAX, (start, entries) -> {
            long maxTimestampMs = start.maxTimestampBeforeMs();
            long lastPosition = start.filePosition();
            Place from = new Place(start.filePosition(), start.offset());
            try (SegmentWalk walk = new SegmentWalk(this, seen, REBUILD_WINDOW_BYTES, from)) {
                while (walk.nextTowards(Long.MAX_VALUE)) {
                    Place place = walk.place();
                    if (place.filePosition() - lastPosition >= SCAN_WINDOW_BYTES) {
                        lastPosition = place.filePosition();
                        entries.accept(new IndexEntry(place.offset(), (int) lastPosition, maxTimestampMs));
                    }
                    maxTimestampMs = Math.max(maxTimestampMs, walk.maxTimestampMs());
                }
            }
        });
    }

    /** A compacted segment is whole: its offsets reach up to this one, though its last batch may end below. */
    void finish(long endOffset) {
        Check.check(endOffset >= extent.endOffset(), "a segment of %d ends below its records", baseOffset);
        extent = extent.endingAt(endOffset);
        seal();
        sync();
    }

    /** No batch will follow: writes what the hints and the scrub need. */
    void seal() {
        index.seal();
        BlockCrcs summed = blockCrcs;
        blockCrcs = null;
        if (summed == null) {
            return;
        }
        try (DiskFile list = disk.create(path(SegmentNames.BLOCK_CRCS))) {
            list.write(summed.encode(), 0);
        } catch (DiskException refused) {
            // A full disk: the scrub then has the batches' own CRCs only.
            disk.delete(path(SegmentNames.BLOCK_CRCS));
        }
    }

    /** Any list of CRCs beside it is not of what it holds. */
    void forgetBlockCrcs() {
        disk.delete(path(SegmentNames.BLOCK_CRCS));
        openFiles.markDirectory(directory);
    }

    /** Makes what was appended so far durable. */
    void sync() {
        if (!dirty) {
            return;
        }
        // Before the sync: what is appended meanwhile marks it again.
        dirty = false;
        try (OpenFiles.Pin pin = open()) {
            pin.sync();
        }
    }

    boolean hasFile() {
        return disk.exists(file);
    }

    /** Cuts the file to what is known of it, after an unclean stop; throws {@link DamagedLogException} if it is shorter or missing. */
    void cut() {
        Extent known = extent;
        if (!hasFile()) {
            // Its records are lost, but the partition goes on: the empty file is as damaged as one that is too short.
            disk.create(file).close();
            openFiles.markDirectory(directory);
        }
        long sizeBytes = disk.sizeBytes(file);
        if (sizeBytes < known.lengthBytes()) {
            String reason = "the file has " + sizeBytes + " bytes instead of " + known.lengthBytes();
            throw new DamagedLogException(new DamagedRange(
                    file, sizeBytes, known.lengthBytes() - sizeBytes, baseOffset, known.endOffset(), reason));
        }
        if (sizeBytes > known.lengthBytes()) {
            try (OpenFiles.Pin pin = open()) {
                pin.file().truncate(known.lengthBytes());
                pin.markDirty();
            }
            dirty = true;
            loadToWrite(known);
        }
    }

    /** As {@link BatchFrame#problem}; where compaction took batches out, one may begin behind the end of the one before it. */
    @Nullable
    String frameProblem(ByteBuffer bytes, int at, Place expected, Extent seen) {
        long leftBytes = seen.lengthBytes() - expected.filePosition();
        return generation == 0
                ? BatchFrame.problem(bytes, at, leftBytes, expected.offset(), seen.endOffset())
                : BatchFrame.problemBehindGap(bytes, at, leftBytes, expected.offset(), seen.endOffset());
    }

    /**
     * A place at or before the batch that holds the offset, and before which no record has the timestamp; good to begin
     * a walk at. {@link Long#MAX_VALUE} as timestamp if it does not matter.
     */
    Place indexed(Extent seen, long offset, long timestampMs) {
        try {
            return indexedOrRebuilt(seen, offset, timestampMs);
        } catch (DiskException unreadable) {
            // Only a hint was lost; if the segment itself is unreadable, the walk will say so.
            return new Place(0, baseOffset);
        }
    }

    private Place indexedOrRebuilt(Extent seen, long offset, long timestampMs) {
        if (!index.isLoaded()) {
            load(seen);
        }
        IndexEntry entry = index.last(offset, timestampMs);
        if (entry.filePosition() < seen.lengthBytes() && begins(seen, entry)) {
            return new Place(entry.filePosition(), entry.offset());
        }
        index.distrust();
        load(seen);
        IndexEntry again = index.last(offset, timestampMs);
        return again.filePosition() < seen.lengthBytes() && begins(seen, again)
                ? new Place(again.filePosition(), again.offset())
                : new Place(0, baseOffset);
    }

    private boolean begins(Extent seen, IndexEntry entry) {
        if (entry.filePosition() == 0) {
            return true;
        }
        try (OpenFiles.Pin pin = open()) {
            FileWindow window = new FileWindow(pin.file(), seen.lengthBytes(), BatchLayout.RECORDS);
            return window.has(entry.filePosition(), BatchLayout.RECORDS)
                    && BatchFrame.problem(
                                    window.bytes(),
                                    0,
                                    seen.lengthBytes() - entry.filePosition(),
                                    entry.offset(),
                                    seen.endOffset())
                            == null;
        }
    }

    /**
     * Where the batch begins that holds the offset, which the extent covers; throws if it lies in damage. Behind the last
     * batch if no batch holds it: a loss that was accepted left a gap, which always lies at the end of a segment.
     */
    Place locate(Extent seen, long offset) {
        Stop stop = stop(seen, offset);
        if (stop != null) {
            checkUndamaged(stop.place());
            return stop.place();
        }
        Place start = indexed(seen, offset, Long.MAX_VALUE);
        try (SegmentWalk walk = new SegmentWalk(this, seen, SCAN_WINDOW_BYTES, start)) {
            while (walk.nextTowards(offset)) {
                if (walk.lastOffset() >= offset) {
                    return walk.place();
                }
            }
        }
        return new Place(seen.lengthBytes(), seen.endOffset());
    }

    private @Nullable Stop stop(Extent seen, long offset) {
        for (Stop stop : stops) {
            if (stop != null && stop.place().offset() == offset && stop.place().filePosition() < seen.lengthBytes()) {
                return stop;
            }
        }
        return null;
    }

    /** Remembers where a reader will go on that began at the place. */
    void readOn(Place from, Place next) {
        boolean isOfPassage = from.filePosition() == 0 || stop(extent, from.offset()) != null;
        // Lost or doubled by a race, at worst a reader asks the index.
        int slot = nextStop;
        nextStop = (slot + 1) % STOPS;
        stops[slot] = new Stop(next, isOfPassage);
    }

    /** Where a reader that goes through the segment goes on at the offset; null if none is known to. */
    @Nullable
    Place passage(Extent seen, long offset) {
        Stop stop = stop(seen, offset);
        if (stop != null) {
            return stop.isOfPassage() ? stop.place() : null;
        }
        return offset == baseOffset && seen.lengthBytes() > 0 ? new Place(0, baseOffset) : null;
    }

    /** Throws if the batch at the place is known to be damaged, though its header may look good. */
    void checkUndamaged(Place place) {
        for (DamagedRange known : damages) {
            if (known.filePosition() == place.filePosition()) {
                throw new DamagedLogException(known);
            }
        }
    }

    /** The whole of it as damage. */
    DamagedRange unreadable(String reason) {
        Extent seen = extent;
        return new DamagedRange(file, 0, seen.lengthBytes(), baseOffset, seen.endOffset(), reason);
    }

    /** Finds out how far the damage at the place reaches, remembers it, and answers the exception to throw. */
    DamagedLogException damaged(DiskFile content, Extent seen, Place place, String reason) {
        DamagedRange range = Resync.range(content, file, seen, place, reason);
        remember(range);
        return new DamagedLogException(range);
    }

    private synchronized void remember(DamagedRange range) {
        List<DamagedRange> longer = new ArrayList<>(damages);
        longer.removeIf(known -> known.filePosition() == range.filePosition());
        if (longer.size() == DAMAGES_MAX) {
            longer.removeFirst();
        }
        longer.add(range);
        damages = List.copyOf(longer);
    }
}
