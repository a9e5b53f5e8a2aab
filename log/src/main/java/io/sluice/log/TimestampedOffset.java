package io.sluice.log;

/**
 * Where a record was found.
 *
 * @param offset its offset
 * @param timestampMs its timestamp
 * @param leaderEpoch epoch of its batch
 */
public record TimestampedOffset(long offset, long timestampMs, int leaderEpoch) {}
