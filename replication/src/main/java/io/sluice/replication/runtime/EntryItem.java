package io.sluice.replication.runtime;

import java.nio.ByteBuffer;

/**
 * A part of a journal entry that is no event of a state machine, such as a record batch, and belongs into the same entry as
 * one. Made by those who know the entry's layout; the runtime only passes it on.
 */
public interface EntryItem {
    /** Bytes it takes in the entry. */
    int lengthBytes();

    /** Writes exactly so many bytes at the position, by absolute access. */
    void write(ByteBuffer memory, int position);
}
