package io.sluice.replication;

import io.sluice.common.ErrorCode;

/** Told once how an append ended, on the executor that was given with it. */
public interface AppendCallback {
    /**
     * {@code baseOffset} is the first record's offset (of the first copy if the batch was a repeat), −1 on an error;
     * {@code startOffset} is the partition's first offset.
     */
    void completed(ErrorCode error, long baseOffset, long startOffset);
}
