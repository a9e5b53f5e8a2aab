package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.DamagedJournalException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlotFileTest {
    private static final Path DIRECTORY = Path.of("/shard");
    private static final Path FILE = DIRECTORY.resolve("vote");

    private static SimulatedDisk disk(long seed) {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(seed));
        disk.createDirectories(DIRECTORY);
        disk.syncDirectory(Path.of("/"));
        return disk;
    }

    private static byte[] content(int number) {
        return ("content " + number).getBytes(StandardCharsets.US_ASCII);
    }

    private static int numberIn(SlotFile file) {
        return Integer.parseInt(new String(file.content(), StandardCharsets.US_ASCII).substring(8));
    }

    /** Every disk operation is a crash point, and power fails half of the time. */
    @Test
    void whatAWriteOrAnOpenShowedIsNeverForgotten() {
        for (long seed = 1; seed <= 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SimulatedDisk disk = disk(seed);
            SlotFile.create(disk, DIRECTORY, "vote", content(0)).close();
            int durable = 0;
            for (int life = 0; life < 6; life++) {
                disk.crashAfter(1 + random.nextInt(14));
                durable = live(disk, durable, seed);
                disk = random.nextBoolean() ? disk.afterPowerLoss() : disk.afterKill();
            }
        }
    }

    /** One life until the disk stops; answers what must be there in the next. */
    private static int live(SimulatedDisk disk, int durableBefore, long seed) {
        int durable = durableBefore;
        try (SlotFile file = SlotFile.open(disk, FILE)) {
            assertThat(numberIn(file)).as("seed %d", seed).isGreaterThanOrEqualTo(durable);
            durable = numberIn(file);
            for (int written = durable + 1; written <= durableBefore + 4; written++) {
                file.write(content(written));
                durable = written;
            }
        } catch (SimulatedCrashException crashed) {
            assertThat(disk.hasStopped()).isTrue();
        }
        return durable;
    }

    @Test
    void damageOfOneCopyCostsNothing() {
        for (int copy = 0; copy < 2; copy++) {
            SimulatedDisk disk = disk(1);
            try (SlotFile file = SlotFile.create(disk, DIRECTORY, "vote", content(1))) {
                file.write(content(2));
            }
            disk.flipByte(FILE, copy * 4096L + 21, (byte) 4);

            try (SlotFile file = SlotFile.open(disk, FILE)) {
                assertThat(numberIn(file)).isEqualTo(2);
            }
        }
    }

    @Test
    void damageOfBothCopiesIsToldAndNotTakenForAnEmptyFile() {
        SimulatedDisk disk = disk(1);
        SlotFile.create(disk, DIRECTORY, "vote", content(1)).close();
        disk.flipByte(FILE, 21, (byte) 4);
        disk.flipByte(FILE, 4096 + 21, (byte) 4);

        assertThatThrownBy(() -> SlotFile.open(disk, FILE))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining(FILE.toString());
    }

    @Test
    void afterAFailedSyncNoWriteCounts() {
        SimulatedDisk disk = disk(1);
        try (SlotFile file = SlotFile.create(disk, DIRECTORY, "vote", content(1))) {
            disk.failSync(1);
            assertThatThrownBy(() -> file.write(content(2))).isInstanceOf(DiskException.class);

            assertThatThrownBy(() -> file.write(content(3))).hasMessageContaining("earlier write failed");
        }
    }
}
