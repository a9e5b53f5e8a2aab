package io.sluice.server.node;

import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.JoinProtocol.PeerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other nodes listen: as the cluster's metadata says, and after a restart, when that is not known yet, as it said
 * last. The file {@code peers} in the data directory has a line {@code ID HOST PORT} for each; an operator may correct it
 * while the node is stopped. What was corrected is tried in turn with what the metadata said, which the node still finds on
 * its disk, until the other node registers a new address. The last line tells a file that nobody has touched. Any thread.
 */
final class PeerAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAddresses.class);
    private static final String FILE = "peers";
    private static final int PORT_MAX = 65_535;
    private static final String MARK = "# untouched ";
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private final Path directory;
    private final Map<Integer, PeerAddress> known = new ConcurrentSkipListMap<>();
    private final Map<Integer, PeerAddress> corrected = new ConcurrentSkipListMap<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final Map<String, InetAddress> resolved = new ConcurrentHashMap<>();
    private final Set<String> resolving = ConcurrentHashMap.newKeySet();
    private boolean isTouched;

    /** What is known stands in the file. Guarded by this. */
    private boolean isNoted = true;

    private PeerAddresses(Path directory) {
        this.directory = directory;
    }

    /** What the file says, nothing if there is none. Lines that are not understood are left out, with a word in the log. */
    static PeerAddresses read(Path directory) {
        PeerAddresses addresses = new PeerAddresses(directory);
        try {
            List<String> lines = Files.readAllLines(directory.resolve(FILE));
            List<String> nodes =
                    lines.stream().filter(line -> !line.startsWith("#")).toList();
            nodes.forEach(addresses::take);
            addresses.isTouched = lines.isEmpty() || !lines.getLast().equals(mark(nodes));
        } catch (NoSuchFileException none) {
            LOG.debug("no addresses of other nodes are known yet", none);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return addresses;
    }

    private static String mark(List<String> lines) {
        CRC32C crc = new CRC32C();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        return MARK + Long.toHexString(crc.getValue());
    }

    private void take(String line) {
        String[] words = line.strip().split("\\s+", -1);
        boolean isWhole = words.length == 3 && words[0].matches("[0-9]{1,9}") && words[2].matches("[0-9]{1,5}");
        if (isWhole && Integer.parseInt(words[2]) <= PORT_MAX) {
            known.put(Integer.parseInt(words[0]), new PeerAddress(words[1], Integer.parseInt(words[2])));
        } else if (!line.isBlank()) {
            LOG.warn("{} has a line that is no ID HOST PORT: {}", directory.resolve(FILE), line);
        }
    }

    /**
     * Where the node listens; empty while that is not known. Names are looked up elsewhere, each time anew, because whoever
     * asks must not wait for a name server: until it answers, what it answered last is good.
     */
    Optional<InetSocketAddress> find(int nodeId) {
        return target(nodeId).flatMap(address -> {
            if (LITERAL.matcher(address.host()).matches()) {
                return Optional.of(new InetSocketAddress(address.host(), address.port()));
            }
            resolveSoon(address.host());
            return Optional.ofNullable(resolved.get(address.host()))
                    .map(found -> new InetSocketAddress(found, address.port()));
        });
    }

    private Optional<PeerAddress> target(int nodeId) {
        PeerAddress byHand = corrected.get(nodeId);
        boolean isItsTurn = byHand != null && turns.getAndIncrement() % 2 == 0;
        return Optional.ofNullable(isItsTurn ? byHand : known.get(nodeId));
    }

    private void resolveSoon(String host) {
        if (resolving.add(host)) {
            BrokerThreads.virtual().execute(() -> {
                try {
                    resolved.put(host, InetAddress.getByName(host));
                } catch (UnknownHostException e) {
                    LOG.warn("the name server does not know the host of another node: {}", e.getMessage());
                } finally {
                    resolving.remove(host);
                }
            });
        }
    }

    /** Nodes that are known beside this one. */
    Set<Integer> others(int nodeId) {
        Set<Integer> others = new TreeSet<>(known.keySet());
        others.remove(nodeId);
        return others;
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
        try {
            note(now);
        } catch (IOException e) {
            LOG.warn("the addresses of the other nodes cannot be noted, a restart would look for them in vain", e);
        }
    }

    /**
     * As the nodes say that take this one in. Throws {@link UncheckedIOException} if it cannot be noted: a restart that knows no
     * others takes itself for the first node.
     */
    synchronized void begin(Map<Integer, PeerAddress> now) {
        try {
            note(now);
        } catch (IOException e) {
            throw new UncheckedIOException("the addresses of the other nodes cannot be noted in " + directory, e);
        }
    }

    private void note(Map<Integer, PeerAddress> now) throws IOException {
        weighCorrections(now);
        if (known.equals(now) && isNoted) {
            return;
        }
        isNoted = false;
        known.keySet().retainAll(now.keySet());
        known.putAll(now);
        write();
    }

    private void weighCorrections(Map<Integer, PeerAddress> now) {
        if (isTouched) {
            isTouched = false;
            known.forEach((id, address) -> {
                if (now.containsKey(id) && !address.equals(now.get(id))) {
                    corrected.put(id, address);
                }
            });
        } else {
            corrected.keySet().removeIf(id -> !Objects.equals(known.get(id), now.get(id)));
        }
    }

    private void write() throws IOException {
        Map<Integer, PeerAddress> written = new TreeMap<>(known);
        written.putAll(corrected);
        List<String> lines = new ArrayList<>();
        written.forEach((id, address) -> lines.add(id + " " + address.host() + " " + address.port()));
        if (corrected.isEmpty()) {
            lines.add(mark(lines));
        }
        Path next = directory.resolve(FILE + ".next");
        Files.createDirectories(directory);
        Files.write(next, lines);
        sync(next, StandardOpenOption.WRITE);
        Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        sync(directory, StandardOpenOption.READ);
        isNoted = true;
    }

    /** A power cut would leave an empty file behind, which is as bad as none. */
    private static void sync(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }
}
