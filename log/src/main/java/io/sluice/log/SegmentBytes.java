package io.sluice.log;

import io.sluice.common.SharedBuffer;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
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

    /**
     * Reads records into the buffer's remaining space; answers the bytes read, 0 at or behind the end. May block. A copy reads
     * much, and once: that goes past the page cache where it can.
     */
    public int read(ByteBuffer destination, long filePosition) {
        int wantedBytes = destination.remaining();
        if (segment.packed() != null) {
            wantedBytes = (int) Math.clamp(segment.extent().lengthBytes() - filePosition, 0L, wantedBytes);
        }
        if (wantedBytes == 0) {
            return 0;
        }
        SharedBuffer buffer = segment.openFiles().readBuffers().take(wantedBytes + DiskFile.SPARE_BYTES);
        try (OpenFiles.Pin pin = segment.open()) {
            ByteBuffer bytes = pin.file().readInto(buffer.memory(), filePosition, wantedBytes);
            int readBytes = bytes.remaining();
            destination.put(bytes);
            return readBytes;
        } finally {
            buffer.release();
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
