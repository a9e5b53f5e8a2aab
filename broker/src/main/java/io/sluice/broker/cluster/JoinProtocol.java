package io.sluice.broker.cluster;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand.Join;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a broker becomes a node: it says who it wants to be, and hears which cluster it is and where the other nodes are.
 * Everything else it learns as a member of the metadata's group.
 *
 * <pre>
 * question   version 4 = 1 | node as in events
 * answer     version 4 = 1 | error 4, Kafka's code, and if it failed a sentence, else
 *            cluster id text | nodes 4 | nodes × (id 4 | host text | port 4)
 * </pre>
 */
public final class JoinProtocol {
    private static final int VERSION = 1;
    private static final int NODE_BYTES_LEAST = 12;
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MS = 500;

    /**
     * Where a node listens for other nodes.
     *
     * @param host name or address
     * @param port of the one port between nodes
     */
    public record PeerAddress(String host, int port) {}

    /**
     * What the new node must know to begin.
     *
     * @param clusterId its identity from now on
     * @param nodes where the others listen
     */
    public record Admission(String clusterId, Map<Integer, PeerAddress> nodes) {
        public Admission {
            nodes = Map.copyOf(nodes);
        }
    }

    private JoinProtocol() {}

    /** What the broker asks. */
    public static ByteBuffer question(NodeRecord node) {
        ByteWriter out = new ByteWriter().putInt(VERSION);
        ClusterCodec.putNode(out, node);
        return out.toBuffer();
    }

    /** Answers as a node of the cluster; {@code metadata} sends commands to whoever decides them. */
    public static CompletableFuture<ByteBuffer> answer(
            ByteBuffer question,
            String clusterId,
            Supplier<ClusterImage> cluster,
            Function<ClusterCommand, CompletableFuture<Result<Long>>> metadata) {
        NodeRecord node;
        try {
            ByteReader in = new ByteReader(question);
            int version = in.getInt();
            if (version != VERSION) {
                return CompletableFuture.completedFuture(encode(Result.failed(
                        ErrorCode.UNSUPPORTED_VERSION,
                        "the cluster speaks version " + VERSION + " of joining, this broker " + version)));
            }
            node = ClusterCodec.getNode(in);
        } catch (BrokenInvariantException malformed) {
            return CompletableFuture.completedFuture(
                    encode(Result.failed(ErrorCode.INVALID_REQUEST, "the question cannot be read")));
        }
        return join(node, cluster, metadata, ATTEMPTS)
                .thenApply(joined -> encode(
                        joined.isOk()
                                ? Result.of(admission(clusterId, cluster.get()))
                                : Result.failed(joined.error(), joined.message())));
    }

    /** A change of the leader meanwhile leaves open whether the node was admitted; it cannot ask again itself. */
    private static CompletableFuture<Result<Long>> join(
            NodeRecord node,
            Supplier<ClusterImage> cluster,
            Function<ClusterCommand, CompletableFuture<Result<Long>>> metadata,
            int attempts) {
        return metadata.apply(new Join(node)).thenCompose(joined -> {
            ClusterImage image = cluster.get();
            boolean wasAdmitted = attempts < ATTEMPTS && image.node(node.id()).equals(Optional.of(node));
            if (wasAdmitted) {
                return CompletableFuture.completedFuture(Result.of(image.version()));
            }
            boolean isUndecided = List.of(ErrorCode.NOT_CONTROLLER, ErrorCode.REQUEST_TIMED_OUT)
                    .contains(joined.error());
            return attempts > 1 && isUndecided
                    ? new CompletableFuture<Boolean>()
                            .completeOnTimeout(true, PAUSE_MS, TimeUnit.MILLISECONDS)
                            .thenCompose(paused -> join(node, cluster, metadata, attempts - 1))
                    : CompletableFuture.completedFuture(joined);
        });
    }

    private static Admission admission(String clusterId, ClusterImage image) {
        Map<Integer, PeerAddress> nodes = new TreeMap<>();
        image.nodes().forEach((id, node) -> nodes.put(id, new PeerAddress(node.host(), node.port())));
        return new Admission(clusterId, nodes);
    }

    private static ByteBuffer encode(Result<Admission> result) {
        ByteWriter out = new ByteWriter().putInt(VERSION);
        ForwardedResult.write(out, result, JoinProtocol::write);
        return out.toBuffer();
    }

    private static void write(ByteWriter out, Admission admission) {
        out.putText(admission.clusterId()).putInt(admission.nodes().size());
        new TreeMap<>(admission.nodes())
                .forEach((id, address) -> out.putInt(id).putText(address.host()).putInt(address.port()));
    }

    /** Reads the answer; what went wrong is told in a sentence. */
    public static Result<Admission> read(ByteBuffer answer) {
        try {
            ByteReader in = new ByteReader(answer);
            int version = in.getInt();
            return version == VERSION
                    ? ForwardedResult.read(in, JoinProtocol::readAdmission)
                    : Result.failed(
                            ErrorCode.UNSUPPORTED_VERSION,
                            "the cluster answers in version " + version + " of joining, this broker knows " + VERSION);
        } catch (BrokenInvariantException malformed) {
            return Result.failed(ErrorCode.INVALID_REQUEST, "the answer cannot be read");
        }
    }

    private static Admission readAdmission(ByteReader in) {
        String clusterId = in.getText();
        Map<Integer, PeerAddress> nodes = new TreeMap<>();
        for (int left = in.getCount(NODE_BYTES_LEAST); left > 0; left--) {
            int id = in.getInt();
            nodes.put(id, new PeerAddress(in.getText(), in.getInt()));
        }
        return new Admission(clusterId, nodes);
    }
}
