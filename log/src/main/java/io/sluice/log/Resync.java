package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Finds where a damaged segment can be read again: the next place where header and CRC make a batch whose offset lies
 * behind the damaged one.
 */
final class Resync {
    private static final int WINDOW_BYTES = 64 << 10;

    private Resync() {}

    /** The damage that begins at the position, where a batch with the offset ought to be. */
    static DamagedRange range(DiskFile file, Path path, Extent extent, Place damaged, String reason) {
        FileWindow search = new FileWindow(file, extent.lengthBytes(), WINDOW_BYTES);
        FileWindow candidates = new FileWindow(file, extent.lengthBytes(), WINDOW_BYTES);
        long position = damaged.filePosition() + 1;
        while (search.has(position, BatchLayout.RECORDS)) {
            ByteBuffer bytes = search.bytes();
            int last = bytes.limit() - BatchLayout.RECORDS;
            for (int at = search.at(position); at <= last; at++) {
                if (mayBegin(bytes, at, damaged.offset(), extent)
                        && isBatch(candidates, position, damaged.offset(), extent)) {
                    return found(path, damaged, position, BatchHeader.baseOffset(bytes, at), reason);
                }
                position++;
            }
        }
        return found(path, damaged, extent.lengthBytes(), extent.endOffset(), reason);
    }

    private static boolean mayBegin(ByteBuffer bytes, int at, long damagedOffset, Extent extent) {
        if (BatchHeader.magic(bytes, at) != BatchLayout.MAGIC_V2) {
            return false;
        }
        long baseOffset = BatchHeader.baseOffset(bytes, at);
        return baseOffset > damagedOffset && baseOffset < extent.endOffset();
    }

    private static boolean isBatch(FileWindow window, long position, long damagedOffset, Extent extent) {
        if (!window.has(position, BatchLayout.RECORDS)) {
            return false;
        }
        long leftBytes = extent.lengthBytes() - position;
        long baseOffset = BatchHeader.baseOffset(window.bytes(), window.at(position));
        if (baseOffset <= damagedOffset
                || BatchFrame.problem(window.bytes(), window.at(position), leftBytes, baseOffset, extent.endOffset())
                        != null) {
            return false;
        }
        int sizeBytes = BatchLayout.sizeBytes(window.bytes(), window.at(position));
        return window.has(position, sizeBytes) && BatchHeader.hasValidCrc(window.bytes(), window.at(position));
    }

    private static DamagedRange found(Path path, Place damaged, long position, long nextOffset, String reason) {
        return new DamagedRange(
                path, damaged.filePosition(), position - damaged.filePosition(), damaged.offset(), nextOffset, reason);
    }
}
