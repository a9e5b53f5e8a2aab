package io.sluice.server.node;

import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.JoinProtocol.PeerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other nodes listen: as the cluster's metadata says, and after a restart, when that is not known yet, as it said
 * last. The file {@code peers} in the data directory has a line {@code ID HOST PORT} for each; an operator may correct it
 * while the node is stopped. Any thread.
 */
final class PeerAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAddresses.class);
    private static final String FILE = "peers";

    private final Path directory;
    private final Map<Integer, PeerAddress> known = new ConcurrentSkipListMap<>();

    private PeerAddresses(Path directory) {
        this.directory = directory;
    }

    /** What the file says, nothing if there is none. Lines that are not understood are left out, with a word in the log. */
    static PeerAddresses read(Path directory) {
        PeerAddresses addresses = new PeerAddresses(directory);
        try {
            Files.readAllLines(directory.resolve(FILE)).forEach(addresses::take);
        } catch (NoSuchFileException none) {
            LOG.debug("no addresses of other nodes are known yet", none);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return addresses;
    }

    private void take(String line) {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length == 3 && words[0].matches("[0-9]{1,9}") && words[2].matches("[0-9]{1,5}")) {
            known.put(Integer.parseInt(words[0]), new PeerAddress(words[1], Integer.parseInt(words[2])));
        } else if (!line.isBlank()) {
            LOG.warn("{} has a line that is no ID HOST PORT: {}", directory.resolve(FILE), line);
        }
    }

    Optional<InetSocketAddress> find(int nodeId) {
        return Optional.ofNullable(known.get(nodeId))
                .map(address -> new InetSocketAddress(address.host(), address.port()));
    }

    /** As the metadata has it now. */
    void become(ClusterImage cluster) {
        Map<Integer, PeerAddress> now = new TreeMap<>();
        cluster.nodes().forEach((id, node) -> now.put(id, new PeerAddress(node.host(), node.port())));
        if (cluster.isFounded()) {
            become(now);
        }
    }

    /** Written only if it differs; without the file a restart could not find the others. */
    synchronized void become(Map<Integer, PeerAddress> now) {
        if (known.equals(now)) {
            return;
        }
        known.keySet().retainAll(now.keySet());
        known.putAll(now);
        List<String> lines = new ArrayList<>();
        known.forEach((id, address) -> lines.add(id + " " + address.host() + " " + address.port()));
        Path next = directory.resolve(FILE + ".next");
        try {
            Files.createDirectories(directory);
            Files.write(next, lines);
            Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("the addresses of the other nodes cannot be noted, a restart would look for them in vain", e);
        }
    }
}
