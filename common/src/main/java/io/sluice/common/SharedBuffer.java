package io.sluice.common;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Direct memory that several threads read and that returns to its {@link BufferPool} when the last of them lets go.
 *
 * <p>Made with one reference, which belongs to the taker. Whoever passes the bytes on to another thread retains first;
 * whoever is done releases once. Any thread may retain and release.
 */
public final class SharedBuffer {
    private final BufferPool pool;
    private final ByteBuffer memory;
    private final AtomicInteger references = new AtomicInteger(1);

    SharedBuffer(BufferPool pool, ByteBuffer memory) {
        this.pool = pool;
        this.memory = memory;
    }

    /** The whole memory. Callers take duplicates or slices and leave its position and limit alone. */
    public ByteBuffer memory() {
        return memory;
    }

    /** Adds a reference; the caller must hold one. */
    public void retain() {
        Check.check(references.getAndIncrement() > 0, "a released buffer was retained");
    }

    /** Whether its pool is so far overdrawn that copying a part is better than holding the whole for long. */
    public boolean isScarce() {
        return pool.isScarce();
    }

    /** Gives a reference back; the memory must not be touched through it afterwards. */
    public void release() {
        int left = references.decrementAndGet();
        Check.check(left >= 0, "a buffer was released more often than retained");
        if (left == 0) {
            pool.giveBack(memory);
        }
    }
}
