package io.sluice.server.node;

import io.sluice.broker.BrokerCluster;
import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.JoinProtocol;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.common.Clock;
import io.sluice.log.disk.Disk;
import io.sluice.network.JoinCall;
import io.sluice.network.PeerNetwork;
import io.sluice.network.PeerRefusedException;
import io.sluice.network.PeerSettings;
import io.sluice.network.Tls;
import io.sluice.network.Transport;
import io.sluice.replication.ClusterNode;
import io.sluice.replication.NodeIdentity;
import io.sluice.replication.raft.RaftSettings;
import io.sluice.server.settings.ListenAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How a broker begins as a node: with the identity of its directory, as the first of a new cluster, or taken in by others.
 * One thread.
 */
final class ClusterStart {
    private static final long JOIN_TIMEOUT_SECONDS = 30;

    private final ClusterSetup setup;
    private final PeerNetwork network;
    private final PeerAddresses addresses;
    private final BrokerCluster cluster;

    private ClusterStart(ClusterSetup setup, PeerNetwork network, PeerAddresses addresses, BrokerCluster cluster) {
        this.setup = setup;
        this.network = network;
        this.addresses = addresses;
        this.cluster = cluster;
    }

    /** Takes the port between nodes, and asks to be taken in if that is to be. Throws {@link StartException}. */
    static ClusterStart begin(ClusterSetup setup, Path directory, Disk disk, Transport transport, Clock clock) {
        Optional<NodeIdentity> known = NodeIdentity.read(disk, directory);
        if (known.isPresent() && known.get().nodeId() != setup.nodeId()) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY,
                    directory + " belongs to node " + known.get().nodeId() + ", not to node.id=" + setup.nodeId(),
                    null);
        }
        PeerAddresses addresses = PeerAddresses.read(directory);
        if (known.isEmpty() && setup.join().isPresent()) {
            return taken(setup, addresses, transport, clock);
        }
        NodeIdentity identity = known.orElseGet(() -> NodeIdentity.fresh(setup.nodeId(), new SecureRandom()));
        PeerNetwork network = network(setup, identity.clusterId(), addresses, transport, clock);
        network.bind();
        // One that was taken in and died before it knew its groups must not begin groups of its own.
        boolean isFirst = addresses.others(setup.nodeId()).isEmpty();
        return new ClusterStart(
                setup,
                network,
                addresses,
                cluster(setup, identity, network, isFirst ? List.of(setup.nodeId()) : List.of()));
    }

    /** The port is needed before the cluster is known, so that the others can be told; it is let go for a moment. */
    private static ClusterStart taken(ClusterSetup setup, PeerAddresses addresses, Transport transport, Clock clock) {
        PeerNetwork reserving = network(setup, "", addresses, transport, clock);
        reserving.bind();
        InetSocketAddress bound = reserving.boundAddress();
        JoinProtocol.Admission admission;
        try {
            admission = admission(setup, bound, transport);
        } finally {
            reserving.close();
        }
        addresses.begin(admission.nodes());
        NodeIdentity identity = new NodeIdentity(admission.clusterId(), setup.nodeId());
        PeerNetwork network = network(setup.at(bound.getPort()), identity.clusterId(), addresses, transport, clock);
        network.bind();
        return new ClusterStart(setup, network, addresses, cluster(setup, identity, network, List.of()));
    }

    private static BrokerCluster cluster(
            ClusterSetup setup, NodeIdentity identity, PeerNetwork network, List<Integer> first) {
        RaftSettings raft = RaftSettings.of(setup.electionTimeoutMs());
        return new BrokerCluster(
                new ClusterNode(identity, network, raft, BrokerThreads::halt), first, setup.shardsLeast());
    }

    private static PeerNetwork network(
            ClusterSetup setup, String clusterId, PeerAddresses addresses, Transport transport, Clock clock) {
        return new PeerNetwork(
                transport,
                setup.listener(),
                setup.tls(),
                PeerSettings.of(clusterId, setup.nodeId()).with(setup.secret()),
                addresses::find,
                clock);
    }

    private static JoinProtocol.Admission admission(ClusterSetup setup, InetSocketAddress bound, Transport transport) {
        ListenAddress target = setup.join().orElseThrow();
        ByteBuffer question = JoinProtocol.question(self(setup, bound, Map.of()));
        InetSocketAddress address =
                new InetSocketAddress(target.host(), target.port().orElseThrow());
        try {
            ByteBuffer answer = JoinCall.ask(
                            transport,
                            address,
                            setup.tls(),
                            new JoinCall.Asking(setup.nodeId(), setup.secret(), question))
                    .get(JOIN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Result<JoinProtocol.Admission> admission = JoinProtocol.read(answer);
            if (admission.isOk()) {
                return admission.get();
            }
            throw refused(target, admission.message(), null);
        } catch (ExecutionException e) {
            throw refused(
                    target,
                    e.getCause() instanceof PeerRefusedException refusal ? refusal.getMessage() : e.toString(),
                    e);
        } catch (TimeoutException e) {
            throw refused(target, "no answer within " + JOIN_TIMEOUT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(target, "the start was interrupted", e);
        }
    }

    private static StartException refused(ListenAddress target, @Nullable String reason, @Nullable Exception cause) {
        return new StartException(ExitCode.USAGE, "cannot join the cluster of " + target.text() + ": " + reason, cause);
    }

    /** Where other nodes connect. */
    InetSocketAddress boundAddress() {
        return network.boundAddress();
    }

    /** Encryption between nodes. */
    Optional<Tls> tls() {
        return setup.tls();
    }

    /** What the broker is opened with. */
    BrokerCluster cluster() {
        return cluster;
    }

    /** Throws {@link StartException} if the cluster uses what this release does not know. */
    static void checkLevel(ClusterImage cluster) {
        if (cluster.featureLevel() > NodeRecord.LEVEL_MOST) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY,
                    "the cluster is at feature level " + cluster.featureLevel() + ", this release runs up to "
                            + NodeRecord.LEVEL_MOST + ": start the release that ran here before, or a later one",
                    null);
        }
    }

    /** The broker is open and its listeners serve: from now on it is a node, and others may join through it. */
    void serve(LocalBroker broker, Map<String, NodeInfo.Endpoint> endpoints) {
        addresses.become(broker.clusterImage());
        broker.onClusterChange(addresses::become);
        broker.join(self(setup, network.boundAddress(), endpoints), setup.replicationFactor());
        ClusterCommands commands = broker.clusterCommands().orElseThrow();
        network.answerJoins(
                question -> JoinProtocol.answer(question, broker.clusterId(), broker::clusterImage, commands::run));
    }

    private static NodeRecord self(
            ClusterSetup setup, InetSocketAddress bound, Map<String, NodeInfo.Endpoint> endpoints) {
        String host = setup.advertised()
                .map(ListenAddress::host)
                .orElseGet(() -> bound.getAddress().getHostAddress());
        int port = setup.advertised()
                .map(ListenAddress::port)
                .orElseGet(OptionalInt::empty)
                .orElse(bound.getPort());
        return new NodeRecord(
                setup.nodeId(), host, port, setup.rack(), endpoints, NodeRecord.LEVEL_LEAST, NodeRecord.LEVEL_MOST);
    }

    /** Lets the port go, if the broker could not be opened. */
    void abandon() {
        network.close();
    }
}
