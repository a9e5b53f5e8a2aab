package io.sluice.protocol.redis.command;

import io.sluice.broker.api.HandedEntries;
import io.sluice.broker.api.StreamSink;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.api.StreamView.Range;
import io.sluice.protocol.redis.command.ReadTask.Status;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.nio.ByteBuffer;

/**
 * An array of the entries that a group has handed out, piece by piece. Neighbours are read in one go; an entry that is gone is
 * written as its id and a nil. One thread at a time.
 */
final class HandedReply {
    /** About so much is read at once, at most; of a few entries less, for they may be on disk. */
    private static final int PIECE_BYTES_MAX = 256 << 10;

    private static final int ENTRY_BYTES = 512;

    private final StreamView view;
    private final HandedEntries entries;
    private final boolean hasDeliveries;
    private boolean hasBegun;
    private int at;

    /** With the time and the number of deliveries before of each, if {@code hasDeliveries}. */
    HandedReply(StreamView view, HandedEntries entries, boolean hasDeliveries) {
        this.view = view;
        this.entries = entries;
        this.hasDeliveries = hasDeliveries;
    }

    /** Writes a piece. */
    Status step(boolean mayBlock, ReplyWriter out) {
        if (!hasBegun) {
            hasBegun = true;
            out.array(entries.count());
        }
        if (at == entries.count()) {
            return Status.DONE;
        }
        if (!isThere(at)) {
            writeGone(out);
            return at == entries.count() ? Status.DONE : Status.MORE;
        }
        int runEnd = runEnd();
        long toOffset = entries.offset(runEnd - 1) + 1;
        Piece piece = new Piece(runEnd, out);
        int pieceBytes = Math.min(PIECE_BYTES_MAX, (runEnd - at) * ENTRY_BYTES);
        long next = view.read(new Range(entries.offset(at), toOffset, Long.MAX_VALUE, pieceBytes), mayBlock, piece);
        if (next == StreamView.ON_DISK) {
            return Status.ON_DISK;
        }
        while (at < runEnd && entries.offset(at) < next) {
            writeGone(out);
        }
        return at == entries.count() ? Status.DONE : Status.MORE;
    }

    private boolean isThere(int index) {
        return view.countBetween(entries.offset(index), entries.offset(index) + 1) > 0;
    }

    /** Index behind the last entry that can be read together with the current one: nothing else lies between them. */
    private int runEnd() {
        int end = at + 1;
        while (end < entries.count() && isNext(end)) {
            end++;
        }
        return end;
    }

    private boolean isNext(int index) {
        long before = entries.offset(index - 1);
        long offset = entries.offset(index);
        return offset > before && view.countBetween(before + 1, offset + 1) == 1 && isThere(index);
    }

    private void writeGone(ReplyWriter out) {
        out.array(hasDeliveries ? 4 : 2);
        out.id(entries.id(at));
        out.nilArray();
        writeDeliveries(out);
        at++;
    }

    private void writeDeliveries(ReplyWriter out) {
        if (hasDeliveries) {
            out.integer(entries.idleMs(at));
            out.integer(entries.deliveries(at));
        }
    }

    /** Writes entries as they are read, those that are missing among them too. */
    private final class Piece implements StreamSink {
        private final int end;
        private final ReplyWriter out;
        private int partsLeft;

        Piece(int end, ReplyWriter out) {
            this.end = end;
            this.out = out;
        }

        @Override
        public void entry(long ms, long seq, int pairCount) {
            while (at < end && !(entries.ms(at) == ms && entries.seq(at) == seq)) {
                writeGone(out);
            }
            if (hasDeliveries) {
                out.array(4);
                out.id(entries.id(at));
                out.array(2L * pairCount);
            } else {
                out.entry(ms, seq, pairCount);
            }
            partsLeft = 2 * pairCount;
            endIfWhole();
        }

        @Override
        public void part(ByteBuffer source, int position, int lengthBytes) {
            out.part(source, position, lengthBytes);
            partsLeft--;
            endIfWhole();
        }

        private void endIfWhole() {
            if (partsLeft == 0) {
                writeDeliveries(out);
                at++;
            }
        }
    }
}
