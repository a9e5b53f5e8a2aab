package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Wherever a node dies while another one's checkpoint takes the place of its own: the next start finds one of the two, whole. */
class StagedCheckpointTest {
    private static final Path SHARD = Path.of("/shard");

    @Test
    void anyCrashLeavesTheOldStateOrTheNew() {
        boolean isThrough = false;
        int olds = 0;
        int news = 0;
        for (int operations = 1; !isThrough; operations++) {
            SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(operations));
            DataDirectory.createDurably(disk, SHARD);
            write(disk, "partitions", "old");
            write(disk, "state", "old");
            CheckpointFile.write(disk, SHARD, content(1));
            disk.crashAfter(operations);
            isThrough = install(disk);

            SimulatedDisk left = isThrough ? disk.afterKill() : disk.afterPowerLoss();
            StagedCheckpoint.recover(left, SHARD);

            String expected = CheckpointFile.read(left, SHARD).index() == 1 ? "old" : "new";
            olds += expected.equals("old") ? 1 : 0;
            news += expected.equals("new") ? 1 : 0;
            assertThat(left.list(SHARD))
                    .as("after %d", operations)
                    .containsExactly("checkpoint", "partitions", "state");
            assertThat(left.list(SHARD.resolve("partitions"))).containsExactly(expected);
            assertThat(left.list(SHARD.resolve("state"))).containsExactly(expected);
        }
        assertThat(olds).isPositive();
        assertThat(news).isGreaterThan(1);
    }

    private static boolean install(SimulatedDisk disk) {
        try {
            StagedCheckpoint.discard(disk, SHARD);
            write(disk, StagedCheckpoint.PREFIX + "partitions", "new");
            write(disk, StagedCheckpoint.PREFIX + "state", "new");
            StagedCheckpoint.finish(disk, SHARD, content(2));
            StagedCheckpoint.takePlace(disk, SHARD);
            return true;
        } catch (SimulatedCrashException crashed) {
            return false;
        }
    }

    private static CheckpointFile.Content content(long index) {
        return new CheckpointFile.Content(index, 1, 0, List.of(), List.of(), List.of());
    }

    private static void write(SimulatedDisk disk, String directory, String name) {
        Path path = SHARD.resolve(directory);
        disk.createDirectories(path);
        try (DiskFile file = disk.create(path.resolve(name))) {
            file.write(ByteBuffer.allocate(10), 0);
            file.sync();
        }
        disk.syncDirectory(path);
        disk.syncDirectory(SHARD);
    }
}
