package io.sluice.replication.raft;

import java.time.Duration;

/**
 * The end of a node whose disk is gone. In a process that is killed nobody waits for anything; here the engine ends in good
 * order, and may wait for ever for a lock that one of its threads had in its hands when the disk failed it.
 */
public final class KilledProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private KilledProcess() {}

    /** Runs what ends the node; returns when that is done, or after a while: what is left of it reaches nobody any more. */
    public static void end(Runnable ending) {
        Thread thread = Thread.ofPlatform().daemon().name("killed").start(ending);
        try {
            var unused = thread.join(PATIENCE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
