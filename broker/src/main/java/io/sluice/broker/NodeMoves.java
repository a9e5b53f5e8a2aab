package io.sluice.broker;

import io.sluice.broker.delivery.GroupMoves;
import io.sluice.broker.delivery.LocalDeliveries;
import io.sluice.broker.move.MoveShards;
import io.sluice.replication.Shard;
import java.util.Collection;
import java.util.Optional;

/** The shards of this node as moves of partitions see them. Any thread. */
record NodeMoves(ReplicationShards shards, ShardMap map, LocalDeliveries deliveries) implements MoveShards {
    @Override
    public Optional<Shard> kept(int shard) {
        return shards.replication().find(shard);
    }

    @Override
    public Collection<Shard> all() {
        return shards.inUse().values();
    }

    @Override
    public int leader(int shard) {
        return map.leader(shard).nodeId();
    }

    @Override
    public GroupMoves groups() {
        return new GroupMoves(deliveries);
    }
}
