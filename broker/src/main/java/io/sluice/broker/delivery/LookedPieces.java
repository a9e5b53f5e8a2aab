package io.sluice.broker.delivery;

import io.sluice.common.HeldBytes;
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

    private final LinkedHashMap<Object, List<HeldBytes>> pieces = new LinkedHashMap<>();

    /** Of whole batches in order; retains the owner for as long as they are kept. */
    synchronized void keep(Object partition, HeldBytes piece) {
        List<HeldBytes> known = pieces.remove(partition);
        List<HeldBytes> kept = known == null ? new ArrayList<>() : known;
        if (piece.bytes().limit() <= PIECE_BYTES_MAX) {
            if (kept.size() == PIECES_MAX) {
                kept.removeFirst().release();
            }
            piece.retain();
            kept.add(piece);
        }
        if (!kept.isEmpty()) {
            pieces.put(partition, kept);
            if (pieces.size() > PARTITIONS_MAX) {
                pieces.pollFirstEntry().getValue().forEach(HeldBytes::release);
            }
        }
    }

    /** Null if no piece holds the offset; else it is retained. */
    private synchronized @Nullable HeldBytes find(Object partition, long offset) {
        for (HeldBytes piece : pieces.getOrDefault(partition, List.of())) {
            if (placeOf(piece.bytes(), offset) >= 0) {
                piece.retain();
                return piece;
            }
        }
        return null;
    }

    private synchronized void drop(Object partition, HeldBytes piece) {
        List<HeldBytes> kept = pieces.get(partition);
        if (kept != null && kept.removeIf(each -> each.bytes() == piece.bytes())) {
            piece.release();
            if (kept.isEmpty()) {
                pieces.remove(partition);
            }
        }
    }

    /** Batches from the one that holds the offset on, at least that one; the offset after the last, or −1 if it is not here. */
    long read(Object partition, long offset, int maxBytes, ReadSink sink) {
        HeldBytes piece = find(partition, offset);
        if (piece == null) {
            return -1;
        }
        try {
            ByteBuffer batches = piece.bytes();
            int from = placeOf(batches, offset);
            int to = from + BatchLayout.sizeBytes(batches, from);
            long reached = BatchHeader.lastOffset(batches, from) + 1;
            while (to < batches.limit() && to + BatchLayout.sizeBytes(batches, to) - from <= maxBytes) {
                reached = BatchHeader.lastOffset(batches, to) + 1;
                to += BatchLayout.sizeBytes(batches, to);
            }
            give(piece.slice(from, to), sink);
            if (to == batches.limit()) {
                drop(partition, piece);
            }
            return reached;
        } finally {
            piece.release();
        }
    }

    private static void give(HeldBytes batches, ReadSink sink) {
        if (batches.owner() == null) {
            sink.lend(batches.bytes());
        } else {
            sink.share(batches.bytes(), batches.owner());
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
