package io.sluice.log;

import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;

/** A piece of a file in memory that moves along on demand. Used by one thread. */
final class FileWindow {
    private final DiskFile file;
    private final long endPosition;
    private ByteBuffer bytes;
    private long startPosition;

    /** Reads at least {@code windowBytes} at a time where the file has them; nothing at or behind the end. */
    FileWindow(DiskFile file, long endPosition, int windowBytes) {
        this(file, endPosition, ByteBuffer.allocate(windowBytes));
    }

    /** The same with memory of the caller's; a batch that does not fit has its own. */
    FileWindow(DiskFile file, long endPosition, ByteBuffer memory) {
        this.file = file;
        this.endPosition = endPosition;
        this.bytes = memory.clear().limit(0);
    }

    /** Brings the bytes into memory; false if the file has fewer. */
    boolean has(long position, int lengthBytes) {
        if (position >= startPosition && position + lengthBytes <= startPosition + bytes.limit()) {
            return true;
        }
        if (position + lengthBytes > endPosition) {
            return false;
        }
        if (lengthBytes > bytes.capacity()) {
            bytes = ByteBuffer.allocate(lengthBytes);
        }
        bytes.clear().limit((int) Math.min(bytes.capacity(), endPosition - position));
        int read = file.read(bytes, position);
        bytes.position(0).limit(read);
        startPosition = position;
        return read >= lengthBytes;
    }

    /** The window; what was asked for begins at {@link #at}. */
    ByteBuffer bytes() {
        return bytes;
    }

    int at(long position) {
        return (int) (position - startPosition);
    }
}
