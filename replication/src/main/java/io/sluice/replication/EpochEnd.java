package io.sluice.replication;

/**
 * Where a leader epoch ended.
 *
 * @param leaderEpoch the largest epoch at or below the asked one that the partition knows, −1 if none
 * @param endOffset offset after its last record, −1 if unknown
 */
public record EpochEnd(int leaderEpoch, long endOffset) {}
