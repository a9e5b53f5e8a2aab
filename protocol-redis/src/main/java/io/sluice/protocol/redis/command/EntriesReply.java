package io.sluice.protocol.redis.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.api.StreamView.Range;
import io.sluice.protocol.redis.command.ReadTask.Status;
import io.sluice.protocol.redis.resp.ReplyWriter;

/**
 * An array of the entries from one offset to before another, forwards or backwards, piece by piece. A stream of our own knows
 * beforehand how many there are; of a topic, whose offsets may have gaps, they are gathered first, up to a limit. One thread at
 * a time.
 */
final class EntriesReply {
    /** About so much is read at once. */
    private static final int PIECE_BYTES = 256 << 10;

    private static final int GATHERED_BYTES_MAX = 32 << 20;
    private static final int FIRST_BACKWARD_COUNT = 8;
    private static final int BACKWARD_COUNT_MAX = 1_000;

    private final StreamView view;
    private final boolean isBackwards;
    private long fromOffset;
    private long toOffset;
    private long left;
    private boolean hasBegun;
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
    private boolean hasGathered;
    private long gatheredCount;
    private int backwardCount = FIRST_BACKWARD_COUNT;

    /** The first {@code countMax} of them. */
    EntriesReply(StreamView view, long fromOffset, long toOffset, long countMax, boolean isBackwards) {
        this.view = view;
        this.fromOffset = fromOffset;
        this.toOffset = toOffset;
        this.isBackwards = isBackwards;
        left = view.isOwnStream() ? Math.min(countMax, view.countBetween(fromOffset, toOffset)) : countMax;
    }

    /** How many there will be, of a stream of our own. */
    long count() {
        return left;
    }

    /**
     * Gathers what cannot be counted beforehand; DONE at once where there is no such thing. Before anything is written, for it
     * throws {@link RedisException} if that is too much.
     */
    Status gather(boolean mayBlock, boolean isVersion3) {
        if (view.isOwnStream() || hasGathered) {
            return Status.DONE;
        }
        if (!hasBegun) {
            hasBegun = true;
            gathered = Unpooled.buffer();
        }
        while (left > 0 && fromOffset < toOffset) {
            ReplyWriter body = new ReplyWriter(gathered, isVersion3);
            long given = isBackwards ? backwards(mayBlock, body) : forwards(mayBlock, body);
            if (given < 0) {
                return Status.ON_DISK;
            }
            left -= given;
            gatheredCount += given;
            checkSize(gatheredBytes());
        }
        hasGathered = true;
        return Status.DONE;
    }

    int gatheredBytes() {
        return gathered.readableBytes();
    }

    /** Throws {@link RedisException} if so much must not be gathered for one reply. */
    static void checkSize(long gatheredBytes) {
        if (gatheredBytes > GATHERED_BYTES_MAX) {
            throw new RedisException(
                    "ERR the entries of a topic are too large for one reply; ask for fewer with COUNT");
        }
    }

    /** Writes a piece. */
    Status step(boolean mayBlock, ReplyWriter out) {
        if (!view.isOwnStream()) {
            Status gatheredAll = gather(mayBlock, out.isVersion3());
            if (gatheredAll == Status.DONE) {
                out.array(gatheredCount);
                out.out().writeBytes(gathered);
            }
            return gatheredAll;
        }
        if (!hasBegun) {
            hasBegun = true;
            out.array(left);
        }
        if (left == 0) {
            return Status.DONE;
        }
        long given = isBackwards ? backwards(mayBlock, out) : forwards(mayBlock, out);
        if (given < 0) {
            return Status.ON_DISK;
        }
        if (given == 0) {
            throw new EntriesGoneException();
        }
        left -= given;
        return left == 0 ? Status.DONE : Status.MORE;
    }

    private long forwards(boolean mayBlock, ReplyWriter out) {
        long before = out.entryCount();
        long next = view.read(new Range(fromOffset, toOffset, left, PIECE_BYTES), mayBlock, out);
        if (next == StreamView.ON_DISK) {
            return -1;
        }
        fromOffset = next;
        return out.entryCount() - before;
    }

    private long backwards(boolean mayBlock, ReplyWriter out) {
        long pieceFrom = Math.max(fromOffset, view.offsetBack(toOffset, Math.min(left, backwardCount)));
        BackwardEntries piece = new BackwardEntries(out.isVersion3());
        long at = pieceFrom;
        while (at < toOffset) {
            long next = view.read(new Range(at, toOffset, Long.MAX_VALUE, PIECE_BYTES), mayBlock, piece);
            if (next == StreamView.ON_DISK) {
                return -1;
            }
            at = next;
        }
        toOffset = pieceFrom;
        long given = piece.writeTo(out.out(), left);
        adapt(piece);
        return given;
    }

    private void adapt(BackwardEntries piece) {
        if (piece.count() > 0) {
            long entryBytes = Math.max(1, piece.lengthBytes() / piece.count());
            backwardCount = Math.clamp(PIECE_BYTES / entryBytes, 1, BACKWARD_COUNT_MAX);
        }
    }
}
