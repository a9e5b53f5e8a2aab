package io.sluice.testkit.cluster;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Each node in a network namespace of its own, with a cable to a bridge that this process is on, too. The kernel's own packet
 * filter drops what is to be lost, so that both ends go through what a real network does to them: connections that stay half
 * open, and packets sent again behind ever longer pauses. Needs Linux, root, {@code ip} and {@code nft}. The addresses are of the
 * block for such tests (RFC 2544).
 */
final class NamespaceNetwork implements NodeNetwork {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration RESETS = Duration.ofMillis(300);
    private static final String NAME_PREFIX = "slu";
    private static final String BLOCK = "198.18.";
    private static final int NETWORKS = 254;
    private static final int FIRST_HOST = 10;
    private static final int DELAY_PER_LOST_PERCENT_MS = 10;
    private static final AtomicInteger MADE = new AtomicInteger();

    private final String name = NAME_PREFIX + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();
    private final String network;
    private final List<Integer> ids = new ArrayList<>();

    NamespaceNetwork() {
        deleteThoseOfDeadProcesses();
        network = freeNetwork();
        ip("netns", "add", name);
        ip("-n", name, "link", "add", "hub", "type", "bridge");
        ip("-n", name, "link", "set", "hub", "up");
        ip("link", "add", name, "type", "veth", "peer", "name", "port0", "netns", name);
        ip("-n", name, "link", "set", "port0", "master", "hub", "up");
        ip("addr", "add", network + "1/24", "dev", name);
        ip("link", "set", name, "up");
    }

    /** Whether this machine allows it to this process; tried by making one. */
    static boolean isPossible() {
        if (!OsProcess.isInstalled("ip") || !OsProcess.isInstalled("nft")) {
            return false;
        }
        try (NamespaceNetwork tried = new NamespaceNetwork()) {
            tried.settings(1);
            return true;
        } catch (IllegalStateException refused) {
            return false;
        }
    }

    /** A test that was killed leaves them. */
    private static void deleteThoseOfDeadProcesses() {
        OsProcess.run(LIMIT, "ip", "netns", "list")
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(known -> known.matches(NAME_PREFIX + "\\d+-.*"))
                .filter(known -> {
                    String pid = known.substring(NAME_PREFIX.length(), known.indexOf('-'));
                    return !Files.exists(Path.of("/proc", pid));
                })
                .forEach(dead -> ip("netns", "del", dead));
    }

    private static String freeNetwork() {
        String known = ip("-4", "-o", "addr");
        int first = (int) (ProcessHandle.current().pid() % NETWORKS);
        return IntStream.range(0, NETWORKS)
                .mapToObj(i -> BLOCK + ((first + i) % NETWORKS) + ".")
                .filter(each -> !known.contains(each))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("all networks of " + BLOCK + " are in use"));
    }

    private static String ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        return OsProcess.run(LIMIT, command.toArray(String[]::new));
    }

    private String namespace(int id) {
        return name + "-" + id;
    }

    private String host(int id) {
        return network + (FIRST_HOST + id);
    }

    private void filter(int id, String rules) {
        ip("netns", "exec", namespace(id), "nft", rules);
    }

    @Override
    public Map<String, String> settings(int id) {
        String own = namespace(id);
        String port = "port" + id;
        ip("netns", "add", own);
        ids.add(id);
        ip("-n", name, "link", "add", port, "type", "veth", "peer", "name", "cable", "netns", own);
        ip("-n", name, "link", "set", port, "master", "hub", "up");
        ip("-n", own, "addr", "add", host(id) + "/24", "dev", "cable");
        ip("-n", own, "link", "set", "cable", "up");
        ip("-n", own, "link", "set", "lo", "up");
        filter(
                id,
                "add table inet faults; add chain inet faults in { type filter hook input priority 0; };"
                        + " add chain inet faults resets { type filter hook input priority 1; }");
        String anyPort = host(id) + ":0";
        return Map.of("cluster.listen", anyPort, "kafka.listen", anyPort, "http.listen", anyPort);
    }

    @Override
    public BrokerCommand placed(int id, BrokerCommand command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace(id)));
        words.addAll(command.words());
        return new BrokerCommand(words, command.folder());
    }

    @Override
    public void began(int id, String address) {}

    @Override
    public void lose(int from, int to) {
        filter(to, "add rule inet faults in ip saddr " + host(from) + " drop");
    }

    /** Where the kernel cannot delay, it loses some: TCP sends them again, after 200 ms and more. */
    @Override
    public void slow(int limitMs) {
        int percent = 1 + limitMs / DELAY_PER_LOST_PERCENT_MS;
        ids.forEach(id ->
                filter(id, "add rule inet faults in iifname cable numgen random mod 100 < %d drop".formatted(percent)));
    }

    @Override
    public void tear() {
        String nodes = ids.stream().map(this::host).collect(Collectors.joining(", "));
        ids.forEach(id -> filter(
                id,
                "add rule inet faults resets ip saddr { %s } meta l4proto tcp reject with tcp reset".formatted(nodes)));
        Stopwatch.sleep(RESETS);
        ids.forEach(id -> filter(id, "flush chain inet faults resets"));
    }

    @Override
    public boolean hasCables() {
        return true;
    }

    @Override
    public void unplug(int id) {
        ip("-n", name, "link", "set", "port" + id, "down");
    }

    @Override
    public void heal() {
        ids.forEach(id -> {
            filter(id, "flush chain inet faults in");
            ip("-n", name, "link", "set", "port" + id, "up");
        });
    }

    /** The cables go with their namespaces. */
    @Override
    public void close() {
        ids.forEach(id -> ip("netns", "del", namespace(id)));
        ip("netns", "del", name);
    }
}
