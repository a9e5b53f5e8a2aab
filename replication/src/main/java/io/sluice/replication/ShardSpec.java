package io.sluice.replication;

import io.sluice.replication.runtime.StateMachine;
import java.util.List;

/**
 * A shard to open.
 *
 * @param id 0 metadata, 1 fsync, 2 os, 3 memory
 * @param durability what its appends promise
 * @param machines the state machines that live in it, with distinct ids
 */
public record ShardSpec(int id, Durability durability, List<StateMachine> machines) {
    public ShardSpec {
        machines = List.copyOf(machines);
    }

    /** What the names of its threads begin with. */
    String threadName() {
        return "sluice-" + DataDirectory.shardName(id);
    }
}
