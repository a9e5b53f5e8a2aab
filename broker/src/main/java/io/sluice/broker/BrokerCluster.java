package io.sluice.broker;

import io.sluice.replication.ClusterNode;
import java.util.List;

/**
 * A broker as a node of a cluster, from its start on.
 *
 * @param node its identity and its way to the others
 * @param firstReplicas nodes with which the groups of a new cluster begin; none for a node that others will take in
 * @param shardsLeast shards of records that this node makes while it leads the metadata, if there are fewer nodes
 */
public record BrokerCluster(ClusterNode node, List<Integer> firstReplicas, int shardsLeast) {
    /** Copies the list. */
    public BrokerCluster {
        firstReplicas = List.copyOf(firstReplicas);
    }
}
