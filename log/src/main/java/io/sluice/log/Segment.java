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
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One segment: a file of batches with its index, or a piece of a file that it shares with others. The log's writing thread
 * appends and seals; any thread reads what the published {@link Extent} covers. A packed segment never changes: one that
 * grows is replaced.
 */
final class Segment {
    private static final int SCAN_WINDOW_BYTES = 4 << 10;
    private static final int REBUILD_WINDOW_BYTES = 64 << 10;
    private static final int UNINDEXED_BYTES_MAX = 64 << 10;
    private static final int DAMAGES_MAX = 64;
    private static final int STOPS = 4;
    private static final @Nullable Stop[] NO_STOPS = {};

    private final Packs packs;
    private final LogPlace home;
    private final long baseOffset;
    private final int generation;

    /** Null if it has a file of its own. */
    private final @Nullable PackedPlace packed;

    /** Null of a packed one. */
    private final @Nullable Own own;

    private volatile Extent extent;
    private volatile List<DamagedRange> damages = List.of();

    /** What only a segment with a file of its own needs. */
    private static final class Own {
        /** Kept, because building it for each small append cost more than the append. */
        private final Path file;

        private final SegmentIndex index;

        /** Where readers stopped, so that those who read on need no index; any may be lost, each is right by itself. */
        private final @Nullable Stop[] stops = new Stop[STOPS];

        private volatile boolean dirty;

        /** Position of the last index entry, the writer's. */
        private long indexedPosition;

        /** The writer's: it adds to the index only if a reader can load it after all. */
        private boolean isIndexGivenUp;

        /** Of a segment that began in this run, the writer's. */
        private @Nullable BlockCrcs blockCrcs;

        private int nextStop;

        /** Of a segment of a compacted log that began in this run; null once it is given up. */
        private volatile @Nullable SegmentKeys keys;

        private Own(Path file, SegmentIndex index) {
            this.file = file;
            this.index = index;
        }
    }

    /** @param isOfPassage whether the reader had begun where one stopped, or where the segment begins */
    private record Stop(Place place, boolean isOfPassage) {}

    private Segment(Packs packs, LogPlace home, SegmentFile file, Extent extent) {
        this.packs = packs;
        this.home = home;
        this.baseOffset = file.baseOffset();
        this.generation = file.generation();
        this.packed = file.place();
        this.extent = extent;
        this.own = file.place() == null ? own(packs, home.directory(), file) : null;
    }

    private static Own own(Packs packs, Path directory, SegmentFile file) {
        return new Own(
                SegmentNames.path(directory, file.baseOffset(), file.generation(), SegmentNames.LOG),
                new SegmentIndex(packs.disk(), packs.openFiles(), directory, file.baseOffset(), file.generation()));
    }

    /** Makes the file; it has no content until the first append. */
    static Segment create(Packs packs, LogPlace home, long baseOffset, int generation) {
        Extent empty = Extent.empty(baseOffset);
        Segment segment = new Segment(packs, home, empty.asFile(baseOffset, generation), empty);
        Own own = segment.own();
        own.index.begin();
        packs.disk().delete(segment.path(SegmentNames.BLOCK_CRCS));
        own.blockCrcs = new BlockCrcs();
        packs.openFiles().create(packs.disk(), own.file).close();
        packs.openFiles().markDirectory(home.directory());
        return segment;
    }

    private Own own() {
        Own parts = own;
        Check.check(parts != null, "segment %d has no file of its own", baseOffset);
        return parts;
    }

    /** From the first batch on it is to know its keys, as long as there is memory. */
    void keepKeys() {
        own().keys = new SegmentKeys(packs.openFiles().keyMemory(), baseOffset);
    }

    /** What it knows of its keys, if that is all of them; of a sealed segment. */
    @Nullable
    SegmentKeys keys() {
        Own parts = own;
        return parts == null ? null : parts.keys;
    }

    /** Gives the memory back. */
    void forgetKeys() {
        Own parts = own;
        SegmentKeys known = parts == null ? null : parts.keys;
        if (parts != null && known != null) {
            parts.keys = null;
            known.forget();
        }
    }

    /** As a checkpoint names it; touches no file. */
    static Segment restore(Packs packs, LogPlace home, SegmentFile file, long endOffset) {
        Extent extent = new Extent(file.lengthBytes(), endOffset, file.maxTimestampMs(), file.firstTimestampMs());
        return new Segment(packs, home, file, extent);
    }

    /** Writes a small segment to where others are: all that the one has which it replaces, and the batches. */
    static Segment pack(
            Packs packs, LogPlace home, @Nullable Segment before, ByteBuffer earlier, List<StoredBatch> batches) {
        ByteBuffer[] gathered = gather(batches);
        ByteBuffer[] all = new ByteBuffer[gathered.length + 1];
        all[0] = earlier;
        System.arraycopy(gathered, 0, all, 1, gathered.length);
        long baseOffset = before == null ? batches.getFirst().baseOffset() : before.baseOffset();
        Extent extent = before == null ? Extent.empty(baseOffset) : before.extent();
        for (StoredBatch batch : batches) {
            extent = extent.with(batch);
        }
        PackedPlace place = packs.append(all);
        SegmentFile file = new SegmentFile(baseOffset, 0, -1, -1, 0, place);
        return new Segment(packs, home, file, extent);
    }

    /** The same segment, packed elsewhere. */
    Segment at(PackedPlace place) {
        SegmentFile file = new SegmentFile(baseOffset, 0, -1, -1, generation, place);
        return new Segment(packs, home, file, extent);
    }

    /** Where it lies if it has no file of its own. */
    @Nullable
    PackedPlace packed() {
        return packed;
    }

    long baseOffset() {
        return baseOffset;
    }

    Extent extent() {
        return extent;
    }

    SegmentFile asFile() {
        Extent seen = extent;
        return new SegmentFile(
                baseOffset, seen.lengthBytes(), seen.maxTimestampMs(), seen.firstTimestampMs(), generation, packed);
    }

    /** Of its records; of a packed one where they would be if it were not. */
    Path path() {
        Own parts = own;
        return parts == null ? path(SegmentNames.LOG) : parts.file;
    }

    Path path(String suffix) {
        return SegmentNames.path(home.directory(), baseOffset, generation, suffix);
    }

    /** Its own files. */
    List<Path> paths() {
        return packed != null ? List.of() : List.of(path(), path(SegmentNames.INDEX), path(SegmentNames.BLOCK_CRCS));
    }

    OpenFiles.Pin open() {
        PackedPlace place = packed;
        return place == null
                ? openFiles().open(disk(), path())
                : openFiles().open(disk(), Packs.path(home.directory(), place)).from(place.filePosition());
    }

    /** To read much of it once, past the page cache where it can; see {@link Disk#openForScanning}. */
    DiskFile scan(Executor readAhead) {
        if (packed == null) {
            return disk().openForScanning(path(), readAhead);
        }
        OpenFiles.Pin pin = open();
        return new ShiftedFile(pin.file(), 0, pin::close);
    }

    OpenFiles openFiles() {
        return packs.openFiles();
    }

    Disk disk() {
        return packs.disk();
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
        own().dirty = true;
        sum(gathered, before);
        addKeys(batches, before.lengthBytes());
        extent = index(batches, before, indexIntervalBytes);
    }

    private void addKeys(List<StoredBatch> batches, long filePosition) {
        SegmentKeys known = own().keys;
        long position = filePosition;
        for (int number = 0; known != null && number < batches.size(); number++) {
            if (!known.add(batches.get(number), position)) {
                forgetKeys();
                known = null;
            }
            position += batches.get(number).lengthBytes();
        }
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
        BlockCrcs summing = own().blockCrcs;
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
        Own parts = own();
        Extent grown = before;
        for (StoredBatch batch : batches) {
            if (grown.lengthBytes() - parts.indexedPosition >= indexIntervalBytes) {
                parts.indexedPosition = grown.lengthBytes();
                parts.index.add(
                        new IndexEntry(batch.baseOffset(), (int) parts.indexedPosition, grown.maxTimestampMs()));
            }
            grown = grown.with(batch);
        }
        return grown;
    }

    /** Tried once: what cannot be read costs searches time, and must neither end the node nor hold up each append anew. */
    private void loadToWrite(Extent seen) {
        Own parts = own();
        if (parts.index.isLoaded() || parts.isIndexGivenUp) {
            return;
        }
        try {
            parts.indexedPosition = load(seen).filePosition();
        } catch (DiskException unreadable) {
            parts.isIndexGivenUp = true;
        }
    }

    private IndexEntry load(Extent seen) {
        return own().index.load(seen.lengthBytes(), UNINDEXED_BYTES_MAX, (start, entries) -> {
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
        syncBlockCrcs();
    }

    /** The name is used again by a pass after a crash: until it is synced, the list may be that of one that came to nothing. */
    private void syncBlockCrcs() {
        if (disk().exists(path(SegmentNames.BLOCK_CRCS))) {
            try (OpenFiles.Pin list = openFiles().open(disk(), path(SegmentNames.BLOCK_CRCS))) {
                list.sync();
            }
        }
    }

    /** No batch will follow: writes what the hints and the scrub need. */
    void seal() {
        Own parts = own;
        if (parts == null) {
            return;
        }
        parts.index.seal();
        BlockCrcs summed = parts.blockCrcs;
        parts.blockCrcs = null;
        if (summed == null) {
            return;
        }
        try (DiskFile list = disk().create(path(SegmentNames.BLOCK_CRCS))) {
            list.write(summed.encode(), 0);
        } catch (DiskException refused) {
            // A full disk: the scrub then has the batches' own CRCs only.
            disk().delete(path(SegmentNames.BLOCK_CRCS));
        }
    }

    /** Any list of CRCs beside it is not of what it holds. */
    void forgetBlockCrcs() {
        disk().delete(path(SegmentNames.BLOCK_CRCS));
        openFiles().markDirectory(home.directory());
    }

    /** Makes what was appended so far durable. */
    void sync() {
        Own parts = own;
        if (parts == null || !parts.dirty) {
            return;
        }
        // Before the sync: what is appended meanwhile marks it again.
        parts.dirty = false;
        try (OpenFiles.Pin pin = open()) {
            pin.sync();
        }
    }

    boolean hasFile() {
        PackedPlace place = packed;
        return disk().exists(place == null ? path() : Packs.path(home.directory(), place));
    }

    /** Cuts the file to what is known of it, after an unclean stop; throws {@link DamagedLogException} if it is shorter or missing. */
    void cut() {
        Extent known = extent;
        if (!hasFile()) {
            // Its records are lost, but the partition goes on: the empty file is as damaged as one that is too short.
            disk().create(path()).close();
            openFiles().markDirectory(home.directory());
        }
        long sizeBytes = disk().sizeBytes(path());
        if (sizeBytes < known.lengthBytes()) {
            String reason = "the file has " + sizeBytes + " bytes instead of " + known.lengthBytes();
            throw new DamagedLogException(new DamagedRange(
                    path(), sizeBytes, known.lengthBytes() - sizeBytes, baseOffset, known.endOffset(), reason));
        }
        if (sizeBytes > known.lengthBytes()) {
            try (OpenFiles.Pin pin = open()) {
                pin.file().truncate(known.lengthBytes());
                pin.markDirty();
            }
            own().dirty = true;
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
        if (packed != null) {
            return new Place(0, baseOffset);
        }
        try {
            return indexedOrRebuilt(seen, offset, timestampMs);
        } catch (DiskException unreadable) {
            // Only a hint was lost; if the segment itself is unreadable, the walk will say so.
            return new Place(0, baseOffset);
        }
    }

    private Place indexedOrRebuilt(Extent seen, long offset, long timestampMs) {
        SegmentIndex index = own().index;
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
        Own parts = own;
        for (Stop stop : parts == null ? NO_STOPS : parts.stops) {
            if (stop != null && stop.place().offset() == offset && stop.place().filePosition() < seen.lengthBytes()) {
                return stop;
            }
        }
        return null;
    }

    /** Remembers where a reader will go on that began at the place. */
    void readOn(Place from, Place next) {
        Own parts = own;
        if (parts == null) {
            return;
        }
        boolean isOfPassage = from.filePosition() == 0 || stop(extent, from.offset()) != null;
        // Lost or doubled by a race, at worst a reader asks the index.
        int slot = parts.nextStop;
        parts.nextStop = (slot + 1) % STOPS;
        parts.stops[slot] = new Stop(next, isOfPassage);
    }

    /** Where a reader that goes through the segment goes on at the offset; null if none is known to. */
    @Nullable
    Place passage(Extent seen, long offset) {
        if (packed != null) {
            return null;
        }
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
        return new DamagedRange(path(), 0, seen.lengthBytes(), baseOffset, seen.endOffset(), reason);
    }

    /** Finds out how far the damage at the place reaches, remembers it, and answers the exception to throw. */
    DamagedLogException damaged(DiskFile content, Extent seen, Place place, String reason) {
        DamagedRange range = Resync.range(content, path(), seen, place, reason);
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

    /**
     * Puts batches in the place of damaged bytes, durable on return; false if they are not exactly what belongs there. Of a
     * segment that nobody writes any more.
     */
    boolean mend(DamagedRange range, ByteBuffer batches) {
        if (packed != null || generation != 0 || !fits(range, batches)) {
            return false;
        }
        try (DiskFile file = disk().open(path())) {
            file.write(batches.duplicate(), range.filePosition());
            file.sync();
        }
        forget(range);
        return true;
    }

    private boolean fits(DamagedRange range, ByteBuffer batches) {
        long offset = range.firstOffset();
        int at = 0;
        while (batches.limit() - at >= BatchLayout.RECORDS) {
            String problem = BatchFrame.problem(batches, at, batches.limit() - at, offset, range.nextOffset());
            if (problem != null || !BatchHeader.hasValidCrc(batches, at)) {
                return false;
            }
            offset = BatchHeader.lastOffset(batches, at) + 1;
            at += BatchLayout.sizeBytes(batches, at);
        }
        return at == range.lengthBytes() && at == batches.limit() && offset == range.nextOffset();
    }

    private synchronized void forget(DamagedRange range) {
        List<DamagedRange> fewer = new ArrayList<>(damages);
        fewer.removeIf(known -> known.filePosition() == range.filePosition());
        damages = List.copyOf(fewer);
    }

    /** Which of a log's segments may hold the offset; −1 if it lies before the first. */
    static int indexOf(Segment[] seen, long offset) {
        int low = 0;
        int high = seen.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (seen[middle].baseOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
