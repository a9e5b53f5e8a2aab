package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * A backup and a restoration on a disk that stops at every second of its operations or so: what they returned from is whole
 * after a power cut or a kill, anything less is refused, and the broker that was backed up loses nothing. {@code
 * -Dsluice.seed=S} chooses other misfortunes.
 */
class BackupCrashTest {
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final SegmentSettings SEGMENTS = new SegmentSettings(2 * 1024, 1_000_000, 512);
    private static final int RECORDS = 20;
    private static final Path DATA = Path.of("/data");
    private static final Path BACKUP = Path.of("/backup");
    private static final Path RESTORED = Path.of("/restored");

    private final long seed = Long.getLong("sluice.seed", 1);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<String> written = new ArrayList<>();

    @Test
    void aBackupIsWholeOrRefusedWhereverTheDiskStops() {
        boolean isDone = false;
        int refused = 0;
        for (long changes = 1; !isDone; changes += random.nextInt(1, 4)) {
            SimulatedDisk disk = new SimulatedDisk(random.split());
            Replication replication = filled(disk);
            disk.crashAfter(changes);
            isDone = backUp(replication, disk);
            replication.abandon();
            SimulatedDisk next = after(disk);

            boolean isWhole = restore(next);
            refused += isWhole ? 0 : 1;
            assertThat(isWhole || !isDone)
                    .as("seed %d, %d changes", seed, changes)
                    .isTrue();
            if (isWhole) {
                assertThat(records(next, RESTORED)).as("seed %d", seed).isEqualTo(written);
            }
            assertThat(records(next, DATA)).as("seed %d", seed).isEqualTo(written);
        }
        assertThat(refused).as("backups that were cut").isGreaterThan(5);
    }

    @Test
    void aRestorationIsWholeOrNoDataDirectoryWhereverTheDiskStops() {
        boolean isDone = false;
        int unusable = 0;
        for (long changes = 1; !isDone; changes += random.nextInt(1, 4)) {
            SimulatedDisk disk = new SimulatedDisk(random.split());
            Replication replication = filled(disk);
            replication.backup(BACKUP, Optional.empty(), BackupProgress.SILENT);
            replication.stop();
            disk.crashAfter(changes);
            isDone = restoreUntilCrash(disk);
            SimulatedDisk next = after(disk);

            // A directory in which nothing lies yet is begun anew; then it holds nothing.
            List<String> found = List.of();
            try {
                found = records(next, RESTORED);
            } catch (UnusableDirectoryException expected) {
                unusable++;
            }
            if (isDone || !found.isEmpty()) {
                assertThat(found).as("seed %d, %d changes", seed, changes).isEqualTo(written);
            }
        }
        assertThat(unusable).as("restorations that were cut").isGreaterThan(5);
    }

    private Replication filled(SimulatedDisk disk) {
        written.clear();
        Replication replication = open(disk, DATA);
        Shard shard = replication.shard(1);
        assertThat(shard.propose(new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, SEGMENTS))
                        .join())
                .isEqualTo(ErrorCode.NONE);
        PartitionReplica replica = shard.partition(TOPIC, 0);
        for (int number = 0; replica != null && number < RECORDS; number++) {
            String value = "record-" + number + "-" + "x".repeat(200);
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            shard.append(replica, Batches.of(value), Runnable::run, (error, base, start) -> answer.complete(error));
            assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
            written.add(value);
        }
        return replication;
    }

    private Replication open(SimulatedDisk disk, Path directory) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 16 << 20);
        return Replication.open(
                new ReplicationSettings(directory, journal, 1 << 20, 2 << 20, 16 << 20, 60_000, 16),
                List.of(new ShardSpec(1, Durability.FSYNC, List.of())),
                disk,
                new SystemClock(),
                new SplittableRandom(seed),
                task -> Thread.ofPlatform()
                        .daemon()
                        .uncaughtExceptionHandler((thread, failure) -> {})
                        .unstarted(task));
    }

    private SimulatedDisk after(SimulatedDisk disk) {
        return random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerLoss();
    }

    private static boolean backUp(Replication replication, SimulatedDisk disk) {
        try {
            replication.backup(BACKUP, Optional.empty(), BackupProgress.SILENT);
            return true;
        } catch (SimulatedCrashException | CompletionException | DiskException crashed) {
            assertThat(disk.hasStopped()).as("%s", crashed).isTrue();
            return false;
        }
    }

    private static boolean restoreUntilCrash(SimulatedDisk disk) {
        try {
            return restore(disk);
        } catch (SimulatedCrashException crashed) {
            return false;
        }
    }

    /** False if it is refused. */
    private static boolean restore(SimulatedDisk disk) {
        try {
            Restoration.of(disk, BACKUP, BackupProgress.SILENT).into(RESTORED);
            return true;
        } catch (BackupRefusedException refused) {
            return false;
        }
    }

    /** Every record of the partition; none if the directory has no such partition. */
    private List<String> records(SimulatedDisk disk, Path directory) {
        Replication replication = open(disk, directory);
        try {
            PartitionReplica replica = replication.shard(1).partition(TOPIC, 0);
            return replica == null ? List.of() : Batches.readAll(replica);
        } finally {
            replication.abandon();
        }
    }
}
