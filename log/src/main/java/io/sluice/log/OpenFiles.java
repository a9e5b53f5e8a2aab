package io.sluice.log;

/** Bounded number of open segment files of a node, least recently used closed first; a dirty file is never closed before it was synced. */
public final class OpenFiles {
    /** At most so many files are kept open. */
    public OpenFiles(int openMax) {}
}
