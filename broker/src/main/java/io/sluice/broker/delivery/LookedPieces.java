package io.sluice.broker.delivery;

import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

    private final LinkedHashMap<Object, List<Piece>> pieces = new LinkedHashMap<>();

    /**
     * Whole batches in order, which nobody changes.
     *
     * @param owner of the memory, null if it is the heap's
     */
    record Piece(ByteBuffer batches, @Nullable SharedBuffer owner) {
        private void retain() {
            if (owner != null) {
                owner.retain();
            }
        }

        private void release() {
            if (owner != null) {
                owner.release();
            }
        }

        private void giveTo(ReadSink sink, int from, int to) {
            ByteBuffer wanted = batches.slice(from, to - from);
            if (owner == null) {
                sink.lend(wanted);
            } else {
                sink.share(wanted, owner);
            }
        }
    }

    /** Retains the owner for as long as the piece is kept. */
    synchronized void keep(Object partition, Piece piece) {
        List<Piece> known = pieces.remove(partition);
        List<Piece> kept = known == null ? new ArrayList<>() : known;
        if (piece.batches().limit() <= PIECE_BYTES_MAX) {
            if (kept.size() == PIECES_MAX) {
                kept.removeFirst().release();
            }
            piece.retain();
            kept.add(piece);
        }
        if (!kept.isEmpty()) {
            pieces.put(partition, kept);
            if (pieces.size() > PARTITIONS_MAX) {
                pieces.pollFirstEntry().getValue().forEach(Piece::release);
            }
        }
    }

    /** Null if no piece holds the offset; else it is retained. */
    private synchronized @Nullable Piece find(Object partition, long offset) {
        for (Piece piece : pieces.getOrDefault(partition, List.of())) {
            if (placeOf(piece.batches(), offset) >= 0) {
                piece.retain();
                return piece;
            }
        }
        return null;
    }

    private synchronized void drop(Object partition, Piece piece) {
        List<Piece> kept = pieces.get(partition);
        if (kept != null && kept.removeIf(each -> each.batches() == piece.batches())) {
            piece.release();
            if (kept.isEmpty()) {
                pieces.remove(partition);
            }
        }
    }

    /** Batches from the one that holds the offset on, at least that one; the offset after the last, or −1 if it is not here. */
    long read(Object partition, long offset, int maxBytes, ReadSink sink) {
        Piece piece = find(partition, offset);
        if (piece == null) {
            return -1;
        }
        try {
            ByteBuffer batches = piece.batches();
            int from = placeOf(batches, offset);
            int to = from + BatchLayout.sizeBytes(batches, from);
            long reached = BatchHeader.lastOffset(batches, from) + 1;
            while (to < batches.limit() && to + BatchLayout.sizeBytes(batches, to) - from <= maxBytes) {
                reached = BatchHeader.lastOffset(batches, to) + 1;
                to += BatchLayout.sizeBytes(batches, to);
            }
            piece.giveTo(sink, from, to);
            if (to == batches.limit()) {
                drop(partition, piece);
            }
            return reached;
        } finally {
            piece.release();
        }
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
