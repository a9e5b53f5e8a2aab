package io.sluice.log.batch;

import io.sluice.common.Check;
import java.nio.ByteBuffer;

/**
 * A batch without records, as compaction leaves them too: it says that these offsets have none. Where a log must be without
 * gaps, it stands in the place of one.
 */
public final class EmptyBatch {
    /** Offsets of one batch; a longer gap takes several. */
    public static final int OFFSETS_MAX = 1 << 30;

    private static final int NOTHING = -1;

    private EmptyBatch() {}

    /** Over at most {@link #OFFSETS_MAX} offsets, of no producer, with no time. */
    public static ByteBuffer over(long firstOffset, long lastOffset, int leaderEpoch) {
        Check.check(
                firstOffset <= lastOffset && lastOffset - firstOffset < OFFSETS_MAX,
                "an empty batch from offset %d to %d",
                firstOffset,
                lastOffset);
        ByteBuffer batch = ByteBuffer.allocate(BatchLayout.RECORDS);
        BatchHeader.putFresh(batch, 0, firstOffset, BatchLayout.RECORDS, leaderEpoch);
        batch.put(BatchLayout.MAGIC, BatchLayout.MAGIC_V2);
        batch.putInt(BatchLayout.LAST_OFFSET_DELTA, (int) (lastOffset - firstOffset));
        batch.putLong(BatchLayout.BASE_TIMESTAMP, NOTHING);
        batch.putLong(BatchLayout.MAX_TIMESTAMP, NOTHING);
        batch.putLong(BatchLayout.PRODUCER_ID, BatchLayout.NO_PRODUCER_ID);
        batch.putShort(BatchLayout.PRODUCER_EPOCH, (short) NOTHING);
        batch.putInt(BatchLayout.BASE_SEQUENCE, NOTHING);
        batch.putInt(BatchLayout.CRC, BatchHeader.computeCrc(batch, 0));
        return batch;
    }
}
