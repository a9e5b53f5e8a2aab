package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PacksTest {
    private static final Path PARTITIONS = Path.of("/data/partitions");
    private static final int PACK_BYTES = 1_000;

    private final SimulatedDisk disk = new SimulatedDisk(new Random(1));
    private final Packs packs = new Packs(disk, new OpenFiles(5), PARTITIONS, 100);

    private void restore(int number, int liveBytes) {
        Path directory = PARTITIONS.resolve(Packs.DIRECTORY);
        disk.createDirectories(directory);
        try (DiskFile file = disk.create(directory.resolve(number + ".pack"))) {
            file.write(ByteBuffer.allocate(PACK_BYTES), 0);
        }
        packs.restored(new PackedPlace(number, 0, 0), liveBytes);
    }

    @Test
    void whatIsMostlyDeadIsEmptied() {
        restore(1, 499);
        restore(2, 500);

        packs.openNamed();

        assertThat(packs.sparse()).containsExactly(1L);
    }

    /** Else what they hold would be written anew at every checkpoint, for ever. */
    @Test
    void fullPacksStayHoweverManyThereAre() {
        for (int number = 1; number <= 40; number++) {
            restore(number, 760);
        }
        packs.openNamed();
        assertThat(packs.sparse()).isEmpty();

        packs.release(new PackedPlace(7, 0, 0), 100);

        assertThat(packs.sparse()).containsExactly(7L);
    }
}
