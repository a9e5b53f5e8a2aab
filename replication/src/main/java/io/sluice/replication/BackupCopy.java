package io.sluice.replication;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/** Copies files into a new directory, durably, and sums them up on the way. Used by one thread. */
final class BackupCopy {
    private static final int PIECE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path target;
    private final BackupProgress progress;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final Set<Path> directories = new LinkedHashSet<>();

    BackupCopy(Disk disk, Path target, BackupProgress progress) {
        this.disk = disk;
        this.target = target;
        this.progress = progress;
        directories.add(target);
    }

    /** Where the bytes come from. */
    interface Source {
        /** As {@link DiskFile#read}. */
        int read(ByteBuffer destination, long filePosition);
    }

    /** A file that nobody writes. */
    BackupManifest.Entry copy(Path from, String path, long lengthBytes) {
        try (DiskFile file = disk.openForReading(from)) {
            return copy(file::read, path, lengthBytes);
        }
    }

    /** The first bytes of the source, fewer if it has not so many. */
    BackupManifest.Entry copy(Source from, String path, long lengthBytes) {
        Path to = place(path);
        CRC32C crc = new CRC32C();
        long position = 0;
        try (DiskFile file = disk.create(to)) {
            int got = 1;
            while (position < lengthBytes && got > 0) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, lengthBytes - position));
                got = from.read(piece, position);
                piece.flip();
                crc.update(piece.duplicate());
                file.write(piece, position);
                position += got;
                progress.copied(got);
            }
            file.sync();
        }
        return new BackupManifest.Entry(path, position, (int) crc.getValue());
    }

    /** Where the file goes; its directory is there afterwards. */
    Path place(String path) {
        Path to = target.resolve(path);
        Path directory = to.getParent();
        if (directory != null && directories.add(directory)) {
            disk.createDirectories(directory);
        }
        return to;
    }

    /** Sums up a file that lies in the target already. */
    BackupManifest.Entry sum(String path) {
        CRC32C crc = new CRC32C();
        long position = 0;
        try (DiskFile file = disk.openForReading(target.resolve(path))) {
            int got = 1;
            while (got > 0) {
                got = file.read(piece.clear(), position);
                crc.update(piece.flip());
                position += got;
            }
        }
        return new BackupManifest.Entry(path, position, (int) crc.getValue());
    }

    /** Makes the names of all files and of their directories durable. */
    void syncDirectories() {
        Set<Path> all = new LinkedHashSet<>();
        for (Path directory : directories) {
            Path each = directory;
            while (each != null && each.startsWith(target) && all.add(each)) {
                each = each.getParent();
            }
        }
        all.forEach(disk::syncDirectory);
    }
}
