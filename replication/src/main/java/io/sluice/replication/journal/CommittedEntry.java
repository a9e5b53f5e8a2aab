package io.sluice.replication.journal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A committed entry.
 *
 * @param index its number
 * @param term term of the leader that wrote it
 * @param body its bytes
 * @param submission what was submitted here, null if it came from a replay or another node
 */
public record CommittedEntry(
        long index, long term, ByteBuffer body, @Nullable Submission submission) {}
