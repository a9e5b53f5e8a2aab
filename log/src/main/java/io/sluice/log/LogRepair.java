package io.sluice.log;

import io.sluice.common.Check;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives up the damaged ranges of a partition that nobody has open, so that what lies around them is an intact log again.
 * Readable batches keep their offsets; each damaged range becomes a gap at the end of a segment:
 *
 * <pre>
 *  before   0.log:  [ 0..9 | 10..19 damaged | 20..29 ]
 *  after    0.log:  [ 0..9 ]      20.log:  [ 20..29 ]
 * </pre>
 *
 * <p>Order: {@link #rewrite} writes and syncs only files that no checkpoint names yet; then the caller's checkpoint names
 * them; then {@link #finish} cuts and deletes what it names no more. A crash between two steps leaves the old or the new
 * log whole, and the steps can be done again. Sectors that cannot be read are damage like any other. Used by one thread.
 */
public final class LogRepair {
    private static final int COPY_BYTES = 1 << 20;
    private static final String MISSING = "the file is missing";

    private final Disk disk;
    private final OpenFiles openFiles = new OpenFiles(16);
    private final Packs packs;
    private final Path directory;
    private final List<SegmentFile> files;
    private final long endOffset;

    /** Readable bytes of a segment from a position to a position, and the offsets they hold. */
    private record Piece(long fromPosition, long toPosition, long baseOffset, long endOffset) {
        /** As far as it is known before it is walked. */
        SegmentFile asFile(int generation) {
            return new SegmentFile(baseOffset, toPosition - fromPosition, -1, -1, generation);
        }
    }

    /** For the segments a checkpoint names. */
    public LogRepair(Disk disk, Path directory, List<SegmentFile> files, long endOffset) {
        this.disk = new ReadAroundDisk(disk);
        this.packs = Packs.none(this.disk, openFiles);
        this.directory = directory;
        this.files = List.copyOf(files);
        this.endOffset = endOffset;
    }

    /** Every damaged range, first to last. Reads everything. */
    public List<DamagedRange> damage() {
        List<DamagedRange> found = new ArrayList<>();
        for (int number = 0; number < files.size(); number++) {
            Segment segment = segment(number);
            if (segment.hasFile()) {
                found.addAll(new SegmentScrub(segment, bytes -> {}).run());
            } else {
                found.add(segment.unreadable(MISSING));
            }
        }
        return found;
    }

    private Segment segment(int number) {
        return Segment.restore(packs, () -> directory, files.get(number), endOf(number));
    }

    private long endOf(int number) {
        return number + 1 < files.size() ? files.get(number + 1).baseOffset() : endOffset;
    }

    /** Writes, durably, what the log shall consist of, and answers it for a checkpoint. Throws nothing but what the disk throws. */
    public List<SegmentFile> rewrite() {
        List<SegmentFile> rewritten = new ArrayList<>();
        for (int number = 0; number < files.size(); number++) {
            Segment segment = segment(number);
            List<DamagedRange> damaged = segment.hasFile()
                    ? new SegmentScrub(segment, bytes -> {}).damagedBatches()
                    : List.of(segment.unreadable(MISSING));
            if (damaged.isEmpty()) {
                rewritten.add(files.get(number));
                continue;
            }
            PartitionLog.makeDirectory(disk, openFiles, directory);
            List<Piece> pieces = pieces(segment, damaged);
            pieces.forEach(piece -> rewritten.add(write(segment, piece)));
            boolean endsInGap = pieces.isEmpty()
                    || pieces.getLast().toPosition() < segment.extent().lengthBytes();
            if (endsInGap && number + 1 == files.size()) {
                rewritten.add(beginAtEnd());
            }
        }
        PartitionLog.syncDirectories(disk, openFiles, directory);
        return rewritten;
    }

    private static List<Piece> pieces(Segment segment, List<DamagedRange> damaged) {
        List<Piece> pieces = new ArrayList<>();
        long position = 0;
        long offset = segment.baseOffset();
        for (DamagedRange range : damaged) {
            if (range.filePosition() > position) {
                pieces.add(new Piece(position, range.filePosition(), offset, range.firstOffset()));
            }
            position = range.filePosition() + range.lengthBytes();
            offset = range.nextOffset();
        }
        Extent extent = segment.extent();
        if (position < extent.lengthBytes()) {
            pieces.add(new Piece(position, extent.lengthBytes(), offset, extent.endOffset()));
        }
        return pieces;
    }

    private SegmentFile write(Segment source, Piece piece) {
        if (piece.fromPosition() > 0 || source.packed() != null) {
            copy(source, piece);
        }
        return describe(piece, source.asFile().generation());
    }

    /** A file left by an attempt that did not come to its end is replaced. */
    private void copy(Segment source, Piece piece) {
        SegmentFile file = piece.asFile(source.asFile().generation());
        deleteFiles(file);
        ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
        try (OpenFiles.Pin from = source.open();
                DiskFile to = disk.create(path(file, SegmentNames.LOG))) {
            long position = piece.fromPosition();
            while (position < piece.toPosition()) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, piece.toPosition() - position));
                int got = from.file().read(buffer, position);
                Check.check(got > 0, "bytes that were readable before end at %d", position);
                to.write(buffer.flip(), position - piece.fromPosition());
                position += got;
            }
            to.sync();
        }
    }

    /** Walks the piece in the file that will hold it, every CRC included. */
    private SegmentFile describe(Piece piece, int generation) {
        SegmentFile unread = piece.asFile(generation);
        Segment segment = Segment.restore(packs, () -> directory, unread, piece.endOffset());
        long maxTimestampMs = -1;
        long firstTimestampMs = -1;
        Place start = new Place(0, piece.baseOffset());
        try (SegmentWalk walk = new SegmentWalk(segment, segment.extent(), COPY_BYTES, start)) {
            while (walk.next()) {
                long timestampMs = walk.batch().getLong(walk.batch().position() + BatchLayout.MAX_TIMESTAMP);
                firstTimestampMs = walk.place().filePosition() == 0 ? timestampMs : firstTimestampMs;
                maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
            }
        }
        return new SegmentFile(
                unread.baseOffset(), unread.lengthBytes(), maxTimestampMs, firstTimestampMs, unread.generation());
    }

    /** Appends must not fill the gap behind the last readable batch: they go into a file of their own. */
    private SegmentFile beginAtEnd() {
        SegmentFile file = new SegmentFile(endOffset, 0, -1, -1);
        deleteFiles(file);
        try (DiskFile empty = disk.create(path(file, SegmentNames.LOG))) {
            empty.sync();
        }
        return file;
    }

    private Path path(SegmentFile file, String suffix) {
        return SegmentNames.path(directory, file.baseOffset(), file.generation(), suffix);
    }

    private void deleteFiles(SegmentFile file) {
        for (String suffix : List.of(SegmentNames.LOG, SegmentNames.INDEX, SegmentNames.BLOCK_CRCS)) {
            Path path = path(file, suffix);
            openFiles.forget(path);
            disk.delete(path);
        }
    }

    /** Once a durable checkpoint names exactly these: cuts and deletes everything else in the directory. */
    public void finish(List<SegmentFile> named) {
        SegmentSettings unused = new SegmentSettings(Integer.MAX_VALUE, Long.MAX_VALUE, COPY_BYTES);
        PartitionLog.restore(packs, () -> directory, unused, named, endOffset).cut();
        for (DamagedRange left : new LogRepair(disk, directory, named, endOffset).damage()) {
            // Only bytes between the batches' CRCs are left: the list would report them for ever.
            String name = String.valueOf(left.file().getFileName());
            disk.delete(directory.resolve(name.replace(SegmentNames.LOG, SegmentNames.BLOCK_CRCS)));
        }
        if (disk.exists(directory)) {
            disk.syncDirectory(directory);
        }
    }
}
