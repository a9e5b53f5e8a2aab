package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.NodeInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The cluster in Redis' terms, at one moment: one node decides about all streams, and so has all slots; the others are its replicas.
 *
 * @param nodes that Redis clients can reach, the deciding one first
 * @param ownName of this node
 * @param term rises whenever another node begins to decide
 * @param isCluster whether there are other nodes
 */
record ClusterMap(List<Node> nodes, String ownName, long term, boolean isCluster) {
    /** Characters of a name. */
    private static final int NAME_CHARS = 40;

    /** A node. */
    record Node(String name, String host, int port, boolean isMaster, boolean isSelf) {}

    /** As the client of the session may see it; this node is where it is connected. */
    static ClusterMap of(Session session, String listener) {
        Broker broker = session.broker();
        var leader = broker.streams().leader();
        List<NodeInfo> known = broker.cluster().nodes();
        List<Node> masters = new ArrayList<>();
        List<Node> replicas = new ArrayList<>();
        String address = session.localAddress();
        int colon = address.lastIndexOf(':');
        boolean isKnown = colon > 0;
        if (isKnown) {
            Node self = new Node(
                    name(broker, broker.nodeId()),
                    address.substring(0, colon),
                    Integer.parseInt(address.substring(colon + 1)),
                    leader.isHere(),
                    true);
            (self.isMaster() ? masters : replicas).add(self);
        }
        for (NodeInfo node : known) {
            NodeInfo.Endpoint endpoint = node.endpoints().get(listener);
            if (node.id() != broker.nodeId() && endpoint != null) {
                boolean isMaster = !leader.isHere() && node.id() == leader.nodeId();
                Node other = new Node(name(broker, node.id()), endpoint.host(), endpoint.port(), isMaster, false);
                (isMaster ? masters : replicas).add(other);
            }
        }
        masters.addAll(replicas);
        return new ClusterMap(masters, name(broker, broker.nodeId()), leader.term(), known.size() > 1);
    }

    /** Whether it is known who has the slots. */
    boolean hasMaster() {
        return !nodes.isEmpty() && nodes.getFirst().isMaster();
    }

    List<Node> replicas() {
        return nodes.stream().filter(node -> !node.isMaster()).toList();
    }

    /** The same on all nodes, whoever asks. */
    private static String name(Broker broker, int nodeId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((broker.clusterId() + "/" + nodeId).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, NAME_CHARS);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JVM has SHA-256", missing);
        }
    }
}
