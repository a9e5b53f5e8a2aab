package io.sluice.broker.stream;

import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Batches of a read in one piece of heap memory, to be walked record by record. One thread. */
final class CollectedBatches implements ReadSink {
    private byte[] bytes = new byte[0];
    private int length;

    @Override
    public ByteBuffer reserve(int lengthBytes) {
        if (bytes.length - length < lengthBytes) {
            bytes = Arrays.copyOf(bytes, Math.max(length + lengthBytes, Math.min(2 * length, 1 << 20)));
        }
        ByteBuffer room = ByteBuffer.wrap(bytes, length, lengthBytes).slice();
        length += lengthBytes;
        return room;
    }

    @Override
    public void share(ByteBuffer shared, SharedBuffer owner) {
        reserve(shared.remaining()).put(shared.duplicate());
    }

    /** What was read; positions of batches are found by {@link #next}. */
    ByteBuffer memory() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Bytes of memory that it takes. */
    int takenBytes() {
        return bytes.length;
    }

    boolean hasBatchAt(int position) {
        return position + BatchLayout.RECORDS <= length;
    }

    int next(int position) {
        return position + BatchLayout.sizeBytes(memory(), position);
    }
}
