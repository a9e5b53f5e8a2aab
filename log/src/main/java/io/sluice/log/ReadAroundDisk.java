package io.sluice.log;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.DiskLock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk for repair: what it cannot read of a file is read as zeros, in pieces of a sector's size, so that an unreadable
 * sector is damage like any other, and what lies around it is found. Everything else is the disk's own. Used by one thread.
 */
final class ReadAroundDisk implements Disk {
    private static final int SECTOR_BYTES = 4096;

    private final Disk disk;

    ReadAroundDisk(Disk disk) {
        this.disk = disk;
    }

    private record ReadAroundFile(DiskFile file) implements DiskFile {
        @Override
        public int read(ByteBuffer destination, long filePosition) {
            int start = destination.position();
            try {
                return file.read(destination, filePosition);
            } catch (DiskException unreadable) {
                destination.position(start);
                return readSectors(destination, filePosition);
            }
        }

        private int readSectors(ByteBuffer destination, long filePosition) {
            int limit = destination.limit();
            long endPosition = Math.min(filePosition + destination.remaining(), file.sizeBytes());
            long position = filePosition;
            while (position < endPosition) {
                long nextSector = (position / SECTOR_BYTES + 1) * SECTOR_BYTES;
                int wanted = (int) (Math.min(nextSector, endPosition) - position);
                readSector(destination.limit(destination.position() + wanted), position);
                destination.limit(limit);
                position += wanted;
            }
            return (int) Math.max(0, endPosition - filePosition);
        }

        /** Fills the buffer to its limit. */
        private void readSector(ByteBuffer destination, long filePosition) {
            int start = destination.position();
            try {
                file.read(destination, filePosition);
            } catch (DiskException unreadable) {
                destination.position(start);
            }
            while (destination.hasRemaining()) {
                destination.put((byte) 0);
            }
        }

        @Override
        public void write(ByteBuffer[] sources, long filePosition) {
            file.write(sources, filePosition);
        }

        @Override
        public void write(ByteBuffer source, long filePosition) {
            file.write(source, filePosition);
        }

        @Override
        public void sync() {
            file.sync();
        }

        @Override
        public void startWriteBack() {
            file.startWriteBack();
        }

        @Override
        public long sizeBytes() {
            return file.sizeBytes();
        }

        @Override
        public void truncate(long lengthBytes) {
            file.truncate(lengthBytes);
        }

        @Override
        public void close() {
            file.close();
        }
    }

    @Override
    public DiskFile create(Path file) {
        return disk.create(file);
    }

    @Override
    public DiskFile open(Path file) {
        return new ReadAroundFile(disk.open(file));
    }

    @Override
    public DiskFile openForAppending(Path file) {
        return new ReadAroundFile(disk.openForAppending(file));
    }

    @Override
    public DiskFile openForReading(Path file) {
        return new ReadAroundFile(disk.openForReading(file));
    }

    @Override
    public void rename(Path from, Path to) {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path path) {
        disk.delete(path);
    }

    @Override
    public void createDirectories(Path directory) {
        disk.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) {
        return disk.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public long sizeBytes(Path file) {
        return disk.sizeBytes(file);
    }

    @Override
    public void syncDirectory(Path directory) {
        disk.syncDirectory(directory);
    }

    @Override
    public long usableBytes(Path path) {
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) {
        return disk.totalBytes(path);
    }

    @Override
    public DiskLock lock(Path file) {
        return disk.lock(file);
    }
}
