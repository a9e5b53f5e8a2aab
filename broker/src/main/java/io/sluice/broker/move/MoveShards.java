package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.common.TopicId;
import io.sluice.replication.Shard;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What moving needs of the node. Any thread. */
public interface MoveShards {
    /** The shard, if this node keeps it. */
    Optional<Shard> kept(int shard);

    /** Shards of records that this node keeps. */
    Collection<Shard> all();

    /** The node that leads the shard, not above 0 if nobody is known to. */
    int leader(int shard);

    /** Whether delivery groups are on the partition, which live in its shard and cannot follow it. */
    CompletableFuture<Result<Boolean>> hasGroups(Shard shard, TopicId topicId, int partition);
}
