package io.sluice.replication.journal;

import io.sluice.common.ErrorCode;
import java.util.List;

/** Hears what becomes of entries. Calls come one at a time, in order; they hand over and do not block for long. A failure ends the journal's thread with the exception. */
public interface JournalListener {
    /** These entries are committed, next in order. */
    void committed(List<CommittedEntry> entries);

    /** These submissions were not taken and never will be. */
    void rejected(List<? extends Submission> submissions, ErrorCode reason);
}
