package io.sluice.protocol.kafka;

import io.sluice.broker.api.Partition;
import io.sluice.common.ErrorCode;
import io.sluice.replication.AppendCallback;
import org.jspecify.annotations.Nullable;

/** One partition of a Produce request, from its bytes to its outcome. Owner: the connection's event loop. */
final class ProduceSlot implements AppendCallback {
    final int partitionIndex;
    final @Nullable Partition partition;
    /** Where its batch lies in the frame. */
    final int batchIndex;

    final int batchBytes;
    private final ProduceCall call;
    private ErrorCode error;
    private @Nullable String message;
    private long baseOffset = -1;
    private long startOffset = -1;
    private long appendTimeMs = -1;

    ProduceSlot(
            ProduceCall call, int partitionIndex, @Nullable Partition partition, ErrorCode error, BatchPlace batch) {
        this.call = call;
        this.partitionIndex = partitionIndex;
        this.partition = partition;
        this.error = error;
        batchIndex = batch.index();
        batchBytes = batch.lengthBytes();
        message = error == ErrorCode.NONE ? null : error.text();
    }

    /**
     * Where a batch lies.
     *
     * @param index in the frame
     * @param lengthBytes of it
     */
    record BatchPlace(int index, int lengthBytes) {
        static final BatchPlace NONE = new BatchPlace(0, 0);
    }

    void refuse(ErrorCode code, String text) {
        error = code;
        message = text;
    }

    void stampedAt(long timestampMs) {
        appendTimeMs = timestampMs;
    }

    boolean isRefused() {
        return error != ErrorCode.NONE;
    }

    ErrorCode error() {
        return error;
    }

    @Nullable
    String message() {
        return message;
    }

    long baseOffset() {
        return baseOffset;
    }

    long startOffset() {
        return startOffset;
    }

    long appendTimeMs() {
        return isRefused() ? -1 : appendTimeMs;
    }

    @Override
    public void completed(ErrorCode code, long firstOffset, long partitionStart) {
        error = code;
        message = code == ErrorCode.NONE ? null : code.text();
        baseOffset = firstOffset;
        startOffset = partitionStart;
        call.slotCompleted();
    }
}
