package io.sluice.broker.delivery;

import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batches that were read to learn what can be handed out, for those they are handed to, who read them next: of each
 * partition the last piece, of so many partitions. A piece that was read to its end is dropped. Any object may
 * stand for a partition, always the same. Any thread.
 */
final class LookedPieces {
    private static final int PIECES_MAX = 16;

    /** Larger ones, which are a large batch each, are read again. */
    private static final int PIECE_BYTES_MAX = 2 << 20;

    private final Map<Object, ByteBuffer> pieces = new LinkedHashMap<>();

    /** Whole batches in order. */
    synchronized void keep(Object partition, ByteBuffer batches) {
        pieces.remove(partition);
        if (batches.limit() <= PIECE_BYTES_MAX) {
            pieces.put(partition, batches);
            if (pieces.size() > PIECES_MAX) {
                pieces.remove(pieces.keySet().iterator().next());
            }
        }
    }

    private synchronized @Nullable ByteBuffer find(Object partition) {
        return pieces.get(partition);
    }

    private synchronized void drop(Object partition, ByteBuffer piece) {
        pieces.remove(partition, piece);
    }

    /** Batches from the one that holds the offset on, at least that one; the offset after the last, or −1 if it is not here. */
    long read(Object partition, long offset, int maxBytes, ReadSink sink) {
        ByteBuffer piece = find(partition);
        int from = piece == null ? -1 : placeOf(piece, offset);
        if (piece == null || from < 0) {
            return -1;
        }
        int to = from + BatchLayout.sizeBytes(piece, from);
        long reached = BatchHeader.lastOffset(piece, from) + 1;
        while (to < piece.limit() && to + BatchLayout.sizeBytes(piece, to) - from <= maxBytes) {
            reached = BatchHeader.lastOffset(piece, to) + 1;
            to += BatchLayout.sizeBytes(piece, to);
        }
        sink.reserve(to - from).put(piece.slice(from, to - from));
        if (to == piece.limit()) {
            drop(partition, piece);
        }
        return reached;
    }

    private static int placeOf(ByteBuffer piece, long offset) {
        int at = 0;
        while (at < piece.limit()) {
            if (offset <= BatchHeader.lastOffset(piece, at)) {
                return offset >= BatchHeader.baseOffset(piece, at) ? at : -1;
            }
            at += BatchLayout.sizeBytes(piece, at);
        }
        return -1;
    }
}
