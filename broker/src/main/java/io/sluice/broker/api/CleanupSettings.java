package io.sluice.broker.api;

/**
 * What happens to the old records of a topic.
 *
 * @param compacts whether of the records of one key only the newest is kept in the end; each record must have a key then
 * @param deletes whether records go by age, size and number
 * @param minLagMs how long a record stays uncompacted at least
 * @param maxLagMs how long at most, once its segment has ended
 * @param minDirtyRatio share of uncompacted bytes above which compaction begins
 * @param deleteRetentionMs how long a tombstone stays after the pass that first met it
 */
public record CleanupSettings(
        boolean compacts, boolean deletes, long minLagMs, long maxLagMs, double minDirtyRatio, long deleteRetentionMs) {
    /** Deletion only, as is the default. */
    public static final CleanupSettings DELETE = new CleanupSettings(false, true, 0, Long.MAX_VALUE, 0.5, 86_400_000);
}
