package io.sluice.replication.journal;

import java.nio.ByteBuffer;

/** An entry on its way into a journal. Its bytes stay as they are until the journal has said how it ended. */
public interface Submission {
    /** The bytes, complete; called once it was taken. Read through duplicates only. */
    ByteBuffer body();
}
