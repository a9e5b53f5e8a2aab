package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.common.ErrorCode;
import io.sluice.common.FileSource;
import io.sluice.common.SystemClock;
import io.sluice.it.security.Certificates;
import io.sluice.log.disk.RealDisk;
import io.sluice.network.ListenerSettings;
import io.sluice.network.PeerNetwork;
import io.sluice.network.PeerSettings;
import io.sluice.network.Tls;
import io.sluice.network.TlsSettings;
import io.sluice.network.Transport;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.journal.SubmissionSource;
import io.sluice.replication.raft.RaftGroup;
import io.sluice.replication.raft.RaftJournal;
import io.sluice.replication.raft.RaftMember;
import io.sluice.replication.raft.RaftSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The raft journal of three nodes over real sockets and files, in one process. */
final class RaftOverSocketsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<Integer> ALL = List.of(1, 2, 3);
    private static final int ENTRIES = 60;
    private static final int TAKEN_MAX = 10;

    /** Small: files are filled with zeros, and a slow disk takes its time over the usual ones. */
    private static final JournalSettings FILES = new JournalSettings(256 << 10, 1 << 20, 64 << 20);

    private final Transport transport = Transport.start(2, false);
    private final Map<Integer, InetSocketAddress> addresses = new ConcurrentHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final BlockingQueue<Submission> refused = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        transport.close();
    }

    private record Numbered(int number) implements Submission {
        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(20_000).putInt(0, number);
        }
    }

    private final class Node implements SubmissionSource, JournalListener {
        private final PeerNetwork network;
        private final RaftMember member;
        private final RaftJournal journal;
        private final BlockingQueue<Submission> queued = new LinkedBlockingQueue<>();
        private final List<Integer> committed = new ArrayList<>();
        private volatile boolean leads;

        Node(int nodeId, Optional<Tls> tls) throws IOException {
            network = new PeerNetwork(
                    transport,
                    ListenerSettings.of("peer", "127.0.0.1", 0),
                    tls,
                    PeerSettings.of("cluster", nodeId),
                    other -> Optional.ofNullable(addresses.get(other)),
                    new SystemClock());
            member = new RaftMember(
                    network,
                    new RaftSettings(1_000, 4L << 20, 16L << 20, 2_000),
                    Thread.ofPlatform().daemon().factory(),
                    new SystemClock(),
                    reason -> {
                        throw new AssertionError("the process would have ended", reason);
                    });
            addresses.put(nodeId, network.boundAddress());
            Path directory = Files.createDirectory(folder.resolve("node-" + nodeId));
            journal = RaftJournal.open(
                    member,
                    new RaftGroup(
                            "sockets",
                            new RealDisk(),
                            directory,
                            FILES,
                            new SplittableRandom(nodeId),
                            0,
                            0,
                            CheckpointTransfer.NONE,
                            ALL));
        }

        void start() {
            journal.start(this, this);
        }

        @Override
        public List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException {
            Submission first = queued.poll(waitNs, TimeUnit.NANOSECONDS);
            List<Submission> taken = new ArrayList<>();
            if (first != null) {
                taken.add(first);
                queued.drainTo(taken, TAKEN_MAX - 1);
            }
            return taken;
        }

        @Override
        public synchronized void committed(List<CommittedEntry> entries) {
            entries.forEach(entry -> committed.add(entry.body().getInt(0)));
        }

        /** Tried again later, as clients do; so an entry may be there twice. */
        @Override
        public void rejected(List<? extends Submission> submissions, ErrorCode reason) {
            refused.addAll(submissions);
        }

        @Override
        public void leadershipWon(long term) {
            leads = true;
        }

        @Override
        public void leadershipLost() {
            leads = false;
        }

        synchronized List<Integer> committed() {
            return List.copyOf(committed);
        }

        void close() {
            journal.stop(false);
            member.close();
        }
    }

    private Node awaitLeader() {
        await().atMost(PATIENCE).until(() -> nodes.stream().anyMatch(node -> node.leads));
        return nodes.stream().filter(node -> node.leads).findAny().orElseThrow();
    }

    private void allCommitTheSame(int count) {
        for (int number = 0; number < count; number++) {
            awaitLeader().queued.add(new Numbered(number));
        }
        await().atMost(PATIENCE).until(() -> {
            List<Submission> again = new ArrayList<>();
            refused.drainTo(again);
            awaitLeader().queued.addAll(again);
            return nodes.stream()
                    .allMatch(node -> node.committed().stream().distinct().count() == count);
        });
        await().atMost(PATIENCE)
                .until(() -> nodes.stream().map(Node::committed).distinct().count() == 1);
    }

    private static Tls tls(Path store) {
        FileSource files = new FileSource() {
            @Override
            public byte[] read(Path file, long bytesMax) throws IOException {
                return Files.readAllBytes(file);
            }

            @Override
            public String stamp(Path file) {
                return file.toString();
            }
        };
        TlsSettings settings = new TlsSettings(
                Certificates.certificate(store),
                Optional.of(Certificates.key(store)),
                Optional.empty(),
                Optional.of(Certificates.certificate(store)),
                TlsSettings.Clients.REQUIRED,
                List.of("TLSv1.3"),
                10_000);
        return Tls.open(settings, files, new SystemClock());
    }

    @Test
    void threeNodesKeepOneJournal() throws IOException {
        for (int nodeId : ALL) {
            nodes.add(new Node(nodeId, Optional.empty()));
        }
        nodes.forEach(Node::start);

        allCommitTheSame(ENTRIES);
    }

    @Test
    void withMutualTlsToo() throws IOException {
        Tls tls = tls(Certificates.store(folder, "cluster"));
        for (int nodeId : ALL) {
            nodes.add(new Node(nodeId, Optional.of(tls)));
        }
        nodes.forEach(Node::start);

        allCommitTheSame(ENTRIES);
    }

    @Test
    void aNodeWithAStrangersCertificateHearsNothing() throws IOException {
        Tls tls = tls(Certificates.store(folder, "cluster"));
        nodes.add(new Node(1, Optional.of(tls)));
        nodes.add(new Node(2, Optional.of(tls)));
        nodes.add(new Node(3, Optional.of(tls(Certificates.store(folder, "stranger")))));
        nodes.forEach(Node::start);
        Node leader = awaitLeader();

        leader.queued.add(new Numbered(7));

        await().atMost(PATIENCE)
                .until(() -> nodes.subList(0, 2).stream()
                        .allMatch(node -> node.committed().contains(7)));
        assertThat(nodes.getLast().committed()).isEmpty();
        assertThat(nodes.getLast().leads).isFalse();
    }
}
