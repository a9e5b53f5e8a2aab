package io.sluice.replication.journal;

import java.nio.ByteBuffer;

/**
 * Body of a TRUNCATE or RESET block.
 *
 * @param keptLsn blocks between it and this block are void
 * @param keptIndex newest entry that stays (TRUNCATE), or the one before the next (RESET)
 * @param keptTerm its term, 0 if unknown
 * @param coversTo blocks behind this one up to here were durable before it was written; 0 if there are none
 */
record CutBody(long keptLsn, long keptIndex, long keptTerm, long coversTo) {
    static final int BYTES = 32;

    void write(ByteBuffer target, int at) {
        target.putLong(at, keptLsn)
                .putLong(at + 8, keptIndex)
                .putLong(at + 16, keptTerm)
                .putLong(at + 24, coversTo);
    }

    static CutBody read(ByteBuffer source) {
        return new CutBody(source.getLong(0), source.getLong(8), source.getLong(16), source.getLong(24));
    }
}
