package io.sluice.log.disk;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Files that are written whole and read whole. Any thread, one for each file. Throws what the disk does. */
public final class WholeFile {
    private WholeFile() {}

    /** Durable on return; a crash leaves what was there before or the new content, nothing between. */
    public static void replace(Disk disk, Path directory, String name, ByteBuffer content) {
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
    public static ByteBuffer read(Disk disk, Path path, long bytesMax) {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(bytesMax));
        try (DiskFile file = disk.openForReading(path)) {
            file.read(content, 0);
        }
        return content.flip();
    }
}
