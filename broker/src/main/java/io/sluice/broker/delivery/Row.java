package io.sluice.broker.delivery;

/**
 * One open row: neighbouring offsets that share everything. A value to look at; {@link RowTable} keeps rows as columns.
 *
 * @param offset the first
 * @param length how many offsets, at least 1
 * @param state one of {@link RowState}
 * @param member number of the member that holds it, 0 if none does; of a dead letter the {@link Cause}
 * @param timeMs what the state says, in shard time
 * @param count how often it was delivered
 * @param idHigh first half of an entry id of Redis, 0 if it has none
 * @param idLow second half of it; in a group ordered by key, which has no such ids, the hash of the record's key
 */
record Row(long offset, int length, byte state, int member, long timeMs, int count, long idHigh, long idLow) {
    /** A row without an entry id. */
    Row(long offset, int length, byte state, int member, long timeMs, int count) {
        this(offset, length, state, member, timeMs, count, 0, 0);
    }

    /** Hash of the record's key in a group that is ordered by key, {@link KeyHashes#NONE} if it has none. */
    long key() {
        return idLow;
    }

    /** The last of its offsets. */
    long last() {
        return offset + length - 1;
    }
}
