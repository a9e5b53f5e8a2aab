package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.NodeInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Nodes of the cluster as a client of this listener reaches them. */
public final class Nodes {
    /** Name under which nodes tell each other where their Kafka clients connect. */
    public static final String LISTENER = "kafka";

    /** A node with the address that the client is told. */
    public record Node(int id, String host, int port, Optional<String> rack) {}

    private Nodes() {}

    /** All that have a listener for Kafka's protocol, by id; this one at the address of the door that the client came through. */
    public static List<Node> all(ColdContext context) {
        return context.broker().cluster().nodes().stream()
                .flatMap(node -> node(node, context))
                .toList();
    }

    /** The node, if clients can reach it. */
    public static Optional<Node> find(int id, ColdContext context) {
        return context.broker().cluster().nodes().stream()
                .filter(node -> node.id() == id)
                .flatMap(node -> node(node, context))
                .findFirst();
    }

    private static Stream<Node> node(NodeInfo node, ColdContext context) {
        if (node.id() == context.broker().nodeId()) {
            Door door = context.door();
            return Stream.of(new Node(node.id(), door.advertisedHost(), door.advertisedPort(), node.rack()));
        }
        return Optional.ofNullable(node.endpoints().get(LISTENER))
                .map(endpoint -> new Node(node.id(), endpoint.host(), endpoint.port(), node.rack()))
                .stream();
    }
}
