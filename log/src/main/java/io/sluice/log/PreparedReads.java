package io.sluice.log;

import io.sluice.common.SharedBuffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of segments that were read and checked before their readers asked for them: a reader that goes through old records
 * finds the next piece in memory, on its event loop, instead of waiting for a thread and a disk before each answer.
 *
 * <p>Few pieces for a whole node: where more readers go through segments at the same time than there are places, the others
 * read when they ask. The place of a piece that nobody fetches is given to another after a while. Any thread.
 */
final class PreparedReads {
    private static final int PIECES_MAX = 8;
    /** So often others are turned away before a piece counts as forgotten by its reader. */
    private static final int REFUSALS_MAX = 64;

    private final Map<Key, Slot> slots = new HashMap<>();
    private long refusals;

    /** Where a reader goes on. */
    private record Key(Path file, long offset) {}

    /** A piece that is there or being read, empty if the read fails. Whoever takes the slot out owns the piece. */
    private record Slot(CompletableFuture<@Nullable Piece> piece, long refusalsBefore) {
        void drop() {
            piece.thenAccept(unused -> {
                if (unused != null) {
                    unused.buffer().release();
                }
            });
        }
    }

    /**
     * Checked batches with one reference to their buffer.
     *
     * @param bytes from the first batch to behind the last
     * @param start of the first batch
     */
    record Piece(ByteBuffer bytes, Place start, SharedBuffer buffer) {}

    /** The piece for who goes on at the offset, if it is there; now the caller's. Never blocks. */
    @Nullable
    Piece takeNow(Path file, long offset) {
        Slot slot = find(new Key(file, offset));
        return slot != null && slot.piece().isDone() ? taken(new Key(file, offset), slot) : null;
    }

    /** The same, but waits for a piece that is being read. */
    @Nullable
    Piece take(Path file, long offset) {
        Key key = new Key(file, offset);
        Slot slot = find(key);
        if (slot == null) {
            return null;
        }
        slot.piece().join();
        return taken(key, slot);
    }

    private synchronized @Nullable Slot find(Key key) {
        return slots.get(key);
    }

    private synchronized @Nullable Piece taken(Key key, Slot slot) {
        return slots.remove(key, slot) ? slot.piece().join() : null;
    }

    /** Has the caller's thread read what a reader at the offset will want, unless that is there or there is no place for it. */
    void prepare(Path file, long offset, Supplier<@Nullable Piece> read) {
        CompletableFuture<@Nullable Piece> coming = new CompletableFuture<>();
        Slot slot = reserve(new Key(file, offset), coming);
        if (slot == null) {
            return;
        }
        Piece piece = null;
        try {
            piece = read.get();
        } finally {
            coming.complete(piece);
            if (piece == null) {
                taken(new Key(file, offset), slot);
            }
        }
    }

    /** Takes a piece, and its reference, for who goes on at its start. */
    void put(Path file, Piece piece) {
        CompletableFuture<@Nullable Piece> there = CompletableFuture.completedFuture(piece);
        if (reserve(new Key(file, piece.start().offset()), there) == null) {
            piece.buffer().release();
        }
    }

    private synchronized @Nullable Slot reserve(Key key, CompletableFuture<@Nullable Piece> piece) {
        if (slots.containsKey(key)) {
            return null;
        }
        if (slots.size() == PIECES_MAX && !forgetOldest()) {
            return null;
        }
        Slot slot = new Slot(piece, refusals);
        slots.put(key, slot);
        return slot;
    }

    private boolean forgetOldest() {
        refusals++;
        Map.Entry<Key, Slot> oldest = slots.entrySet().stream()
                .min(Comparator.comparingLong(entry -> entry.getValue().refusalsBefore()))
                .orElseThrow();
        if (refusals - oldest.getValue().refusalsBefore() <= REFUSALS_MAX) {
            return false;
        }
        slots.remove(oldest.getKey());
        oldest.getValue().drop();
        return true;
    }

    /** Lets go of what it has of the file: nobody will read it any more. */
    void forget(Path file) {
        List<Slot> gone = new ArrayList<>();
        synchronized (this) {
            slots.entrySet().removeIf(entry -> {
                boolean isOfFile = entry.getKey().file().equals(file);
                if (isOfFile) {
                    gone.add(entry.getValue());
                }
                return isOfFile;
            });
        }
        gone.forEach(Slot::drop);
    }

    /** Bytes that unfetched pieces hold. */
    synchronized long heldBytes() {
        long held = 0;
        for (Slot slot : slots.values()) {
            Piece piece = slot.piece().getNow(null);
            held += piece == null ? 0 : piece.buffer().memory().capacity();
        }
        return held;
    }
}
