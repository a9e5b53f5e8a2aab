package io.sluice.broker.api;

import java.util.List;

/**
 * Who keeps a partition, as this node knows it.
 *
 * @param leaderId the node that takes appends, −1 if there is none now
 * @param leaderEpoch newest epoch of a leader that this node has heard of
 * @param replicas nodes that keep it, the one that should lead first
 * @param inSync those of them that count for what is committed
 * @param offline those of them that cannot be reached
 */
public record PartitionPlacement(
        int leaderId, int leaderEpoch, List<Integer> replicas, List<Integer> inSync, List<Integer> offline) {
    /** No node. */
    public static final int NOBODY = -1;

    public PartitionPlacement {
        replicas = List.copyOf(replicas);
        inSync = List.copyOf(inSync);
        offline = List.copyOf(offline);
    }
}
