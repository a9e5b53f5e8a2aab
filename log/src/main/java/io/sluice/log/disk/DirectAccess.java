package io.sluice.log.disk;

import io.sluice.common.BufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens files past the page cache ({@code O_DIRECT}), where the file system can. The option lives in the module
 * {@code jdk.unsupported}, so it is looked up by name: a runtime without it writes through the page cache.
 */
final class DirectAccess {
    /** A multiple of every block size that direct access must be aligned to on the file systems we meet; memory of a pool is. */
    static final int BLOCK_BYTES = BufferPool.ALIGNMENT_BYTES;

    private static final Optional<OpenOption> DIRECT = findOption();

    private DirectAccess() {}

    private static Optional<OpenOption> findOption() {
        try {
            for (Object option :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (option instanceof OpenOption found && found.toString().equals("DIRECT")) {
                    return Optional.of(found);
                }
            }
            return Optional.empty();
        } catch (ClassNotFoundException missing) {
            return Optional.empty();
        }
    }

    /** Fills the memory with whole blocks, from a block's beginning on, as far as the file reaches. */
    static void read(FileChannel direct, ByteBuffer memory, long filePosition) throws IOException {
        int start = memory.position();
        int count = 0;
        // Only the end of the file ends a read inside of a block.
        while (memory.hasRemaining() && count >= 0 && (memory.position() - start) % BLOCK_BYTES == 0) {
            count = direct.read(memory, filePosition + memory.position() - start);
        }
    }

    /** The file for reading or writing whole blocks; empty where that is not possible. */
    static Optional<FileChannel> open(Path file, OpenOption... access) {
        if (DIRECT.isEmpty()) {
            return Optional.empty();
        }
        try {
            boolean isAligned = BLOCK_BYTES % Files.getFileStore(file).getBlockSize() == 0;
            Set<OpenOption> options = new HashSet<>(List.of(access));
            options.add(DIRECT.get());
            return isAligned ? Optional.of(FileChannel.open(file, options)) : Optional.empty();
        } catch (IOException | UnsupportedOperationException unsupported) {
            // tmpfs before Linux 6.6, some network file systems: everything goes through the page cache then.
            return Optional.empty();
        }
    }
}
