package io.sluice.replication;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Files that are written whole and read whole. */
final class WholeFile {
    private WholeFile() {}

    /** Durable on return; a crash leaves what was there before or the new content, nothing between. */
    static void replace(Disk disk, Path directory, String name, ByteBuffer content) {
        Path fresh = directory.resolve(name + ".new");
        disk.delete(fresh);
        try (DiskFile file = disk.create(fresh)) {
            file.write(content, 0);
            file.sync();
        }
        disk.rename(fresh, directory.resolve(name));
        disk.syncDirectory(directory);
    }

    /** The first bytes of the file, all of them if it is shorter. */
    static ByteBuffer read(Disk disk, Path path, long bytesMax) {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(bytesMax));
        try (DiskFile file = disk.openForReading(path)) {
            file.read(content, 0);
        }
        return content.flip();
    }
}
