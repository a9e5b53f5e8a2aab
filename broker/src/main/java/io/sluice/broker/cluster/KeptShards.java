package io.sluice.broker.cluster;

import io.sluice.replication.Durability;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The shards that this node keeps, as {@link ShardSteward} sees them. Any thread. */
public interface KeptShards {
    /**
     * A shard at one moment.
     *
     * @param isLeading whether this node leads it
     * @param term newest term of a leader that this node has heard of
     * @param members of its group, sorted
     */
    record Standing(boolean isLeading, long term, List<Integer> members) {}

    /** Of the shard; empty if it is not open here. */
    Optional<Standing> standing(int shard);

    /** Opens the shard; may block. {@code firstReplicas} is empty where others will add this node to its group. */
    void open(int shard, Durability durability, List<Integer> firstReplicas);

    /** Makes these nodes the members of its group; asked of the leader. Empty when that is done, else why not. */
    CompletableFuture<Optional<String>> changeMembers(int shard, List<Integer> nodes);

    /** Hands the leadership over; whether that has begun. */
    boolean handLeadershipTo(int shard, int nodeId);
}
