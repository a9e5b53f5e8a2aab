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
     * @param leaderId who leads it, 0 if this node has not heard of anybody
     * @param term newest term of a leader that this node has heard of
     * @param appliedIndex newest entry that is applied here
     * @param members of its group, sorted
     */
    record Standing(boolean isLeading, int leaderId, long term, long appliedIndex, List<Integer> members) {}

    /** Of the shard; empty if it is not open here. */
    Optional<Standing> standing(int shard);

    /** Opens the shard; may block. {@code firstReplicas} is empty where others will add this node to its group. */
    void open(int shard, Durability durability, List<Integer> firstReplicas);

    /**
     * Closes the shard and deletes what this node keeps of it, once it is sure that it has heard the newest of the cluster;
     * may block. Those with which every broker begins stay.
     */
    void close(int shard);

    /**
     * Whether all these nodes have done what the cluster of that version, or a later one, says: then none of them is about to
     * delete a shard that it kept before and shall keep again.
     */
    CompletableFuture<Boolean> haveFollowed(List<Integer> nodes, long clusterVersion);

    /** Makes these nodes the members of its group; asked of the leader. Empty when that is done, else why not. */
    CompletableFuture<Optional<String>> changeMembers(int shard, List<Integer> nodes);

    /** Whether the node would lead the shard at once: it serves and keeps up with what this node has applied. */
    CompletableFuture<Boolean> isReadyToLead(int shard, int nodeId);

    /** Hands the leadership over; whether that has begun. */
    boolean handLeadershipTo(int shard, int nodeId);
}
