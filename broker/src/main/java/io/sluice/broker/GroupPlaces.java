package io.sluice.broker;

import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.group.GroupShards;
import io.sluice.replication.Replication;
import io.sluice.replication.Shard;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where groups are, as the cluster's metadata says; the shards come later, because they host the groups' machines. Any thread. */
final class GroupPlaces implements GroupShards {
    private final ClusterState cluster;
    private volatile @Nullable Node node;

    private record Node(Replication replication, ShardMap shards, int nodeId) {}

    GroupPlaces(ClusterState cluster) {
        this.cluster = cluster;
    }

    /** From now on there are shards. */
    void become(Replication replication, ShardMap shards, int nodeId) {
        // Groups find only what is open, and a broker alone opens a shard at its first use.
        var unused = replication.shard(ReplicationShards.FSYNC);
        node = new Node(replication, shards, nodeId);
    }

    @Override
    public int shardOf(int slot) {
        return cluster.image().slots().place(slot).shard();
    }

    @Override
    public Optional<Shard> kept(int shard) {
        return Optional.ofNullable(node).flatMap(known -> known.replication().find(shard));
    }

    @Override
    public boolean isLedElsewhere(int shard) {
        Node known = node;
        int leader = known == null
                ? PartitionPlacement.NOBODY
                : known.shards().leader(shard).nodeId();
        return known != null && leader != PartitionPlacement.NOBODY && leader != known.nodeId();
    }
}
