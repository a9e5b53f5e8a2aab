package io.sluice.log;

/**
 * How far compaction has come in a log, as a checkpoint keeps it.
 *
 * @param cleanOffset records below it that a newer one of the same key replaces are gone, if the newer one is below it too
 * @param nextHorizonMs wall time at which the next tombstones may go, {@link Long#MAX_VALUE} if there are none
 * @param lastGeneration number of the last pass; file names are never used again, so it only rises
 */
public record Compacted(long cleanOffset, long nextHorizonMs, int lastGeneration) {
    /** Nothing was ever compacted. */
    public static final Compacted NEVER = new Compacted(0, Long.MAX_VALUE, 0);

    Compacted with(int generation) {
        return new Compacted(cleanOffset, nextHorizonMs, generation);
    }
}
