package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.SlotTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator has told a node where others listen now. */
final class CorrectedAddressesTest {
    private static final int TURNS = 4;

    @TempDir
    private Path directory;

    /** Nodes from 1 on that listen at these ports. */
    private static ClusterImage cluster(int... ports) {
        TreeMap<Integer, NodeRecord> nodes = new TreeMap<>();
        for (int port : ports) {
            int id = nodes.size() + 1;
            nodes.put(id, new NodeRecord(id, "127.0.0.1", port, Optional.empty(), Map.of(), 1, 1));
        }
        return new ClusterImage(1, 3, 1, nodes, Map.of(), new TreeMap<>(), SlotTable.FIRST);
    }

    /** Ports at which the node is looked for. */
    private static Set<Integer> ports(PeerAddresses addresses, int node) {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < TURNS; i++) {
            addresses.find(node).map(InetSocketAddress::getPort).ifPresent(ports::add);
        }
        return ports;
    }

    /** As a broker with this on its disk starts. */
    private PeerAddresses restarted(ClusterImage onDisk) {
        PeerAddresses addresses = PeerAddresses.read(directory);
        addresses.become(onDisk);
        return addresses;
    }

    private void correct(String from, String to) throws IOException {
        Path file = directory.resolve("peers");
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    @Test
    void anAddressThatWasCorrectedIsTriedUntilTheNodeSaysWhereItIs() throws IOException {
        restarted(cluster(11, 12, 13));
        correct("2 127.0.0.1 12", "2 127.0.0.1 22");

        assertThat(ports(restarted(cluster(11, 12, 13)), 2)).containsExactlyInAnyOrder(12, 22);
        PeerAddresses again = restarted(cluster(11, 12, 13));
        assertThat(ports(again, 2)).contains(22);
        assertThat(ports(again, 3)).containsExactly(13);
        again.become(cluster(11, 12, 33));
        assertThat(ports(again, 2)).contains(22);
        again.become(cluster(11, 42, 33));

        assertThat(ports(again, 2)).containsExactly(42);
        assertThat(ports(restarted(cluster(11, 42, 33)), 2)).containsExactly(42);
    }

    @Test
    void aFileThatNobodyTouchedGivesWayToNewerMetadata() {
        restarted(cluster(11, 12));

        assertThat(ports(restarted(cluster(11, 22)), 2)).containsExactly(22);
        assertThat(ports(PeerAddresses.read(directory), 2)).containsExactly(22);
    }

    @Test
    void aNodeThatIsGoneIsNotLookedFor() throws IOException {
        restarted(cluster(11, 12));
        correct("2 127.0.0.1 12", "2 127.0.0.1 22");

        assertThat(ports(restarted(cluster(11)), 2)).isEmpty();
    }
}
