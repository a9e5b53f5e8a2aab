package io.sluice.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Queue;

/**
 * A file read past the page cache, in whole blocks into aligned memory (measured for cold segments in a virtual machine: a
 * quarter of the CPU time of reads that must first find pages for the cache). Used by one thread.
 */
final class ScannedFile implements DiskFile {
    private static final int MEMORY_BYTES = (1 << 20) + DirectAccess.BLOCK_BYTES;

    private final Path path;
    private final FileChannel direct;
    private final Queue<ByteBuffer> pool;
    private final ByteBuffer memory;

    /** Takes its memory from the pool and gives it back. */
    ScannedFile(Path path, FileChannel direct, Queue<ByteBuffer> pool) {
        this.path = path;
        this.direct = direct;
        this.pool = pool;
        ByteBuffer pooled = pool.poll();
        this.memory = pooled == null ? aligned() : pooled;
    }

    private static ByteBuffer aligned() {
        return ByteBuffer.allocateDirect(MEMORY_BYTES + DirectAccess.BLOCK_BYTES)
                .alignedSlice(DirectAccess.BLOCK_BYTES)
                .limit(MEMORY_BYTES)
                .slice();
    }

    @Override
    public int read(ByteBuffer destination, long filePosition) {
        int total = 0;
        int count;
        do {
            count = readBlocks(destination, filePosition + total);
            total += count;
        } while (count > 0 && destination.hasRemaining());
        return total;
    }

    private int readBlocks(ByteBuffer destination, long filePosition) {
        int before = (int) (filePosition % DirectAccess.BLOCK_BYTES);
        int blocks = (before + destination.remaining() + DirectAccess.BLOCK_BYTES - 1) / DirectAccess.BLOCK_BYTES;
        memory.clear().limit(Math.min(MEMORY_BYTES, blocks * DirectAccess.BLOCK_BYTES));
        try {
            int got = direct.read(memory, filePosition - before);
            int usable = Math.clamp(got - before, 0, destination.remaining());
            destination.put(destination.position(), memory, before, usable);
            destination.position(destination.position() + usable);
            return usable;
        } catch (IOException e) {
            throw RealDisk.failure("read", path, e);
        }
    }

    @Override
    public long sizeBytes() {
        try {
            return direct.size();
        } catch (IOException e) {
            throw RealDisk.failure("read the size of", path, e);
        }
    }

    @Override
    public void write(ByteBuffer[] sources, long filePosition) {
        throw readOnly();
    }

    @Override
    public void write(ByteBuffer source, long filePosition) {
        throw readOnly();
    }

    @Override
    public void sync() {
        throw readOnly();
    }

    @Override
    public void startWriteBack() {
        throw readOnly();
    }

    @Override
    public void truncate(long lengthBytes) {
        throw readOnly();
    }

    private IllegalStateException readOnly() {
        return new IllegalStateException(path + " was opened to be read");
    }

    @Override
    public void close() {
        try {
            if (direct.isOpen()) {
                direct.close();
                pool.offer(memory);
            }
        } catch (IOException e) {
            throw RealDisk.failure("close", path, e);
        }
    }
}
