package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.Clock;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** A group of one node, whose journals are on a simulated disk. Owner: one test thread. */
final class LoneGroup implements AutoCloseable {
    static final Path DIRECTORY = Path.of("/shard");
    private static final RaftSettings SETTINGS = new RaftSettings(200, 4L << 20, 16L << 20, 5_000);

    private final SplittableRandom random = new SplittableRandom(8);
    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final List<RuntimeException> halts = new CopyOnWriteArrayList<>();
    private final Clock clock;
    private final JournalSettings files;
    private SimulatedDisk disk = new SimulatedDisk(random.split());
    private RaftMember member;

    LoneGroup(Clock clock, JournalSettings files) {
        this.clock = clock;
        this.files = files;
        disk.createDirectories(DIRECTORY);
        disk.syncDirectory(Path.of("/"));
        member = join();
    }

    private RaftMember join() {
        return new RaftMember(
                network.join(1), SETTINGS, Thread.ofPlatform().daemon().factory(), clock, halts::add);
    }

    RaftJournal open(long checkpointIndex, long checkpointTerm) {
        return RaftJournal.open(
                member,
                new RaftGroup(
                        "lone",
                        disk,
                        DIRECTORY,
                        files,
                        random,
                        checkpointIndex,
                        checkpointTerm,
                        CheckpointTransfer.NONE,
                        List.of(1)));
    }

    SimulatedDisk disk() {
        return disk;
    }

    SplittableRandom random() {
        return random;
    }

    /** Why the process would have ended; whoever expects it takes it away. */
    List<RuntimeException> halts() {
        return halts;
    }

    /** Its journal has stopped; what was not synced is gone, and the node starts again. */
    void losePower() {
        disk = disk.afterPowerLoss();
        member.close();
        member = join();
    }

    @Override
    public void close() {
        member.close();
        network.close();
        assertThat(halts).isEmpty();
    }
}
