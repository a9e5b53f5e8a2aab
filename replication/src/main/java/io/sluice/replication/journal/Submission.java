package io.sluice.replication.journal;

import java.nio.ByteBuffer;

/** An entry on its way into a journal. Its bytes stay as they are until the journal has said how it ended. */
public interface Submission {
    /** It may be appended in any term. */
    long ANY_TERM = 0;

    /**
     * The term it was decided in, {@link #ANY_TERM} if that does not matter. A journal that leads in another one by now
     * rejects it: what it was decided on may have changed since.
     */
    default long term() {
        return ANY_TERM;
    }

    /** The bytes, complete; called once it was taken. Read through duplicates only. */
    ByteBuffer body();
}
