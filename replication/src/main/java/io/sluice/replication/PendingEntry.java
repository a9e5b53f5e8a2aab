package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.replication.journal.Submission;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An entry being filled in a chunk, then on its way to commit. Filled under the queue's lock, read-only once sealed. */
final class PendingEntry implements Submission {
    private final Chunk chunk;
    private final long term;
    private final int startPosition;
    private final List<Completion> completions = new ArrayList<>();
    private int lengthBytes = EntryLayout.HEADER_BYTES;
    private int itemCount;
    private boolean sealed;

    /** In the chunk, with what is decided in the term. */
    PendingEntry(Chunk chunk, long term) {
        this.chunk = chunk;
        this.term = term;
        this.startPosition = chunk.filledBytes();
        chunk.fill(EntryLayout.HEADER_BYTES);
        chunk.entryBegan();
    }

    Chunk chunk() {
        return chunk;
    }

    int startPosition() {
        return startPosition;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    List<Completion> completions() {
        return completions;
    }

    /** Where the next item of so many bytes goes. */
    int addItem(int itemBytes, Completion completion) {
        Check.check(!sealed, "an item was added to a sealed entry");
        int position = startPosition + lengthBytes;
        lengthBytes += itemBytes;
        itemCount++;
        chunk.fill(itemBytes);
        completions.add(completion);
        return position;
    }

    void seal(long timeMs) {
        sealed = true;
        EntryLayout.putHeader(chunk.buffer().memory(), startPosition, itemCount, timeMs);
    }

    /** Its bytes were copied whole, header included. */
    void sealAdopted() {
        sealed = true;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public ByteBuffer body() {
        Check.check(sealed, "the body of an entry that is still filled was read");
        return chunk.buffer().memory().slice(startPosition, lengthBytes);
    }
}
