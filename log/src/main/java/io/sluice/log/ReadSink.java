package io.sluice.log;

import io.sluice.common.SharedBuffer;
import java.nio.ByteBuffer;

/** Where a read puts the bytes of its answer, in order. Used by one thread. */
public interface ReadSink {
    /** Room for exactly this many further bytes of the answer; the caller fills it before its next call. */
    ByteBuffer reserve(int lengthBytes);

    /** Takes bytes without a copy; the sink retains the owner until they are sent. */
    void share(ByteBuffer bytes, SharedBuffer owner);

    /** Takes whole batches that nobody changes any more, in memory that stays as long as somebody refers to it. */
    default void lend(ByteBuffer batches) {
        reserve(batches.remaining()).put(batches.duplicate());
    }
}
