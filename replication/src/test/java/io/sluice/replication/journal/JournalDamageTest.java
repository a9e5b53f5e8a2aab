package io.sluice.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Changed bytes: in what was acknowledged they are damage and told, in the unsynced tail they are cut. */
class JournalDamageTest {
    private static final Path DIRECTORY = Path.of("/shard/journal");
    private static final JournalSettings SETTINGS = new JournalSettings(32 << 10, 32 << 10, 256 << 10);
    private static final int BODY_BYTES = 5000;
    private static final int BLOCK_BYTES = 8192;
    /** Three blocks fill a file of 32 KiB. */
    private static final int BLOCKS_PER_FILE = 3;

    @Property(tries = 300)
    void anyChangedByteInAnAcknowledgedBlockIsDamage(
            @ForAll @IntRange(max = 6) int block,
            @ForAll @IntRange(max = 72 + 24 + BODY_BYTES - 1) int at,
            @ForAll @IntRange(min = 1, max = 255) int mask) {
        boolean isSpare = at >= 68 && at < 72;
        SimulatedDisk disk = diskWith(8, 8);
        flip(disk, block, at, mask);
        if (isSpare) {
            assertThat(replay(disk)).hasSize(8);
        } else {
            assertThatThrownBy(() -> replay(disk))
                    .isInstanceOf(DamagedJournalException.class)
                    .hasMessageContaining("00" + block / BLOCKS_PER_FILE + ".journal")
                    .hasMessageContaining("position " + positionOf(block));
        }
    }

    @Property(tries = 200)
    void anyChangedByteInTheUnsyncedTailCutsIt(
            @ForAll @IntRange(min = 5, max = 7) int block,
            @ForAll @IntRange(max = 72 + 24 + BODY_BYTES - 1) int at,
            @ForAll @IntRange(min = 1, max = 255) int mask) {
        boolean isSpare = at >= 68 && at < 72;
        SimulatedDisk disk = diskWith(8, 5);
        flip(disk, block, at, mask);
        assertThat(replay(disk)).hasSize(isSpare ? 8 : block);
    }

    /** The last block was acknowledged, but nothing says so: indistinguishable from a torn one. */
    @Test
    void theLastBlockAloneCannotProveItself() {
        SimulatedDisk disk = diskWith(8, 8);
        flip(disk, 7, 100, 1);
        assertThat(replay(disk)).hasSize(7);
    }

    @Property(tries = 100)
    void aChangedFileHeaderIsDamage(
            @ForAll @IntRange(max = 1) int file,
            @ForAll @IntRange(max = 35) int at,
            @ForAll @IntRange(min = 1, max = 255) int mask) {
        SimulatedDisk disk = diskWith(8, 8);
        disk.flipByte(DIRECTORY.resolve("00" + file + ".journal"), at, (byte) mask);
        assertThatThrownBy(() -> replay(disk)).isInstanceOf(DamagedJournalException.class);
    }

    @Test
    void theNewestFilesLostHeaderIsDamageToo() {
        SimulatedDisk disk = diskWith(8, 8);
        disk.flipByte(DIRECTORY.resolve("002.journal"), 10, (byte) 1);
        assertThatThrownBy(() -> replay(disk)).isInstanceOf(DamagedJournalException.class);
    }

    @Test
    void damageInTheCopyOfATailIsToldBeforeAnythingFollowsIt() {
        SimulatedDisk disk = diskWith(8, 5);
        assertThat(replay(disk)).hasSize(8);
        disk.flipByte(DIRECTORY.resolve("003.journal"), BLOCK_BYTES + 200, (byte) 1);
        assertThatThrownBy(() -> replay(disk)).isInstanceOf(DamagedJournalException.class);
    }

    /** Blocks of one entry each, the first {@code synced} of them acknowledged as synced. */
    private static SimulatedDisk diskWith(int blocks, int synced) {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(3));
        disk.createDirectories(DIRECTORY.getParent());
        JournalFiles journal = open(disk);
        for (int index = 1; index <= blocks; index++) {
            ByteBuffer body = ByteBuffer.allocate(BODY_BYTES);
            new SplittableRandom(index).nextBytes(body.array());
            journal.append(List.of(new JournalEntry(index, 1, (byte) 1, body)), index <= synced);
        }
        journal.close();
        return disk;
    }

    private static void flip(SimulatedDisk disk, int block, int at, int mask) {
        Path file = DIRECTORY.resolve("00" + block / BLOCKS_PER_FILE + ".journal");
        disk.flipByte(file, positionOf(block) + at, (byte) mask);
    }

    private static long positionOf(int block) {
        return 4096 + (long) (block % BLOCKS_PER_FILE) * BLOCK_BYTES;
    }

    private static JournalFiles open(SimulatedDisk disk) {
        return JournalFiles.open(disk, DIRECTORY, SETTINGS, new SplittableRandom(5));
    }

    private static List<Long> replay(SimulatedDisk disk) {
        List<Long> indexes = new ArrayList<>();
        try (JournalFiles journal = open(disk)) {
            journal.replay(1, entry -> indexes.add(entry.index()));
        }
        return indexes;
    }
}
