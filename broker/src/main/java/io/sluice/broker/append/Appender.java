package io.sluice.broker.append;

import io.sluice.broker.delivery.DelayHeaders;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchValidator;
import io.sluice.log.batch.RecordFault;
import io.sluice.replication.AppendCallback;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;

/** Checks and stamps batches and hands them to their shard. Any thread. */
public final class Appender {
    private static final int VALIDATORS_KEPT_MAX = 64;

    private final Clock clock;
    private final AppendCounters counters;
    private final ArrayBlockingQueue<BatchValidator> validators = new ArrayBlockingQueue<>(VALIDATORS_KEPT_MAX);

    /** Stamps with the clock's wall time where a topic wants it. */
    public Appender(Clock clock, AppendCounters counters) {
        this.clock = clock;
        this.counters = counters;
    }

    /**
     * As {@link io.sluice.broker.api.Partition#append}, with the topic's limits and the size at which its segments end:
     * a batch that no segment could hold is RECORD_LIST_TOO_LARGE.
     */
    public void append(
            PartitionReplica partition,
            AppendRules rules,
            ByteBuffer batch,
            Executor executor,
            AppendCallback callback) {
        append(
                partition,
                rules,
                batch,
                executor,
                callback,
                (checked, handOver, told) -> partition.shard().append(partition, checked, handOver, told));
    }

    /** Where a checked batch goes: as {@link io.sluice.replication.Shard#append}. */
    public interface Target {
        /** Takes it; answers on the executor, never inside this call. */
        void append(ByteBuffer batch, Executor executor, AppendCallback callback);
    }

    /** The same, with the checked batch going elsewhere than to the partition's shard. */
    public void append(
            PartitionReplica partition,
            AppendRules rules,
            ByteBuffer batch,
            Executor executor,
            AppendCallback callback,
            Target target) {
        Verdict verdict = check(batch, rules);
        if (verdict.error() != ErrorCode.NONE) {
            counters.failed(verdict.error());
            long startOffset = partition.startOffset();
            executor.execute(() -> callback.refused(verdict.error(), verdict.faults(), startOffset));
            return;
        }
        int lengthBytes = batch.remaining();
        int recordCount = BatchHeader.recordCount(batch, batch.position());
        target.append(batch, executor, (outcome, baseOffset, startOffset) -> {
            if (outcome == ErrorCode.NONE) {
                counters.appended(lengthBytes, recordCount);
            } else {
                counters.failed(outcome);
            }
            callback.completed(outcome, baseOffset, startOffset);
        });
    }

    /** Answers a failure, never inside this call. */
    public void refuse(ErrorCode error, long startOffset, Executor executor, AppendCallback callback) {
        counters.failed(error);
        executor.execute(() -> callback.completed(error, -1, startOffset));
    }

    private Verdict check(ByteBuffer batch, AppendRules rules) {
        BatchValidator pooled = validators.poll();
        BatchValidator validator = pooled == null ? new BatchValidator() : pooled;
        ErrorCode error = validator.validateAndStamp(batch, rules.limits(), clock.wallMs());
        List<RecordFault> faults = error == ErrorCode.NONE ? List.of() : validator.faults();
        if (!validators.offer(validator)) {
            validator.close();
        }
        if (error != ErrorCode.NONE) {
            return new Verdict(error, faults);
        }
        if (batch.remaining() > rules.segmentBytesMax()) {
            return Verdict.TOO_LARGE;
        }
        return rules.delayMaxMs() < 0 ? Verdict.GOOD : checkDelays(batch, rules.delayMaxMs());
    }

    /** A record that is to wait until retention has taken it would never be delivered. */
    private Verdict checkDelays(ByteBuffer batch, long delayMaxMs) {
        int index = DelayHeaders.firstBeyond(batch, batch.position(), clock.wallMs() + delayMaxMs);
        if (index < 0) {
            return Verdict.GOOD;
        }
        String text =
                "it asks to be delivered after its topic's retention.ms of " + delayMaxMs + " will have deleted it";
        return new Verdict(ErrorCode.INVALID_RECORD, List.of(new RecordFault(index, text)));
    }

    private record Verdict(ErrorCode error, List<RecordFault> faults) {
        static final Verdict GOOD = new Verdict(ErrorCode.NONE, List.of());
        static final Verdict TOO_LARGE = new Verdict(ErrorCode.RECORD_LIST_TOO_LARGE, List.of());
    }
}
