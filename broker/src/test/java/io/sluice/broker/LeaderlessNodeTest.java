package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ClusterNode;
import io.sluice.replication.NodeIdentity;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.raft.RaftSettings;
import io.sluice.replication.raft.SimulatedNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node shows of what it keeps while nobody leads. */
final class LeaderlessNodeTest {
    private static final long SEED = 5;
    private static final int STREAMS = 3;
    private static final byte[][] FIELDS = {{'a'}, {'1'}};
    private static final RaftSettings RAFT = new RaftSettings(400, 1L << 20, 4L << 20, 500);

    private final Clock clock = new SystemClock();

    @TempDir
    private Path folder;

    private LocalBroker open(Optional<BrokerCluster> node) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        return LocalBroker.open(
                BrokerSettings.DEFAULT,
                new ReplicationSettings(folder, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64),
                node,
                new RealDisk(),
                clock,
                new Random(SEED),
                Thread.ofPlatform().daemon().factory());
    }

    private static StreamKey key(int number) {
        return new StreamKey(0, ("stream-" + number).getBytes(StandardCharsets.US_ASCII));
    }

    private static void add(StreamService streams, StreamKey key) {
        StreamCommand add = new StreamCommand.Add(
                key, true, new StreamCommand.NewId.Exactly(new EntryId(1, 1)), List.of(FIELDS), Optional.empty());
        CompletableFuture<List<StreamAnswer>> answers = new CompletableFuture<>();
        streams.execute(List.of(add), false, Runnable::run, answers::complete);
        assertThat(answers.join()).hasOnlyElementsOfType(StreamAnswer.Id.class);
    }

    @Test
    void aNodeThatStartsWithoutALeaderShowsTheStreamsOfItsCheckpoint() {
        LocalBroker alone = open(Optional.empty());
        IntStream.range(0, STREAMS).forEach(number -> add(alone.streams(), key(number)));
        alone.stop();

        withoutLeader(follower -> {
            assertThat(follower.streams().leader().isHere()).isFalse();
            assertThat(follower.streams().keyCount(0)).isEqualTo(STREAMS);
            assertThat(follower.streams().find(key(1), Operation.READ)).isInstanceOf(StreamService.Found.Stream.class);
        });
    }

    @Test
    void groupsThatCannotBeAskedForAreNotLeftOutWithoutAWord() {
        LocalBroker alone = open(Optional.empty());
        alone.stop();

        withoutLeader(follower ->
                assertThat(follower.groups().list().join().error()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE));
    }

    /** The other two are not there, so nobody ever leads. */
    private void withoutLeader(Consumer<LocalBroker> check) {
        NodeIdentity identity = NodeIdentity.read(new RealDisk(), folder).orElseThrow();
        try (SimulatedNetwork network = new SimulatedNetwork(SEED)) {
            ClusterNode node = new ClusterNode(identity, network.join(identity.nodeId()), RAFT, failure -> {});
            LocalBroker follower = open(Optional.of(new BrokerCluster(node, List.of(1, 2, 3), 1)));
            try {
                check.accept(follower);
            } finally {
                follower.stop();
            }
        }
    }
}
