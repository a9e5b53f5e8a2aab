package io.sluice.replication;

/**
 * An idempotent producer that a partition remembers.
 *
 * @param producerId its id
 * @param epoch its instance
 * @param lastSequence of the last record it appended
 * @param lastTimestampMs when it appended that
 */
public record ActiveProducer(long producerId, short epoch, int lastSequence, long lastTimestampMs) {}
