package io.sluice.replication.raft;

/**
 * Ends the process. The engine lives on after failures that nobody may survive, so they end here before it hears of them.
 * Any thread; in a process it does not return, in a test it may.
 */
@FunctionalInterface
public interface Halt {
    /** For this reason. */
    void halt(RuntimeException reason);
}
