package io.sluice.log.batch;

/**
 * What a topic demands of a batch.
 *
 * @param batchBytesMax largest batch, {@code max.message.bytes}
 * @param keysRequired whether each record must have a key, as on a compacted topic
 * @param logAppendTime whether the broker's time replaces the records' ({@code message.timestamp.type})
 * @param beforeMaxMs how far a record may lie in the past, {@code message.timestamp.before.max.ms}
 * @param afterMaxMs how far a record may lie in the future, {@code message.timestamp.after.max.ms}
 */
public record BatchLimits(
        int batchBytesMax, boolean keysRequired, boolean logAppendTime, long beforeMaxMs, long afterMaxMs) {
    /** Kafka 4.3's defaults: 1 MiB and 12 bytes, any past, one hour of future. */
    public static final BatchLimits DEFAULT = new BatchLimits(1_048_588, false, false, Long.MAX_VALUE, 3_600_000);
}
