package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** As much of something as fits into a message between two nodes. */
interface Part<P extends Part<P>> {
    /** So many bytes the whole has. */
    int wholeBytes();

    /** Those of this part. */
    ByteBuffer bytes();

    /** Whether the other one is of the same whole. */
    boolean isOfSameAs(P other);

    /** Whether it is the whole. */
    default boolean isWhole() {
        return bytes().remaining() == wholeBytes();
    }

    /**
     * The bytes of the whole that begins with this part, the others asked from so many bytes on each time; takes as much memory as
     * it says it has. NOT_LEADER_OR_FOLLOWER if it is another one meanwhile.
     */
    default Result<ByteBuffer> join(IntFunction<Result<P>> others) {
        ByteBuffer all = ByteBuffer.allocate(wholeBytes()).put(bytes().duplicate());
        while (all.hasRemaining()) {
            Result<P> next = others.apply(all.position());
            boolean isMore = next.isOk()
                    && isOfSameAs(next.get())
                    && next.get().bytes().hasRemaining()
                    && next.get().bytes().remaining() <= all.remaining();
            if (!isMore) {
                return Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            }
            all.put(next.get().bytes().duplicate());
        }
        return Result.of(all.flip());
    }
}
