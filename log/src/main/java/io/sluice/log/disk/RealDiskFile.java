package io.sluice.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** An open file of the machine's file system. */
final class RealDiskFile implements DiskFile {
    private final Path path;
    private final FileChannel channel;

    RealDiskFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer destination, long filePosition) {
        int total = 0;
        try {
            while (destination.hasRemaining()) {
                int count = channel.read(destination, filePosition + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
        } catch (IOException e) {
            throw RealDisk.failure("read", path, e);
        }
        return total;
    }

    @Override
    public void write(ByteBuffer[] sources, long filePosition) {
        try {
            // Only the relative write gathers; one writer at a time is the contract, so nobody moves the position.
            channel.position(filePosition);
            int first = 0;
            while (first < sources.length) {
                if (sources[first].hasRemaining()) {
                    channel.write(sources, first, sources.length - first);
                } else {
                    first++;
                }
            }
        } catch (IOException e) {
            throw RealDisk.failure("write", path, e);
        }
    }

    @Override
    public void write(ByteBuffer source, long filePosition) {
        long position = filePosition;
        try {
            while (source.hasRemaining()) {
                position += channel.write(source, position);
            }
        } catch (IOException e) {
            throw RealDisk.failure("write", path, e);
        }
    }

    @Override
    public void sync() {
        try {
            // fdatasync also flushes the length and the blocks' places, everything a later read needs.
            channel.force(false);
        } catch (IOException e) {
            throw RealDisk.syncFailure(path, e);
        }
    }

    @Override
    public void startWriteBack() {
        // Java offers no way to start it without waiting for it, and a hint may do nothing.
    }

    @Override
    public long sizeBytes() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw RealDisk.failure("read the size of", path, e);
        }
    }

    @Override
    public void truncate(long lengthBytes) {
        try {
            channel.truncate(lengthBytes);
        } catch (IOException e) {
            throw RealDisk.failure("truncate", path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw RealDisk.failure("close", path, e);
        }
    }
}
