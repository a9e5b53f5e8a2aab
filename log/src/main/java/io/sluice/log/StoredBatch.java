package io.sluice.log;

import java.nio.ByteBuffer;

/**
 * A committed batch: its bytes as the client sent them, and the two fields that commit decides. Base offset and leader
 * epoch lie outside of the batch CRC; whoever writes the batch somewhere writes the first 16 bytes fresh from here and
 * takes the rest from {@code bytes}, which nobody ever modifies.
 *
 * @param baseOffset offset of the first record
 * @param lastOffset offset of the last record
 * @param leaderEpoch epoch of the leader that appended it
 * @param maxTimestampMs largest record timestamp
 * @param bytes the whole batch; position 0, limit its length; read by absolute access or through duplicates only
 */
public record StoredBatch(long baseOffset, long lastOffset, int leaderEpoch, long maxTimestampMs, ByteBuffer bytes) {
    /** Bytes of the batch. */
    public int lengthBytes() {
        return bytes.limit();
    }
}
