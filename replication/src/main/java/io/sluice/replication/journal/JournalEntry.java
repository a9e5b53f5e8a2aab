package io.sluice.replication.journal;

import java.nio.ByteBuffer;

/**
 * One unit of a journal.
 *
 * @param index number, rising by one
 * @param term term of the leader that wrote it; never falls from entry to entry
 * @param type what the body is: {@code replication} defines the types
 * @param body the bytes; read through duplicates only
 */
public record JournalEntry(long index, long term, byte type, ByteBuffer body) {}
