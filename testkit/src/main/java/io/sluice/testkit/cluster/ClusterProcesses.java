package io.sluice.testkit.cluster;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Brokers as processes of their own that keep one cluster, numbered from 1, with faults between them if wanted. Owner: one
 * thread.
 */
public final class ClusterProcesses implements ClusterUnderTest {
    private static final Duration SPREAD_LIMIT = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(90);
    private static final int DEFAULT_REPLICAS = -1;
    private static final int DEFAULT_FACTOR = 3;
    private static final String TOKEN = "the nodes of a test know this\n";

    private final BrokerCommand command;
    private final Path folder;
    private final IntFunction<Path> data;
    private final NodeNetwork network;
    private final List<FaultyMachine> machines;
    private final Map<String, String> settings;
    private final List<BrokerProcess> nodes = new ArrayList<>();

    private ClusterProcesses(
            BrokerCommand command,
            Path folder,
            IntFunction<Path> data,
            NodeNetwork network,
            List<FaultyMachine> machines,
            Map<String, String> settings) {
        this.command = command;
        this.folder = folder;
        this.data = data;
        this.network = network;
        this.machines = List.copyOf(machines);
        this.settings = Map.copyOf(settings);
    }

    /** Starts so many, each with a folder of its own; returns when all are ready to serve clients. */
    public static ClusterProcesses start(BrokerCommand command, Path folder, int count) {
        return start(command, folder, id -> folder.resolve("node-" + id), count);
    }

    /** The same with further settings, alike for all. */
    public static ClusterProcesses start(BrokerCommand command, Path folder, int count, Map<String, String> settings) {
        IntFunction<Path> data = id -> folder.resolve("node-" + id);
        return start(new ClusterProcesses(command, folder, data, new PlainNetwork(), List.of(), settings), count);
    }

    /** The same with data where {@code data} says for each number; {@code folder} is for what they share. */
    public static ClusterProcesses start(BrokerCommand command, Path folder, IntFunction<Path> data, int count) {
        return start(new ClusterProcesses(command, folder, data, new PlainNetwork(), List.of(), Map.of()), count);
    }

    /** The same with a network between them that can be damaged; the seed decides about delays. */
    public static ClusterProcesses startWithFaults(BrokerCommand command, Path folder, int count, long seed) {
        return startOn(new ProxiedNetwork(seed), List.of(), command, folder, count);
    }

    /** The same on machines whose disks and clocks can be made worse too, if this one has what that needs. */
    public static ClusterProcesses startOnFaultyMachines(BrokerCommand command, Path folder, int count, long seed) {
        return startOn(new ProxiedNetwork(seed), faultyMachines(folder, count), command, folder, count);
    }

    /** Whether this process may give each node a network namespace of its own, which takes Linux, root, ip and nft. */
    public static boolean mayHaveNamespaces() {
        return NamespaceNetwork.isPossible();
    }

    /** As {@link #startOnFaultyMachines}, with a cable to each node that the kernel's packet filter damages, and can be pulled. */
    public static ClusterProcesses startInNamespaces(BrokerCommand command, Path folder, int count) {
        return startOn(new NamespaceNetwork(), faultyMachines(folder, count), command, folder, count);
    }

    private static List<FaultyMachine> faultyMachines(Path folder, int count) {
        return FaultyMachine.isPossible() ? FaultyMachine.make(folder, count) : List.of();
    }

    private static ClusterProcesses startOn(
            NodeNetwork network, List<FaultyMachine> machines, BrokerCommand command, Path folder, int count) {
        return start(
                new ClusterProcesses(command, folder, id -> folder.resolve("node-" + id), network, machines, Map.of()),
                count);
    }

    private static ClusterProcesses start(ClusterProcesses cluster, int count) {
        try {
            for (int id = 1; id <= count; id++) {
                cluster.add(id);
            }
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void add(int id) {
        Map<String, String> own = new LinkedHashMap<>(settings);
        own.put("node.id", Integer.toString(id));
        own.put("cluster.token.file", token().toString());
        own.putAll(network.settings(id));
        if (id > 1) {
            own.put("cluster.join", nodes.getFirst().address("cluster"));
        }
        BrokerCommand program = machines.isEmpty() ? command : machine(id).of(command);
        BrokerProcess node = BrokerProcess.start(network.placed(id, program), data.apply(id), own);
        nodes.add(node);
        network.began(id, node.address("cluster"));
    }

    private Path token() {
        Path file = folder.resolve("token");
        try {
            Files.createDirectories(folder);
            return Files.writeString(file, TOKEN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node of that number. */
    public BrokerProcess node(int id) {
        return nodes.get(id - 1);
    }

    @Override
    public List<BrokerProcess> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public String addresses() {
        return nodes.stream().map(BrokerProcess::kafkaAddress).collect(Collectors.joining(","));
    }

    /** Where a node began to keep its data. */
    public Path data(int id) {
        return data.apply(id);
    }

    /** Whether the disks and clocks of these nodes can be made worse. */
    public boolean hasFaultyMachines() {
        return !machines.isEmpty();
    }

    /** Disks and clocks are right again. */
    public void healMachines() {
        machines.forEach(FaultyMachine::heal);
    }

    /** What the node of that number runs on. */
    public FaultyMachine machine(int id) {
        return machines.get(id - 1);
    }

    /**
     * A node that has ended and whose data is of no use any more: takes it out of the cluster, and lets it join again with an
     * empty folder under the same number. Returns when all nodes keep everything again.
     */
    public void replace(int id) {
        int other = id == 1 ? 2 : 1;
        try (ClusterAdmin admin = new ClusterAdmin(node(other).kafkaAddress())) {
            Stopwatch watch = Stopwatch.started();
            while (!isRemoved(admin, id)) {
                if (watch.hasPassed(REMOVAL_LIMIT)) {
                    throw new IllegalStateException("node " + id + " is still a member after " + REMOVAL_LIMIT);
                }
                Stopwatch.sleep(LOOK);
            }
        }
        OsProcess.run(REMOVAL_LIMIT, "rm", "-r", data(id).toString());
        node(id).set("cluster.join", node(other).address("cluster"));
        node(id).restart();
        try (ClusterAdmin admin = new ClusterAdmin(addresses())) {
            awaitShards(admin);
        }
    }

    private static boolean isRemoved(ClusterAdmin admin, int id) {
        try {
            boolean isMember = admin.members().contains(id);
            if (isMember) {
                admin.unregister(id);
            }
            return !isMember;
        } catch (ExecutionException | TimeoutException notNow) {
            return false;
        }
    }

    /** From now on what the one says to the other is lost without a word. */
    public void lose(int from, int to) {
        network.lose(from, to);
    }

    /** From now on everything takes up to so long, or some of it has to be sent again. */
    public void slow(int limitMs) {
        network.slow(limitMs);
    }

    /** Whether nodes have cables that can be pulled. */
    public boolean hasCables() {
        return network.hasCables();
    }

    /** From now on nothing gets to the node or away from it, of other nodes or of clients. */
    public void unplug(int id) {
        network.unplug(id);
    }

    /** Nothing is lost or late any more. */
    public void heal() {
        network.heal();
    }

    /** Breaks all connections between nodes. */
    public void tear() {
        network.tear();
    }

    /** Creates topics once there are as many shards as nodes, each kept by as many of them as by default. */
    public void createTopics(List<String> names, int partitions) {
        createTopics(names, partitions, Map.of());
    }

    @Override
    public void createTopics(List<String> names, int partitions, Map<String, String> configs) {
        try (ClusterAdmin admin = new ClusterAdmin(addresses())) {
            awaitShards(admin);
            admin.create(names, partitions, DEFAULT_REPLICAS, configs);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create " + names, e);
        }
    }

    private void awaitShards(ClusterAdmin admin) {
        Stopwatch watch = Stopwatch.started();
        int probe = 0;
        while (!isSpread(admin, "probe-" + probe++)) {
            if (watch.hasPassed(SPREAD_LIMIT) || nodes.stream().anyMatch(node -> !node.isAlive())) {
                String ended = nodes.stream()
                        .filter(node -> !node.isAlive())
                        .map(BrokerProcess::output)
                        .collect(Collectors.joining("\n"));
                throw new IllegalStateException(
                        "there are not as many shards as nodes after " + SPREAD_LIMIT + "\n" + ended);
            }
            Stopwatch.sleep(LOOK);
        }
    }

    /** A new topic is spread over all shards, and the first replica of a partition is the node that shall lead its shard. */
    private boolean isSpread(ClusterAdmin admin, String probe) {
        try {
            admin.create(List.of(probe), nodes.size(), DEFAULT_REPLICAS, Map.of());
            List<TopicPartitionInfo> partitions = admin.partitions(probe);
            admin.delete(probe);
            long shards = partitions.stream()
                    .filter(each ->
                            each.leader() != null && each.isr().size() == Math.min(DEFAULT_FACTOR, nodes.size()))
                    .map(each -> each.replicas().getFirst().id())
                    .distinct()
                    .count();
            return shards == nodes.size();
        } catch (ExecutionException | TimeoutException notYet) {
            return false;
        }
    }

    @Override
    public Optional<Integer> leader(String topic, int partition) {
        try (ClusterAdmin admin = new ClusterAdmin(addresses())) {
            return admin.leader(topic, partition);
        }
    }

    @Override
    public void close() {
        nodes.forEach(BrokerProcess::close);
        network.close();
    }
}
