package io.sluice.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that grows by large appends which bypass the page cache: {@code O_DIRECT}, in whole blocks, from aligned memory.
 * What a segment gets is read again from the broker's own memory or much later, so a copy of it in the page cache costs
 * pages, dirty memory and, where a virtual machine must first find those pages, most of the broker's CPU time (measured:
 * 1.0 to 1.9 CPU s/GB through the page cache, 0.2 to 0.3 direct). Small appends go through the page cache, where they
 * cost less than a trip to the device, as one piece: a gather write takes a second call to find its place.
 *
 * <p>The last block is padded with zeros and written again by the next append. Reads through the page cache and direct
 * writes of one block exclude each other by a lock, because the kernel drops the cached page of a block that is written
 * directly only if nobody holds it.
 */
final class AppendingFile implements DiskFile {
    private static final long DIRECT_BYTES_MIN = 64 * 1024;

    /** Larger than any piece in which the kernel reads: what is written next never shares one with what is read ahead. */
    private static final long READ_AHEAD_DISTANCE_BYTES = 4 << 20;

    private final RealDiskFile cached;
    private final Path path;
    private final AlignedStage stage;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Opened by the first large append, under the write lock; null before, and where there is no direct access. */
    private @Nullable FileChannel direct;

    private boolean isDirectKnown;

    AppendingFile(RealDiskFile cached, Path path, AlignedStage stage) {
        this.cached = cached;
        this.path = path;
        this.stage = stage;
    }

    @Override
    public int read(ByteBuffer destination, long filePosition) {
        lock.readLock().lock();
        try {
            return cached.read(destination, filePosition);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void write(ByteBuffer[] sources, long filePosition) {
        long lengthBytes = 0;
        for (ByteBuffer source : sources) {
            lengthBytes += source.remaining();
        }
        lock.writeLock().lock();
        try {
            FileChannel channel = lengthBytes >= DIRECT_BYTES_MIN ? direct() : null;
            if (channel != null) {
                stage.write(
                        (blocks, position) -> writeBlocks(channel, blocks, position), cached, sources, filePosition);
            } else {
                stage.writeSmall(cached, sources, filePosition);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private @Nullable FileChannel direct() {
        if (!isDirectKnown) {
            isDirectKnown = true;
            direct = DirectAccess.open(path, StandardOpenOption.WRITE).orElse(null);
        }
        return direct;
    }

    private void writeBlocks(FileChannel channel, ByteBuffer blocks, long blockPosition) {
        long position = blockPosition;
        try {
            while (blocks.hasRemaining()) {
                position += channel.write(blocks, position);
            }
        } catch (IOException e) {
            throw RealDisk.failure("write", path, e);
        }
    }

    @Override
    public void write(ByteBuffer source, long filePosition) {
        write(new ByteBuffer[] {source}, filePosition);
    }

    @Override
    public void sync() {
        cached.sync();
    }

    @Override
    public void startWriteBack() {
        cached.startWriteBack();
    }

    @Override
    public void prefetch(long filePosition, long lengthBytes) {
        long settledBytes = cached.sizeBytes() - READ_AHEAD_DISTANCE_BYTES;
        if (filePosition < settledBytes) {
            cached.prefetch(filePosition, Math.min(lengthBytes, settledBytes - filePosition));
        }
    }

    @Override
    public long sizeBytes() {
        return cached.sizeBytes();
    }

    @Override
    public void truncate(long lengthBytes) {
        lock.writeLock().lock();
        try {
            cached.truncate(lengthBytes);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        FileChannel opened = direct;
        try (cached) {
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            throw RealDisk.failure("close", path, e);
        }
    }
}
