package io.sluice.log;

import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The plain bytes of a segment, packed or not, for who copies it, while it may grow and even after its log forgot it. Reads go through the
 * node's open files, as all reads of a segment that grows must: see {@link io.sluice.log.disk.Disk#openForAppending}. Any
 * thread.
 */
public final class SegmentBytes {
    private final Disk disk;
    private final Path directory;
    private final Segment segment;

    /** Of the segment as a checkpoint names it, in its partition's directory. */
    public SegmentBytes(Disk disk, OpenFiles openFiles, Path directory, SegmentFile file) {
        this.disk = disk;
        this.directory = directory;
        this.segment = Segment.restore(Packs.none(disk, openFiles), () -> directory, file, file.baseOffset());
    }

    /** The file of its records. */
    public Path records() {
        return segment.path(SegmentNames.LOG);
    }

    /** The list of its blocks' CRCs; there is none before it is sealed, and of some segments never. */
    public Path blockCrcs() {
        return segment.path(SegmentNames.BLOCK_CRCS);
    }

    /** Reads records into the buffer's remaining space; answers the bytes read, 0 at or behind the end. May block. */
    public int read(ByteBuffer destination, long filePosition) {
        try (OpenFiles.Pin pin = segment.open()) {
            if (segment.packed() == null) {
                return pin.file().read(destination, filePosition);
            }
            long leftBytes = segment.extent().lengthBytes() - filePosition;
            ByteBuffer bounded = destination.duplicate();
            bounded.limit(Math.clamp(destination.position() + leftBytes, destination.position(), destination.limit()));
            int count = bounded.hasRemaining() ? pin.file().read(bounded, filePosition) : 0;
            destination.position(destination.position() + count);
            return count;
        }
    }

    /** What is wrong with the file that holds it, as far as its length tells. */
    public Optional<String> problem() {
        PackedPlace place = segment.packed();
        Path path = place == null ? records() : Packs.path(directory, place);
        if (!disk.exists(path)) {
            return Optional.of(path + " is missing");
        }
        long neededBytes = segment.extent().lengthBytes() + (place == null ? 0 : place.filePosition());
        long sizeBytes = disk.sizeBytes(path);
        return sizeBytes < neededBytes
                ? Optional.of(path + " has " + sizeBytes + " bytes instead of " + neededBytes)
                : Optional.empty();
    }
}
