package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.log.batch.RecordFault;
import java.util.List;

/** Told once how an append ended, on the executor that was given with it. */
public interface AppendCallback {
    /**
     * {@code baseOffset} is the first record's offset (of the first copy if the batch was a repeat), −1 on an error;
     * {@code startOffset} is the partition's first offset.
     */
    void completed(ErrorCode error, long baseOffset, long startOffset);

    /**
     * Instead of {@link #completed}: the batch was refused, and these of its records are why (the first of them if many;
     * none if it was not a single record's fault).
     */
    default void refused(ErrorCode error, List<RecordFault> faults, long startOffset) {
        completed(error, -1, startOffset);
    }
}
