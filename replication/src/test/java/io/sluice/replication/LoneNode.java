package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SystemClock;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.raft.RaftSettings;
import io.sluice.replication.raft.SimulatedNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The only node of its cluster, with shard 0, on a simulated disk. Owner: one test thread. */
final class LoneNode implements AutoCloseable {
    static final int ADDED = 4;
    static final Path DIRECTORY = Path.of("/data");

    private final SplittableRandom random = new SplittableRandom(1);
    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private SimulatedDisk disk = new SimulatedDisk(random.split());
    private final AtomicReference<@Nullable RuntimeException> halted = new AtomicReference<>();
    private Replication replication = open();

    private Replication open() {
        return Replication.open(
                new ReplicationSettings(
                        DIRECTORY,
                        new JournalSettings(64 << 10, 256 << 10, 2 << 20),
                        1 << 20,
                        2 << 20,
                        64 << 10,
                        50,
                        3),
                List.of(new ShardSpec(0, Durability.FSYNC, List.of(), List.of(1))),
                Optional.of(new ClusterNode(
                        new NodeIdentity("cluster", 1),
                        network.join(1),
                        new RaftSettings(200, 1L << 20, 4L << 20, 500),
                        reason -> halted.compareAndSet(null, reason))),
                disk,
                new SystemClock(),
                random.split(),
                Thread.ofPlatform().daemon().factory());
    }

    SimulatedDisk disk() {
        return disk;
    }

    Replication replication() {
        return replication;
    }

    /** Behind a stop or a kill. */
    void start() {
        replication = open();
    }

    /** The shard that is added, once it leads. */
    Shard add() {
        Shard shard = replication.addShard(new ShardSpec(ADDED, Durability.FSYNC, List.of(), List.of(1)));
        NodesUnderTest.await("it leads", shard::isLeading);
        return shard;
    }

    /** With entries in its journals that no checkpoint has. */
    void kill() {
        network.leave(1);
        disk = disk.afterKill();
        replication.abandon();
        // Whoever wrote when the disk was gone would have ended the process: it has ended.
        halted.set(null);
    }

    /** What was not synced is gone; behind a stop. */
    void losePower() {
        disk = disk.afterPowerLoss();
    }

    @Override
    public void close() {
        replication.stop();
        network.close();
        assertThat(halted).as("why the process would have ended").hasNullValue();
    }
}
