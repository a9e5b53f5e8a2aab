package io.sluice.log;

import io.sluice.log.disk.DiskFile;

/**
 * Has the disk read on while what was read before is being used. Segments are written past the page cache, so whoever reads
 * them first reads the device; without this a cold file was read at half the speed and twice the CPU time, whether the
 * device's own read-ahead was 128 KiB or 8 MiB.
 */
final class ReadAhead {
    private static final int WINDOW_BYTES = 4 << 20;
    /** Who reads less at a time looks something up, and has no use for what follows. */
    private static final int LEAST_BYTES = 256 << 10;

    private ReadAhead() {}

    /**
     * Somebody who goes through the file reads so many bytes from the position: at the beginning of each window the next one
     * is asked for.
     *
     * @param endBytes where the file ends
     */
    static void reading(DiskFile file, long filePosition, int lengthBytes, long endBytes) {
        if (lengthBytes < LEAST_BYTES) {
            return;
        }
        long window = (filePosition + lengthBytes) / WINDOW_BYTES;
        boolean begins = filePosition == 0 || window > filePosition / WINDOW_BYTES;
        long from = filePosition == 0 ? 0 : (window + 1) * WINDOW_BYTES;
        long to = Math.min(endBytes, (window + 2) * WINDOW_BYTES);
        if (begins && to > from + lengthBytes) {
            file.prefetch(from, to - from);
        }
    }
}
