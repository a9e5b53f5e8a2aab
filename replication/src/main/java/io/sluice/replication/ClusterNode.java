package io.sluice.replication;

import io.sluice.common.PeerTransport;
import io.sluice.replication.raft.RaftSettings;
import java.util.function.Consumer;

/**
 * A node as a part of a cluster. Where there is none, shards have local journals and nothing of the consensus engine is
 * loaded.
 *
 * @param identity must be that of the data directory; a new directory gets it
 * @param transport to the other nodes; not started yet, and closed with the node
 * @param raft how its groups behave
 * @param halt ends the process: for failures after which nothing may be promised; any thread
 */
public record ClusterNode(
        NodeIdentity identity, PeerTransport transport, RaftSettings raft, Consumer<RuntimeException> halt) {}
