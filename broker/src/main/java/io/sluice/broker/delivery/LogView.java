package io.sluice.broker.delivery;

import java.util.List;

/** What decisions see of a partition's log. Shard's apply thread; nothing blocks. */
interface LogView {
    /** First offset there is. */
    long startOffset();

    /** Offset behind the last record. */
    long endOffset();

    /** About the size of a record. */
    int bytesPerRecord();

    /** The wall clock, in epoch milliseconds. */
    long wallMs();

    /** The batches from the one that holds the offset or follows it, about so many bytes, the first in any case. */
    Spans spans(long offset, int bytesMax);

    /**
     * What is known of the batches at a place.
     *
     * @param batches in order, gaps between them possible; empty at the end of the log
     * @param isCold they are not in memory: somebody who may block has to look
     * @param untilOffset below it there is nothing but these batches
     */
    record Spans(List<BatchSpan> batches, boolean isCold, long untilOffset) {
        static final Spans COLD = new Spans(List.of(), true, 0);
    }

    /**
     * Where a stored batch lies.
     *
     * @param firstOffset the first
     * @param lastOffset the last
     * @param lengthBytes its size
     * @param dueMs of each offset the wall time before which its record is nobody's, 0 for none; empty if all have none
     * @param keys of each offset what {@link KeyHashes} say, if that was asked for; empty if no record has a key
     */
    record BatchSpan(long firstOffset, long lastOffset, int lengthBytes, long[] dueMs, long[] keys) {
        static final long[] ALL_NOW = {};

        /** Of records that may be handed out at once. */
        BatchSpan(long firstOffset, long lastOffset, int lengthBytes) {
            this(firstOffset, lastOffset, lengthBytes, ALL_NOW, KeyHashes.NO_KEYS);
        }

        /** Hash of the record's key. */
        long key(long offset) {
            return keys.length == 0 ? KeyHashes.NONE : keys[(int) (offset - firstOffset)];
        }

        /** Wall time before which the record is nobody's. */
        long dueMs(long offset) {
            return dueMs.length == 0 ? 0 : dueMs[(int) (offset - firstOffset)];
        }
    }
}
