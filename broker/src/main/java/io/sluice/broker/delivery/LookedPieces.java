package io.sluice.broker.delivery;

import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batches that were read to learn what can be handed out, for those they are handed to, who read them next: of each
 * partition the last two pieces, of so many partitions. A piece that was read to its end is dropped. Any object may
 * stand for a partition, always the same. Any thread.
 */
final class LookedPieces {
    private static final int PARTITIONS_MAX = 16;
    private static final int PIECES_MAX = 2;

    /** Larger ones, which are a large batch each, are read again. */
    private static final int PIECE_BYTES_MAX = 2 << 20;

    private final Map<Object, List<ByteBuffer>> pieces = new LinkedHashMap<>();

    /** Whole batches in order. */
    synchronized void keep(Object partition, ByteBuffer batches) {
        List<ByteBuffer> known = pieces.remove(partition);
        List<ByteBuffer> kept = known == null ? new ArrayList<>() : known;
        if (batches.limit() <= PIECE_BYTES_MAX) {
            if (kept.size() == PIECES_MAX) {
                kept.removeFirst();
            }
            kept.add(batches);
        }
        if (!kept.isEmpty()) {
            pieces.put(partition, kept);
            if (pieces.size() > PARTITIONS_MAX) {
                pieces.remove(pieces.keySet().iterator().next());
            }
        }
    }

    /** Null if no piece holds the offset. */
    private synchronized @Nullable ByteBuffer find(Object partition, long offset) {
        for (ByteBuffer piece : pieces.getOrDefault(partition, List.of())) {
            if (placeOf(piece, offset) >= 0) {
                return piece;
            }
        }
        return null;
    }

    private synchronized void drop(Object partition, ByteBuffer piece) {
        List<ByteBuffer> kept = pieces.get(partition);
        if (kept != null) {
            kept.removeIf(each -> each == piece);
            if (kept.isEmpty()) {
                pieces.remove(partition);
            }
        }
    }

    /** Batches from the one that holds the offset on, at least that one; the offset after the last, or −1 if it is not here. */
    long read(Object partition, long offset, int maxBytes, ReadSink sink) {
        ByteBuffer piece = find(partition, offset);
        if (piece == null) {
            return -1;
        }
        int from = placeOf(piece, offset);
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
