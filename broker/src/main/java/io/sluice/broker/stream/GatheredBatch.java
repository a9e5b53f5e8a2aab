package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import java.nio.ByteBuffer;

/** Entries of one stream on their way into the journal. Owner: the shard's apply thread. */
sealed interface GatheredBatch permits EntryBatch, ProducedBatch {
    /** Offset of the first. */
    long baseOffset();

    /** Offset behind the last. */
    long endOffset();

    /** Whether further entries belong elsewhere. */
    boolean isFull();

    /** Takes back the entries from the offset on. */
    void cutTo(long offset);

    /** Id of the entry at the offset, which is one of these. */
    EntryId id(long offset);

    /** Offset of the first entry whose id is not before this one; endOffset if there is none. */
    long find(EntryId id);

    /** The record batch, position 0. Nothing is added any more. */
    ByteBuffer build();
}
