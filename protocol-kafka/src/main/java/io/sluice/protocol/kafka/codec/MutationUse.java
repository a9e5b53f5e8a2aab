package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.QuotaMeter;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What one request uses of its client's {@code controller_mutation_rate}, KIP-599: partitions it creates or deletes. A
 * version that knows the error is refused once the quota is used up; an older one is served and throttled. Any thread.
 */
public final class MutationUse {
    /** For whom nothing is measured. */
    public static final MutationUse UNLIMITED = new MutationUse(QuotaMeter.UNLIMITED);

    /** What a refusal says, as in Kafka. */
    private static final String REFUSAL = "The " + ErrorCode.THROTTLING_QUOTA_EXCEEDED.text() + ".";

    private final QuotaMeter meter;
    private int restMs;

    /** Measured by the meter. */
    public MutationUse(QuotaMeter meter) {
        this.meter = meter;
    }

    /** Whether nothing is measured, so that nothing needs to be counted. */
    public boolean isUnlimited() {
        return meter == QuotaMeter.UNLIMITED;
    }

    /** Counts the partitions; false, and none counted, if the quota is used up and {@code isStrict}. */
    private synchronized boolean tryTake(int partitionCount, boolean isStrict) {
        int exhaustedMs = meter.waitMs(0);
        if (isStrict && exhaustedMs > 0) {
            restMs = Math.max(restMs, exhaustedMs);
            return false;
        }
        int afterMs = meter.record(partitionCount);
        if (!isStrict) {
            restMs = Math.max(restMs, afterMs);
        }
        return true;
    }

    /**
     * Makes a change of so many partitions unless the quota is used up and {@code isStrict}, which answers
     * THROTTLING_QUOTA_EXCEEDED; a change that fails is not counted.
     */
    public <T> CompletableFuture<Result<T>> changing(
            int partitionCount, boolean isStrict, Supplier<CompletableFuture<Result<T>>> change) {
        if (isUnlimited()) {
            return change.get();
        }
        if (!tryTake(partitionCount, isStrict)) {
            return CompletableFuture.completedFuture(Result.failed(ErrorCode.THROTTLING_QUOTA_EXCEEDED, REFUSAL));
        }
        return change.get().thenApply(result -> {
            if (!result.isOk()) {
                meter.record(-partitionCount);
            }
            return result;
        });
    }

    /** How long the client must rest after this request, in milliseconds. */
    public synchronized int restMs() {
        return restMs;
    }
}
