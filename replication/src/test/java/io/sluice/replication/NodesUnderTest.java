package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.raft.RaftSettings;
import io.sluice.replication.raft.SimulatedNetwork;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes of a cluster in one process over a simulated network, each with a disk of its own that outlives it, and what a
 * patient client makes of them: it sends to whoever leads until it is told that it was taken.
 */
final class NodesUnderTest implements AutoCloseable {
    static final int SHARD = 1;
    static final TopicId TOPIC = new TopicId(5, 6);
    static final int PARTITIONS = 2;
    private static final int PRODUCER = 77;

    /** As many as clients send: older repeats are not known any more, and a client that sends one again asks for ever. */
    private static final int WINDOW = 5;

    private static final Path SHARD_DIRECTORY = Path.of("/data/shard-" + SHARD);

    /** Of the journal's format. */
    private static final int PAGE_BYTES = 4096;

    private static final int FIRST_BLOCK_AT = PAGE_BYTES;
    private static final int BLOCK_HEADER_BYTES = 72;
    private static final int BLOCK_MAGIC = 0x534C4A42;
    private static final int LSN_AT = 16;
    private static final int BODY_LENGTH_AT = 48;

    private static final String CLUSTER = "cluster-under-test";
    private static final SegmentSettings SEGMENTS = new SegmentSettings(64 * 1024, 1_000_000, 4096);
    private static final RaftSettings RAFT = new RaftSettings(400, 1L << 20, 4L << 20, 500);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long ANSWER_NS = TimeUnit.SECONDS.toNanos(3);

    private final SplittableRandom random;
    private final SimulatedNetwork network;
    private final List<Integer> first;
    private final Map<Integer, SimulatedDisk> disks = new HashMap<>();
    private final Map<Integer, NodeUnderTest> nodes = new TreeMap<>();
    private final int[] sequences = new int[PARTITIONS];
    private final List<List<String>> acknowledged = List.of(new ArrayList<>(), new ArrayList<>());
    private int commands;

    NodesUnderTest(long seed, int size) {
        random = new SplittableRandom(seed);
        network = new SimulatedNetwork(seed);
        first = IntStream.rangeClosed(1, size).boxed().toList();
        first.forEach(this::start);
        await("the topic is open", () -> {
            ErrorCode error = awaitLeader()
                    .shard()
                    .propose(new ControlEntry.Open(TOPIC, 1, 0, PARTITIONS, 0, 0, SEGMENTS))
                    .join();
            return error == ErrorCode.NONE;
        });
    }

    SimulatedNetwork network() {
        return network;
    }

    SplittableRandom random() {
        return random;
    }

    List<Integer> running() {
        return List.copyOf(nodes.keySet());
    }

    NodeUnderTest node(int nodeId) {
        NodeUnderTest node = nodes.get(nodeId);
        assertThat(node).as("node %d runs", nodeId).isNotNull();
        return node;
    }

    void start(int nodeId) {
        nodes.put(nodeId, new NodeUnderTest(nodeId, first));
    }

    /** A node with an empty disk that others will add. */
    void startEmpty(int nodeId) {
        nodes.put(nodeId, new NodeUnderTest(nodeId, List.of()));
    }

    /** Leaves so many bytes free on the node's disk. */
    void fillDisk(int nodeId, long freeBytes) {
        SimulatedDisk disk = disks.get(nodeId);
        disk.limitCapacity(Long.MAX_VALUE - disk.usableBytes(Path.of("/")) + freeBytes);
    }

    void emptyDisk(int nodeId) {
        disks.get(nodeId).limitCapacity(Long.MAX_VALUE);
    }

    /** Stops the node and changes a byte of the first segment of the first partition on its disk. */
    void stopAndDamage(int nodeId, long filePosition) {
        Path partition = node(nodeId).shard().table().directory(TOPIC, 0, 0);
        stop(nodeId);
        SimulatedDisk disk = disks.get(nodeId);
        String first = disk.list(partition).stream()
                .filter(name -> name.endsWith(".log"))
                .findFirst()
                .orElseThrow();
        try (DiskFile file = disk.open(partition.resolve(first))) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, filePosition);
            file.write(one.put(0, (byte) (one.get(0) ^ 1)).rewind(), filePosition);
        }
    }

    /** Of a node that does not run: bytes of the segments of the partition that are full, in their order. */
    List<Long> fullSegments(int nodeId, int partition) {
        Path directory = SHARD_DIRECTORY.resolve("partitions/" + TOPIC + "/" + partition);
        List<Long> lengths = disk(nodeId).list(directory).stream()
                .filter(name -> name.endsWith(".log"))
                .map(name -> disk(nodeId).sizeBytes(directory.resolve(name)))
                .toList();
        return lengths.subList(0, Math.max(0, lengths.size() - 1));
    }

    /** Of a node that does not run: flips a bit in the first block of each journal file in which another one follows it. */
    void damageJournal(int nodeId) {
        SimulatedDisk disk = disk(nodeId);
        Path journal = SHARD_DIRECTORY.resolve("journal");
        List<Path> damaged = disk.list(journal).stream()
                .map(journal::resolve)
                .filter(file -> isBlock(disk, file, FIRST_BLOCK_AT) && isBlock(disk, file, nextBlockAt(disk, file)))
                .toList();
        assertThat(damaged).isNotEmpty();
        damaged.forEach(file -> disk.flipByte(file, FIRST_BLOCK_AT + LSN_AT, (byte) 1));
    }

    private static boolean isBlock(SimulatedDisk disk, Path file, long filePosition) {
        return blockHeader(disk, file, filePosition).getInt(0) == BLOCK_MAGIC;
    }

    private static long nextBlockAt(SimulatedDisk disk, Path file) {
        int bodyBytes = blockHeader(disk, file, FIRST_BLOCK_AT).getInt(BODY_LENGTH_AT);
        return FIRST_BLOCK_AT + Math.ceilDiv(BLOCK_HEADER_BYTES + bodyBytes, PAGE_BYTES) * (long) PAGE_BYTES;
    }

    private static ByteBuffer blockHeader(SimulatedDisk disk, Path path, long filePosition) {
        ByteBuffer header = ByteBuffer.allocate(BLOCK_HEADER_BYTES);
        try (DiskFile file = disk.open(path)) {
            file.read(header, filePosition);
        }
        return header;
    }

    /** Names in the directory that the node has for the shard. */
    List<String> keptBy(int nodeId) {
        return disk(nodeId).list(SHARD_DIRECTORY);
    }

    private SimulatedDisk disk(int nodeId) {
        SimulatedDisk disk = disks.get(nodeId);
        assertThat(disk).as("node %d ran before", nodeId).isNotNull();
        return disk;
    }

    /** Starts a node on the disk of another. */
    void startAs(int diskOf, int nodeId) {
        disks.put(nodeId, disks.get(diskOf));
        startEmpty(nodeId);
    }

    /** Ends a node as kill -9 or a power cut does. */
    void kill(int nodeId, boolean powerFails) {
        NodeUnderTest node = node(nodeId);
        node.isDead = true;
        network.leave(nodeId);
        SimulatedDisk disk = disks.get(nodeId);
        disks.put(nodeId, powerFails ? disk.afterPowerLoss() : disk.afterKill());
        nodes.remove(nodeId);
        node.replication.abandon();
    }

    /** Ends a node in good order. */
    void stop(int nodeId) {
        NodeUnderTest node = node(nodeId);
        node.replication.stop();
        node.isDead = true;
        nodes.remove(nodeId);
    }

    NodeUnderTest awaitLeader() {
        NodeUnderTest[] found = new NodeUnderTest[1];
        await("there is a leader", () -> {
            for (NodeUnderTest node : nodes.values()) {
                assertThat(node.halted).as("node %d goes on", node.nodeId).isNull();
                long followers = nodes.values().stream()
                        .filter(each -> each.shard().leadership().leaderId() == node.nodeId)
                        .count();
                if (node.shard().isLeading()
                        && 2 * followers > node.shard().members().size()) {
                    found[0] = node;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** Tries again while new ones have not caught up in the time that the engine gives them. */
    void makeMembers(Integer... nodeIds) {
        await(
                "they are members",
                () -> awaitLeader()
                        .shard()
                        .changeMembers(List.of(nodeIds))
                        .join()
                        .isEmpty());
    }

    NodeUnderTest anyFollower() {
        NodeUnderTest leader = awaitLeader();
        return nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
    }

    /** Begins to append so many batches to the partition at the node, and does not wait. */
    void appendAt(NodeUnderTest node, int partition, int count) {
        PartitionReplica replica = node.shard().partition(TOPIC, partition);
        for (int i = 0; i < count && replica != null; i++) {
            node.shard().append(replica, Batches.of("lost or not"), Runnable::run, (error, base, start) -> {});
        }
    }

    /** Appends so many records until each is acknowledged: an idempotent producer with a few requests on their way. */
    void append(int partition, int count) {
        int end = sequences[partition] + count;
        while (sequences[partition] < end) {
            NodeUnderTest leader = awaitLeader();
            PartitionReplica replica = leader.shard().partition(TOPIC, partition);
            if (replica != null) {
                sendWindow(leader, replica, Math.min(end, sequences[partition] + WINDOW));
            }
        }
    }

    /** Appends while the leader writes so many checkpoints, so that it keeps no entries from before. */
    void appendThrough(int checkpoints) {
        Checkpointer checkpointer = awaitLeader().shard().checkpointer();
        long end = checkpointer.writtenCount() + checkpoints;
        while (checkpointer.writtenCount() < end) {
            append(0, 20);
            append(1, 5);
        }
    }

    private void sendWindow(NodeUnderTest leader, PartitionReplica replica, int end) {
        int partition = replica.index();
        List<CompletableFuture<ErrorCode>> answers = new ArrayList<>();
        for (int sequence = sequences[partition]; sequence < end; sequence++) {
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            leader.shard()
                    .append(
                            replica,
                            Batches.ofProducer(PRODUCER, 0, sequence, value(partition, sequence)),
                            Runnable::run,
                            (error, base, start) -> answer.complete(error));
            answers.add(answer);
        }
        for (CompletableFuture<ErrorCode> answer : answers) {
            if (answerOf(leader, answer) != ErrorCode.NONE) {
                return;
            }
            acknowledged.get(partition).add(value(partition, sequences[partition]));
            sequences[partition]++;
        }
    }

    private String value(int partition, int sequence) {
        return partition + "-" + sequence + "-" + "x".repeat(sequence % 500);
    }

    /** A node that died answers nothing more, and one that is cut off only when it has noticed. */
    private static ErrorCode answerOf(NodeUnderTest node, CompletableFuture<ErrorCode> answer) {
        long endNs = System.nanoTime() + ANSWER_NS;
        while (!answer.isDone() && !node.isDead && System.nanoTime() < endNs) {
            LockSupport.parkNanos(200_000);
        }
        return answer.getNow(ErrorCode.REQUEST_TIMED_OUT);
    }

    /** Lets whoever leads count so many times, each until it is acknowledged. */
    void count(int times) {
        for (int i = 0; i < times; i++) {
            boolean isTaken = false;
            while (!isTaken) {
                NodeUnderTest leader = awaitLeader();
                CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
                leader.shard().submit(leader.machine, new CountOnce(++commands, answer));
                isTaken = answerOf(leader, answer) == ErrorCode.NONE;
            }
        }
    }

    private record CountOnce(int number, CompletableFuture<ErrorCode> answer) implements Command<CountingMachine> {
        @Override
        public void decide(CountingMachine machine, Decision decision, long nowMs) {
            decision.emit(CountingMachine.event(number));
            decision.afterCommit(() -> answer.complete(ErrorCode.NONE), answer::complete);
        }

        @Override
        public void refused(ErrorCode reason) {
            answer.complete(reason);
        }
    }

    /** Every running node has the same, and in it everything that was acknowledged, once and in its order. */
    void awaitAgreement() {
        append(0, 1);
        append(1, 1);
        NodeUnderTest leader = awaitLeader();
        await("all have applied the same", () -> {
            long index = leader.shard().appliedIndex();
            return nodes.values().stream().allMatch(node -> node.shard().appliedIndex() == index);
        });
        String expected = leader.described();
        for (NodeUnderTest node : nodes.values()) {
            assertThat(node.described()).as("node %d", node.nodeId).isEqualTo(expected);
            assertThat(node.halted).isNull();
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<String> values = new ArrayList<>(Batches.readAll(leader.partition(partition)));
            values.removeIf("lost or not"::equals);
            assertThat(values).isEqualTo(acknowledged.get(partition));
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waits in vain: %s", what).isLessThan(endNs);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        List.copyOf(nodes.values()).forEach(node -> node.replication.abandon());
        network.close();
    }

    /** One life of a node. */
    final class NodeUnderTest {
        private final int nodeId;
        private final Replication replication;
        private final CountingMachine machine = new CountingMachine();
        private volatile boolean isDead;
        private volatile @Nullable Throwable halted;

        private NodeUnderTest(int nodeId, List<Integer> firstReplicas) {
            this.nodeId = nodeId;
            replication = Replication.open(
                    new ReplicationSettings(
                            Path.of("/data"),
                            new JournalSettings(64 << 10, 256 << 10, 2 << 20),
                            1 << 20,
                            2 << 20,
                            64 << 10,
                            50,
                            3),
                    List.of(new ShardSpec(SHARD, Durability.FSYNC, List.of(machine), firstReplicas)),
                    Optional.of(new ClusterNode(
                            new NodeIdentity(CLUSTER, nodeId), network.join(nodeId), RAFT, reason -> halted = reason)),
                    disks.computeIfAbsent(nodeId, id -> new SimulatedDisk(random.split())),
                    new SystemClock(),
                    random.split(),
                    task -> Thread.ofPlatform()
                            .daemon()
                            .uncaughtExceptionHandler((thread, failure) -> halted = failure)
                            .unstarted(task));
        }

        int nodeId() {
            return nodeId;
        }

        double metric(String name) {
            double[] value = {Double.NaN};
            replication.collect(metric -> value[0] = metric.name().equals(name) ? metric.value() : value[0]);
            return value[0];
        }

        Shard shard() {
            return replication.shard(SHARD);
        }

        /** Whether it has the state of another node and not only the entries. */
        boolean installed() {
            return shard().checkpointer().installedCount() > 0;
        }

        PartitionReplica partition(int index) {
            PartitionReplica replica = shard().partition(TOPIC, index);
            assertThat(replica).isNotNull();
            return replica;
        }

        /** Everything that replicas must have in common, with a hash of all bytes that readers get. */
        private String described() {
            StringBuilder text =
                    new StringBuilder(shard().ask(() -> "counted " + machine.count() + " " + machine.order())
                            .join());
            for (int index = 0; index < PARTITIONS; index++) {
                PartitionReplica replica = partition(index);
                text.append('\n')
                        .append(shard().ask(() -> ShardUnderTest.describe(replica))
                                .join());
                text.append(" hash ").append(hash(replica));
            }
            return text.toString();
        }

        private static long hash(PartitionReplica replica) {
            CRC32C hash = new CRC32C();
            long offset = replica.startOffset();
            while (offset < replica.endOffset()) {
                Batches.Collector collector = new Batches.Collector();
                offset = replica.readBlocking(offset, 256 * 1024, true, collector);
                collector.addTo(hash);
            }
            return hash.getValue();
        }
    }
}
