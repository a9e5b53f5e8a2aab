package io.sluice.broker;

import io.sluice.replication.ClusterNode;
import java.util.List;

/**
 * A broker as a node of a cluster, from its start on.
 *
 * @param node its identity and its way to the others
 * @param firstReplicas nodes with which the groups of a new cluster begin; none for a node that others will take in
 */
public record BrokerCluster(ClusterNode node, List<Integer> firstReplicas) {
    /** Copies the list. */
    public BrokerCluster {
        firstReplicas = List.copyOf(firstReplicas);
    }
}
