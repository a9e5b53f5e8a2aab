package io.sluice.broker.delivery;

import io.sluice.common.HeldBytes;
import io.sluice.common.SharedBuffer;
import io.sluice.log.JoinedRead;
import io.sluice.log.ReadSink;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one look ahead gives: the very memory that it was read into where that is one, else copied together. One thread.
 */
final class LookedRead implements ReadSink, AutoCloseable {
    private final int expectedBytes;
    private ByteBuffer shared = ByteBuffer.allocate(0);
    private @Nullable SharedBuffer owner;
    private @Nullable JoinedRead joined;

    /** Expects about so many bytes. */
    LookedRead(int expectedBytes) {
        this.expectedBytes = expectedBytes;
    }

    @Override
    public ByteBuffer reserve(int lengthBytes) {
        return joined().reserve(lengthBytes);
    }

    @Override
    public void share(ByteBuffer bytes, SharedBuffer from) {
        if (owner != null || joined != null || from.isScarce()) {
            joined().share(bytes, from);
            return;
        }
        from.retain();
        owner = from;
        shared = bytes.slice();
    }

    private JoinedRead joined() {
        JoinedRead current = joined;
        if (current == null) {
            current = new JoinedRead(expectedBytes);
            joined = current;
            SharedBuffer first = owner;
            if (first != null) {
                current.share(shared, first);
                close();
            }
        }
        return current;
    }

    /** All of it, without a reference of its own. Ends the read: nothing more may come. */
    HeldBytes whole() {
        return new HeldBytes(joined == null ? shared : joined.whole(), owner);
    }

    /** Lets go of the memory. */
    @Override
    public void close() {
        SharedBuffer held = owner;
        if (held != null) {
            owner = null;
            held.release();
        }
    }
}
