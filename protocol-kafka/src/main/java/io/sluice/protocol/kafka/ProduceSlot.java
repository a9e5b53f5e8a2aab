package io.sluice.protocol.kafka;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.RecordFault;
import io.sluice.replication.AppendCallback;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One partition of a Produce request, from its bytes to its outcome. Owner: the connection's event loop. */
final class ProduceSlot implements AppendCallback {
    final int partitionIndex;
    /** Where its batch lies in the frame. */
    final int batchIndex;

    final int batchBytes;
    private final ProduceCall call;
    private @Nullable Partition partition;
    private ErrorCode error = ErrorCode.NONE;
    private @Nullable String message;
    private List<RecordFault> faults = List.of();
    private boolean isPending;
    private long baseOffset = -1;
    private long startOffset = -1;
    private long appendTimeMs = -1;

    ProduceSlot(ProduceCall call, int partitionIndex, BatchPlace batch) {
        this.call = call;
        this.partitionIndex = partitionIndex;
        batchIndex = batch.index();
        batchBytes = batch.lengthBytes();
    }

    /**
     * Where a batch lies.
     *
     * @param index in the frame
     * @param lengthBytes of it
     */
    record BatchPlace(int index, int lengthBytes) {}

    /** Finds its partition. */
    void resolve(Topic topic) {
        if (partitionIndex < 0 || partitionIndex >= topic.partitionCount()) {
            refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        } else {
            partition = topic.partition(partitionIndex);
        }
    }

    /** Where its batch goes, null if that is unknown. */
    @Nullable
    Partition partition() {
        return partition;
    }

    void refuse(ErrorCode code) {
        refuse(code, code.text());
    }

    void refuse(ErrorCode code, String text) {
        error = code;
        message = text;
    }

    /** Its batch was handed over; what comes of it is told once. */
    void pending() {
        isPending = true;
    }

    /** Nobody waits for its outcome any longer, though its batch may still be committed. */
    void timeOut() {
        if (isPending) {
            isPending = false;
            refuse(ErrorCode.REQUEST_TIMED_OUT);
        }
    }

    /** Whether its batch was handed over and nothing is known of it yet. */
    boolean isPending() {
        return isPending;
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

    /** The records because of which it was refused, if single ones were it (KIP-467). */
    List<RecordFault> faults() {
        return faults;
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
        if (!isPending) {
            return;
        }
        isPending = false;
        error = code;
        message = code == ErrorCode.NONE ? null : code.text();
        baseOffset = firstOffset;
        startOffset = partitionStart;
        call.slotCompleted();
    }

    @Override
    public void refused(ErrorCode code, List<RecordFault> faultyRecords, long partitionStart) {
        faults = faultyRecords;
        completed(code, -1, partitionStart);
    }
}
