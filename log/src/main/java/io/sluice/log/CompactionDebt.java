package io.sluice.log;

/**
 * What compaction of a log could do now.
 *
 * @param cleanBytes sealed bytes that a pass has been over
 * @param dirtyBytes bytes that wait and may be compacted
 * @param firstDirtyMs timestamp at the beginning of those, −1 if there is none
 * @param endOffset where what may be compacted ends
 */
public record CompactionDebt(long cleanBytes, long dirtyBytes, long firstDirtyMs, long endOffset) {
    /** Share of bytes that wait, 0 if there are none. */
    public double dirtyRatio() {
        return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (cleanBytes + dirtyBytes);
    }
}
