package io.sluice.log;

import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The plain bytes of a segment for who copies it, while it may grow and even after its log forgot it. Reads go through the
 * node's open files, as all reads of a segment that grows must: see {@link io.sluice.log.disk.Disk#openForAppending}. Any
 * thread.
 */
public final class SegmentBytes {
    private final Disk disk;
    private final OpenFiles openFiles;
    private final Segment segment;

    /** Of the segment as a checkpoint names it, in its partition's directory. */
    public SegmentBytes(Disk disk, OpenFiles openFiles, Path directory, SegmentFile file) {
        this.disk = disk;
        this.openFiles = openFiles;
        this.segment = Segment.restore(disk, openFiles, directory, file, file.baseOffset());
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
        try (OpenFiles.Pin pin = openFiles.open(disk, records())) {
            return pin.file().read(destination, filePosition);
        }
    }
}
