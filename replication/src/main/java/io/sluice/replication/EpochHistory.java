package io.sluice.replication;

import java.util.Arrays;

/**
 * Which leader epoch began at which offset, oldest first. Written by the apply thread; readers get immutable copies.
 */
final class EpochHistory {
    static final EpochHistory EMPTY = new EpochHistory(new int[0], new long[0]);

    private final int[] epochs;
    private final long[] startOffsets;

    private EpochHistory(int[] epochs, long[] startOffsets) {
        this.epochs = epochs;
        this.startOffsets = startOffsets;
    }

    static EpochHistory of(int[] epochs, long[] startOffsets) {
        return new EpochHistory(epochs, startOffsets);
    }

    int size() {
        return epochs.length;
    }

    int epoch(int index) {
        return epochs[index];
    }

    long startOffset(int index) {
        return startOffsets[index];
    }

    int latestEpoch() {
        return epochs.length == 0 ? -1 : epochs[epochs.length - 1];
    }

    EpochHistory with(int epoch, long startOffset) {
        int count = epochs.length;
        int[] moreEpochs = Arrays.copyOf(epochs, count + 1);
        long[] moreOffsets = Arrays.copyOf(startOffsets, count + 1);
        moreEpochs[count] = epoch;
        moreOffsets[count] = startOffset;
        return new EpochHistory(moreEpochs, moreOffsets);
    }

    /** Forgets epochs that ended at or below the offset; the one that holds it begins there. */
    EpochHistory from(long startOffset) {
        int first = 0;
        while (first + 1 < epochs.length && startOffsets[first + 1] <= startOffset) {
            first++;
        }
        if (epochs.length == 0 || (first == 0 && startOffsets[0] >= startOffset)) {
            return this;
        }
        int[] fewerEpochs = Arrays.copyOfRange(epochs, first, epochs.length);
        long[] fewerOffsets = Arrays.copyOfRange(startOffsets, first, startOffsets.length);
        fewerOffsets[0] = Math.max(fewerOffsets[0], startOffset);
        return new EpochHistory(fewerEpochs, fewerOffsets);
    }

    /** Where the asked epoch ended, given the partition's current epoch and end. */
    EpochEnd endOf(int asked, int currentEpoch, long endOffset) {
        if (asked == currentEpoch) {
            return new EpochEnd(asked, endOffset);
        }
        if (asked > currentEpoch || asked < 0) {
            return new EpochEnd(-1, -1);
        }
        int index = epochs.length - 1;
        while (index >= 0 && epochs[index] > asked) {
            index--;
        }
        long end = index + 1 < epochs.length ? startOffsets[index + 1] : endOffset;
        return index < 0 ? new EpochEnd(asked, end) : new EpochEnd(epochs[index], end);
    }
}
