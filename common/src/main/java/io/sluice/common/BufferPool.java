package io.sluice.common;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Direct buffers of one size, kept for reuse because zeroing and freeing direct memory costs more than the copy into it.
 * A larger request gets memory of its own, which the garbage collector frees. All memory begins at a multiple of
 * {@link #ALIGNMENT_BYTES}. Any thread may use it.
 */
public final class BufferPool {
    /** A page of memory, and a block of every file system we meet: disks can read into such memory past the page cache. */
    public static final int ALIGNMENT_BYTES = 4096;

    /** What slow holders may keep beyond twice what its owner keeps for itself. */
    private static final long SPARE_BYTES = 64L << 20;

    private final int bufferBytes;
    private final int keptMax;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private final AtomicLong outstandingBytes = new AtomicLong();

    /** Buffers of {@code bufferBytes}; at most {@code keptMax} unused ones are kept. */
    public BufferPool(int bufferBytes, int keptMax) {
        this.bufferBytes = bufferBytes;
        this.keptMax = keptMax;
    }

    /** A buffer of at least {@code leastBytes} with one reference; its content is arbitrary. */
    public SharedBuffer take(int leastBytes) {
        ByteBuffer memory = null;
        if (leastBytes <= bufferBytes) {
            synchronized (free) {
                memory = free.pollFirst();
            }
        }
        if (memory == null) {
            memory = aligned(Math.max(leastBytes, bufferBytes));
        }
        outstandingBytes.addAndGet(memory.capacity());
        return new SharedBuffer(this, memory);
    }

    private static ByteBuffer aligned(int lengthBytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(lengthBytes + ALIGNMENT_BYTES);
        int start = (ALIGNMENT_BYTES - memory.alignmentOffset(0, ALIGNMENT_BYTES)) % ALIGNMENT_BYTES;
        return memory.slice(start, lengthBytes);
    }

    void giveBack(ByteBuffer memory) {
        outstandingBytes.addAndGet(-memory.capacity());
        memory.clear();
        if (memory.capacity() == bufferBytes) {
            synchronized (free) {
                if (free.size() < keptMax) {
                    free.addFirst(memory);
                }
            }
        }
    }

    /** Whether so much is taken that whoever can copy a few bytes should do that rather than hold a whole buffer for them. */
    boolean isScarce() {
        return outstandingBytes.get() > 2L * keptMax * bufferBytes + SPARE_BYTES;
    }

    /** Bytes taken and not yet given back: 0 when nobody uses the pool, which is how tests find a leak. */
    public long outstandingBytes() {
        return outstandingBytes.get();
    }
}
