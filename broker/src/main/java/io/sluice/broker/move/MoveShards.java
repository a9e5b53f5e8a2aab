package io.sluice.broker.move;

import io.sluice.broker.delivery.GroupMoves;
import io.sluice.replication.Shard;
import java.util.Collection;
import java.util.Optional;

/** What moving needs of the node. Any thread. */
public interface MoveShards {
    /** The shard, if this node keeps it. */
    Optional<Shard> kept(int shard);

    /** Shards of records that this node keeps. */
    Collection<Shard> all();

    /** The node that leads the shard, not above 0 if nobody is known to. */
    int leader(int shard);

    /** The delivery groups on partitions, which live in their shard and go with them. */
    GroupMoves groups();
}
