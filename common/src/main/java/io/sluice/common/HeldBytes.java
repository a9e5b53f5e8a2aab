package io.sluice.common;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that nobody changes any more, and whose memory they are. Immutable; any thread, as long as somebody holds a reference.
 *
 * @param bytes position 0 to limit
 * @param owner of the memory, null if it is the heap's, which nobody has to give back
 */
public record HeldBytes(ByteBuffer bytes, @Nullable SharedBuffer owner) {
    /** Adds a reference to the owner; the caller must hold one. */
    public void retain() {
        if (owner != null) {
            owner.retain();
        }
    }

    /** Gives a reference of the owner back. */
    public void release() {
        if (owner != null) {
            owner.release();
        }
    }

    /** From one position to before another, of the same owner, without a further reference. */
    public HeldBytes slice(int from, int to) {
        return new HeldBytes(bytes.slice(from, to - from), owner);
    }
}
