package io.sluice.server.doctor;

import io.sluice.common.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * How long a synced write of 4 KiB takes, which is what an acknowledgement waits for.
 *
 * @param medianNs of all writes
 * @param worstNs of all but the worst one of fifty
 */
record SyncLatency(long medianNs, long worstNs) {
    private static final int WRITES = 100;
    private static final int BLOCK_BYTES = 4096;

    /** Measures in the directory; leaves nothing behind. */
    static SyncLatency measure(Path directory, Clock clock) throws IOException {
        Path file = Files.createTempFile(directory, ".doctor", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            // As a journal: preallocated, so that a sync need not change the file's size.
            for (int i = 0; i < WRITES; i++) {
                channel.write(block.clear(), (long) i * BLOCK_BYTES);
            }
            channel.force(true);
            long[] took = new long[WRITES];
            for (int i = 0; i < WRITES; i++) {
                block.put(0, (byte) i);
                long startNs = clock.nanoTime();
                channel.write(block.clear(), (long) i * BLOCK_BYTES);
                channel.force(false);
                took[i] = clock.nanoTime() - startNs;
            }
            Arrays.sort(took);
            return new SyncLatency(took[WRITES / 2], took[WRITES - 3]);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
