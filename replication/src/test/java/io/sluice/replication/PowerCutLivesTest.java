package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose power fails again and again, each time before there was time for a checkpoint. */
@Timeout(60)
class PowerCutLivesTest {
    private static final int LIVES = 40;
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final SegmentSettings SEGMENTS = new SegmentSettings(16 * 1024, 1_000_000, 4096);
    private static final Path JOURNAL = Path.of("/data/shard-1/journal");
    private static final JournalSettings FILES = new JournalSettings(64 << 10, 256 << 10, 2 << 20);

    private SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1));

    @Test
    void losesNothingThatWasAcknowledgedAndKeepsItsJournalWithinTheBudget() {
        List<String> acknowledged = new ArrayList<>();
        for (int life = 1; life <= LIVES; life++) {
            Replication replication = open(life);
            Shard shard = replication.shard(1);
            shard.propose(new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, SEGMENTS)).join();
            PartitionReplica partition = Objects.requireNonNull(shard.partition(TOPIC, 0));
            assertThat(Batches.readAll(partition)).as("life %d", life).isEqualTo(acknowledged);
            append(partition, "v" + life);
            acknowledged.add("v" + life);
            replication.abandon();
            disk = life % 2 == 0 ? disk.afterPowerLoss() : disk.afterKill();

            assertThat(disk.exists(JOURNAL.resolveSibling(CheckpointFile.NAME))).isFalse();
            assertThat(journalBytes()).as("life %d", life).isLessThanOrEqualTo(FILES.budgetBytes());
            assertThat(disk.list(JOURNAL)).as("life %d", life).hasSizeLessThanOrEqualTo(8);
        }
    }

    private Replication open(int life) {
        return Replication.open(
                new ReplicationSettings(Path.of("/data"), FILES, 1 << 20, 2 << 20, 256 << 20, Integer.MAX_VALUE, 100),
                List.of(new ShardSpec(1, Durability.FSYNC, List.of())),
                disk,
                new SystemClock(),
                new SplittableRandom(life),
                Thread.ofPlatform().daemon().factory());
    }

    private static void append(PartitionReplica partition, String value) {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        partition
                .shard()
                .append(partition, Batches.of(value), Runnable::run, (error, base, start) -> answered.complete(true));
        answered.join();
    }

    private long journalBytes() {
        return disk.list(JOURNAL).stream()
                .mapToLong(name -> disk.sizeBytes(JOURNAL.resolve(name)))
                .sum();
    }
}
