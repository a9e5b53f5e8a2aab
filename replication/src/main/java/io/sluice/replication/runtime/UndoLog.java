package io.sluice.replication.runtime;

/** Collects inverses of changes; they run last first if the events of the batch do not commit. */
public interface UndoLog {
    /** For events that are committed already: keeps nothing. */
    UndoLog NONE = inverse -> {};

    /** Remembers one inverse. */
    void add(Runnable inverse);
}
