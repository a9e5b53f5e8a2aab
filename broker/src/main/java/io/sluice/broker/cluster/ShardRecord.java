package io.sluice.broker.cluster;

import io.sluice.replication.Durability;
import java.util.List;

/**
 * A shard as the metadata has it.
 *
 * @param id 0 metadata, 1 the first of durable records, 2 what was {@code os} on one node, from 4 on any further
 * @param durability what it was made for
 * @param firstReplicas the nodes that its group began with
 * @param replicas the nodes that shall keep it, sorted
 * @param members the nodes that its group has, as its leader last confirmed, sorted
 * @param preferredLeader who shall lead it, 0 if that does not matter
 * @param leader who leads it as last reported, 0 if nobody has yet
 * @param leaderTerm the leader's term
 */
public record ShardRecord(
        int id,
        Durability durability,
        List<Integer> firstReplicas,
        List<Integer> replicas,
        List<Integer> members,
        int preferredLeader,
        int leader,
        long leaderTerm) {
    public ShardRecord {
        firstReplicas = firstReplicas.stream().sorted().toList();
        replicas = replicas.stream().sorted().toList();
        members = members.stream().sorted().toList();
    }

    /** A shard that begins with these nodes. */
    static ShardRecord fresh(int id, Durability durability, List<Integer> replicas, int preferredLeader) {
        return new ShardRecord(id, durability, replicas, replicas, replicas, preferredLeader, 0, 0);
    }

    /** Whether the group has the members it shall have. */
    public boolean isSettled() {
        return members.equals(replicas);
    }

    ShardRecord withReplicas(List<Integer> others) {
        return new ShardRecord(id, durability, firstReplicas, others, members, preferredLeader, leader, leaderTerm);
    }

    ShardRecord withMembers(List<Integer> others) {
        return new ShardRecord(id, durability, firstReplicas, replicas, others, preferredLeader, leader, leaderTerm);
    }

    ShardRecord withPreferredLeader(int node) {
        return new ShardRecord(id, durability, firstReplicas, replicas, members, node, leader, leaderTerm);
    }

    ShardRecord withLeader(int node, long term) {
        return new ShardRecord(id, durability, firstReplicas, replicas, members, preferredLeader, node, term);
    }
}
