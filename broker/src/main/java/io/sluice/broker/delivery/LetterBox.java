package io.sluice.broker.delivery;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A partition in another shard that takes the dead letters of a group's partition. Used for one job, by a thread that may block. */
interface LetterBox {
    /** The largest letter in bytes. */
    int letterBytesMax();

    /**
     * Of the offsets within the bounds those that have a letter there, if some may have one; what was put before comes into it
     * no more. Empty if nobody can say now. Throws {@link io.sluice.log.disk.DiskException} and {@link
     * io.sluice.log.DamagedLogException}.
     */
    Optional<Set<Long>> open(boolean mayBeWritten, long first, long last);

    /** Writes a batch; answers on any thread, with an error also where nobody knows whether it was written. */
    void put(ByteBuffer batch, Consumer<ErrorCode> answer);
}
