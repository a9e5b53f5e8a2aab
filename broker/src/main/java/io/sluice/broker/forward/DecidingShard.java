package io.sluice.broker.forward;

import io.sluice.replication.runtime.CommandRunner;

/** The shard whose commands travel, as this node has it. Any thread. */
public interface DecidingShard extends CommandRunner {
    /** Whether commands are decided here. */
    boolean isLeading();

    /** Node that decides them, 0 if that is not known. */
    int leaderId();

    /** Newest entry that is applied here. */
    long appliedIndex();

    /** Entry that is being applied here, or was last: what a command's answer tells is in it or before it. */
    long reachedIndex();
}
