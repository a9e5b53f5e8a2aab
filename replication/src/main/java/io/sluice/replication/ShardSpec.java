package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.replication.runtime.StateMachine;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A shard to open.
 *
 * @param id 0 metadata, 1 fsync, 2 os, 3 memory; further fsync shards from 4 on. In a cluster the same on all nodes
 * @param durability what its appends promise; in a cluster there is no {@code memory}, and {@code os} promises what {@code
 *     fsync} does
 * @param machines the state machines that live in it, with distinct ids
 * @param firstReplicas in a cluster: node ids of the first members of a group that this directory knows nothing of yet;
 *     none for a node that waits until others add it
 * @param sameIds answers the object for a topic's id that a machine has already, or the one given: one for all who know the topic.
 *     Asked when the topic opens or is restored, behind the machines, on their thread
 */
public record ShardSpec(
        int id,
        Durability durability,
        List<StateMachine> machines,
        List<Integer> firstReplicas,
        UnaryOperator<TopicId> sameIds) {
    /** Copies the lists. */
    public ShardSpec {
        machines = List.copyOf(machines);
        firstReplicas = List.copyOf(firstReplicas);
    }

    /** Of machines that know no topics. */
    public ShardSpec(int id, Durability durability, List<StateMachine> machines, List<Integer> firstReplicas) {
        this(id, durability, machines, firstReplicas, UnaryOperator.identity());
    }

    /** For a node that stands alone. */
    public ShardSpec(int id, Durability durability, List<StateMachine> machines) {
        this(id, durability, machines, List.of());
    }

    /** What the names of its threads begin with. */
    String threadName() {
        return "sluice-" + DataDirectory.shardName(id);
    }
}
