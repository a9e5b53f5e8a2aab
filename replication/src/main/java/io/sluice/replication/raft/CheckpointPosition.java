package io.sluice.replication.raft;

import io.sluice.replication.journal.CheckpointTransfer.Position;

/** The newest durable checkpoint of the shard; any thread. */
final class CheckpointPosition {
    private volatile Position newest;

    CheckpointPosition(long index, long term) {
        newest = new Position(index, term);
    }

    /** Answers whether it is newer than the one before. */
    synchronized boolean advance(long index, long term) {
        if (index <= newest.index()) {
            return false;
        }
        newest = new Position(index, term);
        return true;
    }

    Position newest() {
        return newest;
    }

    long index() {
        return newest.index();
    }
}
