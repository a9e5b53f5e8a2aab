package io.sluice.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
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
 * <p>Large reads go past the page cache too, the first few times: there the kernel would have to find pages for what few read
 * again (measured for 1 GB that was just written: 0.6 instead of 2.4 CPU s in the kernel).
 *
 * <p>The last block is padded with zeros and written again by the next append. Reads through the page cache and direct
 * writes of one block exclude each other by a lock, because the kernel drops the cached page of a block that is written
 * directly only if nobody holds it.
 */
final class AppendingFile implements DiskFile {
    private static final long DIRECT_BYTES_MIN = 64 * 1024;

    /** Who reads less at a time is served better by the kernel, which reads on for it. */
    private static final int DIRECT_READ_BYTES_MIN = 256 * 1024;

    /** As many as cost what it costs to bring a file into the page cache; whoever comes after so many is not the last. */
    private static final int DIRECT_READINGS = 4;

    private final RealDiskFile cached;
    private final Path path;
    private final AlignedStage stage;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private final AtomicLong bytesReadDirectly = new AtomicLong();

    /** Opened for the first that needs it; null before, and where there is no direct access. */
    private @Nullable FileChannel direct;

    private boolean isDirectKnown;
    private long bytesWrittenDirectly;
    private long bytesWrittenCached;

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
    public ByteBuffer readInto(ByteBuffer memory, long filePosition, int lengthBytes) {
        boolean isAligned = memory.isDirect() && memory.alignmentOffset(0, DirectAccess.BLOCK_BYTES) == 0;
        lock.readLock().lock();
        try {
            FileChannel channel =
                    isAligned && lengthBytes >= DIRECT_READ_BYTES_MIN && isBestReadDirectly() ? direct() : null;
            return channel == null
                    ? cached.readInto(memory, filePosition, lengthBytes)
                    : readBlocks(channel, memory, filePosition, lengthBytes);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Most of what is written directly is read once or never. Once the whole was read a few times it is brought into the page
     * cache, and shared there.
     */
    private boolean isBestReadDirectly() {
        return bytesWrittenCached <= bytesWrittenDirectly
                && bytesReadDirectly.get() < DIRECT_READINGS * cached.sizeBytes();
    }

    private ByteBuffer readBlocks(FileChannel channel, ByteBuffer memory, long filePosition, int lengthBytes) {
        int before = (int) (filePosition % DirectAccess.BLOCK_BYTES);
        int blocks = (before + lengthBytes + DirectAccess.BLOCK_BYTES - 1) / DirectAccess.BLOCK_BYTES;
        ByteBuffer target = memory.slice(0, blocks * DirectAccess.BLOCK_BYTES);
        try {
            DirectAccess.read(channel, target, filePosition - before);
        } catch (IOException e) {
            throw RealDisk.failure("read", path, e);
        }
        int readBytes = Math.clamp(target.position() - before, 0, lengthBytes);
        bytesReadDirectly.addAndGet(readBytes);
        return memory.slice(before, readBytes);
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
                bytesWrittenDirectly += lengthBytes;
            } else {
                stage.writeSmall(cached, sources, filePosition);
                bytesWrittenCached += lengthBytes;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private synchronized @Nullable FileChannel direct() {
        if (!isDirectKnown) {
            isDirectKnown = true;
            direct = DirectAccess.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    .orElse(null);
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
        try (cached) {
            FileChannel opened = opened();
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            throw RealDisk.failure("close", path, e);
        }
    }

    private synchronized @Nullable FileChannel opened() {
        return direct;
    }
}
