package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.journal.SubmissionSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A group of some nodes in one process over a simulated network, each with a disk of its own that outlives it. */
final class ClusterUnderTest implements AutoCloseable {
    private static final AtomicInteger GROUPS = new AtomicInteger();
    static final Path DIRECTORY = Path.of("/shard");

    /** Behind the headers of file, block and entry. */
    private static final int FIRST_BODY_AT = 4096 + 72 + 24;

    private static final JournalSettings FILES = new JournalSettings(64 << 10, 256 << 10, 64 << 20);
    static final long ARRIVED_BYTES_MAX = 4L << 20;
    private static final RaftSettings SETTINGS = new RaftSettings(500, 1L << 20, ARRIVED_BYTES_MAX, 500);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(90);

    private final SplittableRandom random;
    private final SimulatedNetwork network;
    private final String group = "test-" + GROUPS.incrementAndGet();
    private final List<Integer> voters;
    private final Map<Integer, SimulatedDisk> disks = new HashMap<>();
    private final Map<Integer, NodeUnderTest> nodes = new TreeMap<>();
    /** What ended as committed, in the order in which the submitters heard of it, and what was rejected. */
    private final List<Integer> acknowledged = new ArrayList<>();

    private final List<Integer> rejected = new ArrayList<>();
    private int submitted;
    private volatile int addedBytes = 100;

    ClusterUnderTest(long seed, int size) {
        random = new SplittableRandom(seed);
        network = new SimulatedNetwork(seed);
        voters = IntStream.rangeClosed(1, size).boxed().toList();
        voters.forEach(this::start);
    }

    /** A node with an empty disk that waits to be made a member. */
    void startEmpty(int nodeId) {
        nodes.put(nodeId, new NodeUnderTest(nodeId, List.of()));
    }

    private SimulatedDisk newDisk() {
        SimulatedDisk disk = new SimulatedDisk(random.split());
        disk.createDirectories(DIRECTORY);
        disk.syncDirectory(Path.of("/"));
        return disk;
    }

    SimulatedNetwork network() {
        return network;
    }

    SplittableRandom random() {
        return random;
    }

    List<Integer> nodeIds() {
        return List.copyOf(nodes.keySet());
    }

    NodeUnderTest node(int nodeId) {
        NodeUnderTest node = nodes.get(nodeId);
        assertThat(node).as("node %d runs", nodeId).isNotNull();
        return node;
    }

    void start(int nodeId) {
        nodes.put(nodeId, new NodeUnderTest(nodeId, voters));
    }

    /** Ends a node as kill -9 or a power cut does; what it does from now on reaches nobody. */
    void crash(int nodeId, boolean powerFails) {
        NodeUnderTest node = node(nodeId);
        network.leave(nodeId);
        SimulatedDisk disk = disks.get(nodeId);
        synchronized (acknowledged) {
            node.isDead = true;
        }
        SimulatedDisk left = powerFails ? disk.afterPowerLoss() : disk.afterKill();
        nodes.remove(nodeId);
        node.close();
        disks.put(nodeId, left);
    }

    /**
     * Commits until the node has synced two more blocks: damage of the newest one would look like a write that a crash
     * interrupted, and a follower that lags may have none at all.
     */
    void commitInBlocksOf(int nodeId) {
        RaftJournal journal = node(nodeId).journal();
        long wanted = journal.syncs() + 2;
        while (journal.syncs() < wanted) {
            commit(1);
        }
    }

    /** Of a node that does not run: flips a bit of the first entry in its journal, which must not be in its newest block. */
    void damageJournal(int nodeId) {
        disk(nodeId).flipByte(DIRECTORY.resolve("journal/000.journal"), FIRST_BODY_AT, (byte) 1);
    }

    /** Of a node that does not run: deletes its journal. */
    void deleteJournal(int nodeId) {
        Path journal = DIRECTORY.resolve("journal");
        disk(nodeId).list(journal).forEach(name -> disk(nodeId).delete(journal.resolve(name)));
        disk(nodeId).delete(journal);
    }

    SimulatedDisk disk(int nodeId) {
        SimulatedDisk disk = disks.get(nodeId);
        assertThat(disk).as("node %d ran before", nodeId).isNotNull();
        return disk;
    }

    /** Waits for a node that leads and that a majority follows. */
    NodeUnderTest awaitLeader() {
        NodeUnderTest[] found = new NodeUnderTest[1];
        await("there is a leader", () -> {
            for (NodeUnderTest node : nodes.values()) {
                long followers = nodes.values().stream()
                        .filter(other -> other.journal
                                .leader()
                                .filter(id -> id == node.nodeId)
                                .isPresent())
                        .count();
                if (node.leadingTerm > 0 && 2 * followers > voters.size()) {
                    found[0] = node;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** From now on entries are at least so large. */
    void enlarge(int bytes) {
        addedBytes = bytes;
    }

    /** Gives so many numbered entries to the node. */
    void submit(NodeUnderTest node, int count) {
        for (int at = 0; at < count; at++) {
            node.add(submitted++);
        }
    }

    /** Gives entries to whoever leads until so many more are acknowledged, as a client that tries again does. */
    void commit(int count) {
        int wanted = acknowledged().size() + count;
        while (acknowledged().size() < wanted) {
            NodeUnderTest leader = awaitLeader();
            int first = submitted;
            submit(leader, wanted - acknowledged().size());
            int end = submitted;
            await("every submission ends", () -> endedBetween(first, end) == end - first);
        }
    }

    private long endedBetween(int first, int end) {
        synchronized (acknowledged) {
            return Stream.concat(acknowledged.stream(), rejected.stream())
                    .filter(number -> number >= first && number < end)
                    .count();
        }
    }

    List<Integer> acknowledged() {
        synchronized (acknowledged) {
            return List.copyOf(acknowledged);
        }
    }

    List<Integer> rejected() {
        synchronized (acknowledged) {
            return List.copyOf(rejected);
        }
    }

    /** Every running node has committed the same, with everything that was acknowledged, once and in order. */
    void awaitAgreement() {
        List<Integer> promised = acknowledged();
        await(
                "all nodes have committed what was acknowledged",
                () -> nodes.values().stream().allMatch(node -> node.numbers().containsAll(promised)));
        commit(1);
        await(
                "all nodes have committed the same",
                () -> nodes.values().stream()
                                .map(NodeUnderTest::described)
                                .distinct()
                                .count()
                        == 1);
        List<Integer> numbers = nodes.values().iterator().next().numbers();
        assertThat(numbers).doesNotHaveDuplicates().containsSubsequence(acknowledgedInOrder(numbers));
        assertThat(numbers).containsAll(acknowledged());
        nodes.values().forEach(node -> assertThat(node.halted).isNull());
    }

    private List<Integer> acknowledgedInOrder(List<Integer> numbers) {
        List<Integer> all = acknowledged();
        return numbers.stream().filter(all::contains).toList();
    }

    static void await(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waits in vain: %s", what).isLessThan(endNs);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        List.copyOf(nodes.values()).forEach(NodeUnderTest::close);
        network.close();
    }

    private record Numbered(int number, int addedBytes) implements Submission {
        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(addedBytes + number % 1000).putInt(0, number);
        }
    }

    /** One life of a node. */
    final class NodeUnderTest implements SubmissionSource, JournalListener, AutoCloseable {
        private final int nodeId;
        private final RaftMember member;
        private final RaftJournal journal;
        private final ArrayDeque<Submission> queued = new ArrayDeque<>();
        private final List<CommittedEntry> committed = new ArrayList<>();
        private volatile long leadingTerm;
        private boolean isDead;
        private volatile @Nullable RuntimeException halted;
        private volatile CountDownLatch mayApply = new CountDownLatch(0);

        private NodeUnderTest(int nodeId, List<Integer> firstVoters) {
            this.nodeId = nodeId;
            member = new RaftMember(
                    network.join(nodeId),
                    SETTINGS,
                    Thread.ofPlatform().daemon().factory(),
                    new SystemClock(),
                    reason -> halted = reason);
            SimulatedDisk disk = disks.computeIfAbsent(nodeId, id -> newDisk());
            journal = RaftJournal.open(
                    member,
                    new RaftGroup(
                            group, disk, DIRECTORY, FILES, random.split(), 0, 0, CheckpointTransfer.NONE, firstVoters));
            journal.start(this, this);
        }

        int nodeId() {
            return nodeId;
        }

        RaftJournal journal() {
            return journal;
        }

        private synchronized void add(int number) {
            queued.add(new Numbered(number, addedBytes));
            notifyAll();
        }

        @Override
        public synchronized List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException {
            if (queued.isEmpty() && waitNs > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, waitNs);
            }
            List<Submission> taken = new ArrayList<>();
            while (!queued.isEmpty() && taken.size() < 5) {
                taken.add(queued.removeFirst());
            }
            return taken;
        }

        @Override
        public void committed(List<CommittedEntry> entries) {
            awaitLeave();
            synchronized (acknowledged) {
                for (CommittedEntry entry : entries) {
                    committed.add(entry);
                    if (entry.submission() instanceof Numbered numbered && !isDead) {
                        acknowledged.add(numbered.number());
                    }
                }
            }
        }

        @Override
        public void rejected(List<? extends Submission> submissions, ErrorCode reason) {
            synchronized (acknowledged) {
                for (Submission submission : submissions) {
                    if (submission instanceof Numbered numbered) {
                        rejected.add(numbered.number());
                    }
                }
            }
        }

        @Override
        public void leadershipWon(long term) {
            leadingTerm = term;
        }

        @Override
        public void leadershipLost() {
            leadingTerm = 0;
        }

        boolean leads() {
            return leadingTerm > 0;
        }

        private void awaitLeave() {
            try {
                mayApply.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        /** What is committed waits here until {@link #applyAgain}, as behind a disk that stands still. */
        void stopApplying() {
            mayApply = new CountDownLatch(1);
        }

        void applyAgain() {
            mayApply.countDown();
        }

        /** What arrived and is not applied takes so much. */
        long arrivedBytes() {
            return member.memory().usedBytes();
        }

        /** Tells nobody any more where its log ends. */
        void forgetLogEnd() {
            member.logEnds().remove(group);
        }

        /** Asks the other node for something, of which nothing becomes. */
        void call(int otherId) {
            var unused = member.services().call(otherId, 99, ByteBuffer.allocate(0), 1_000);
        }

        List<Integer> numbers() {
            synchronized (acknowledged) {
                return committed.stream().map(entry -> entry.body().getInt(0)).toList();
            }
        }

        private List<String> described() {
            synchronized (acknowledged) {
                return committed.stream()
                        .map(entry -> entry.index() + " in " + entry.term() + ": "
                                + entry.body().getInt(0))
                        .toList();
            }
        }

        @Override
        public void close() {
            journal.stop(false);
            member.close();
        }
    }
}
