package io.sluice.broker.api;

import java.util.Arrays;

/** Entries that a group has handed to a consumer, in columns. Filled by one thread, then read by any. */
public final class HandedEntries {
    private static final int FIRST_CAPACITY = 8;

    private long[] offsets = new long[FIRST_CAPACITY];
    private long[] msOfIds = new long[FIRST_CAPACITY];
    private long[] seqOfIds = new long[FIRST_CAPACITY];
    private long[] idles = new long[FIRST_CAPACITY];
    private long[] deliveries = new long[FIRST_CAPACITY];
    private int count;

    /** None yet. */
    public HandedEntries() {}

    /** One more: offset and id, and how long and how often it was out before. */
    public void add(long offset, long ms, long seq, long idleMs, long deliveriesBefore) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            msOfIds = Arrays.copyOf(msOfIds, 2 * count);
            seqOfIds = Arrays.copyOf(seqOfIds, 2 * count);
            idles = Arrays.copyOf(idles, 2 * count);
            deliveries = Arrays.copyOf(deliveries, 2 * count);
        }
        offsets[count] = offset;
        msOfIds[count] = ms;
        seqOfIds[count] = seq;
        idles[count] = idleMs;
        deliveries[count] = deliveriesBefore;
        count++;
    }

    /** How many. */
    public int count() {
        return count;
    }

    /** Offset of one. */
    public long offset(int index) {
        return offsets[index];
    }

    /** First number of its id. */
    public long ms(int index) {
        return msOfIds[index];
    }

    /** Second number of its id. */
    public long seq(int index) {
        return seqOfIds[index];
    }

    /** Its id. */
    public EntryId id(int index) {
        return new EntryId(msOfIds[index], seqOfIds[index]);
    }

    /** For how long it was out before; −1 if it had been given back, 0 if nobody had it. */
    public long idleMs(int index) {
        return idles[index];
    }

    /** How often it was out before. */
    public long deliveries(int index) {
        return deliveries[index];
    }
}
