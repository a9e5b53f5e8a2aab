package io.sluice.log.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What both disks promise, and what the simulated one forgets. */
class DiskTest {
    private static final Path FILE = Path.of("/node/file");

    @Test
    void theRealDiskBehavesAsPromised(@TempDir Path directory) {
        behavesAsPromised(new RealDisk(), directory);
    }

    @Test
    void theSimulatedDiskBehavesAsPromised() {
        behavesAsPromised(new SimulatedDisk(new SplittableRandom(1)), Path.of("/base"));
    }

    private static void behavesAsPromised(Disk disk, Path base) {
        Path directory = base.resolve("a/b");
        disk.createDirectories(directory);
        Path first = directory.resolve("first");
        try (DiskFile file = disk.create(first)) {
            file.write(new ByteBuffer[] {bytes("hello "), bytes(""), bytes("world")}, 3);
            file.write(bytes("J"), 9);
            file.sync();
            assertThat(file.sizeBytes()).isEqualTo(14);
            assertThat(read(file, 0, 100)).isEqualTo("\0\0\0hello Jorld");
            assertThat(file.read(ByteBuffer.allocate(4), 14)).isZero();
            file.truncate(5);
            assertThat(read(file, 0, 100)).isEqualTo("\0\0\0he");
        }
        assertThatThrownBy(() -> disk.create(first)).isInstanceOf(DiskException.class);
        disk.create(directory.resolve("second")).close();
        disk.rename(first, directory.resolve("second"));
        disk.syncDirectory(directory);
        assertThat(disk.list(directory)).containsExactly("second");
        assertThat(disk.exists(first)).isFalse();
        assertThat(disk.sizeBytes(directory.resolve("second"))).isEqualTo(5);
        assertThatThrownBy(() -> disk.open(first)).isInstanceOf(DiskException.class);
        assertThat(disk.list(base.resolve("none"))).isEmpty();
        disk.delete(first);
        linksFiles(disk, directory);
        assertThat(disk.usableBytes(directory)).isPositive();
        locksOnce(disk, base.resolve("lock"));
    }

    private static void linksFiles(Disk disk, Path directory) {
        Path second = directory.resolve("second");
        Path third = directory.resolve("third");
        assertThat(disk.tryLink(directory.resolve("none"), third)).isFalse();
        assertThat(disk.tryLink(second, third)).isTrue();
        assertThat(disk.tryLink(second, third)).as("there is something").isFalse();
        try (DiskFile file = disk.open(third)) {
            file.write(bytes("both"), 0);
        }
        disk.delete(second);
        try (DiskFile file = disk.openForReading(third)) {
            assertThat(read(file, 0, 4)).isEqualTo("both");
        }
    }

    private static void locksOnce(Disk disk, Path lock) {
        DiskLock held = disk.lock(lock);
        assertThatThrownBy(() -> disk.lock(lock)).isInstanceOf(DiskLockedException.class);
        held.close();
        DiskLock next = disk.lock(lock);
        held.close();
        assertThatThrownBy(() -> disk.lock(lock)).isInstanceOf(DiskLockedException.class);
        next.close();
    }

    /** Who meets a full disk waits and tries again; the pages that a failed sync has lost are clean then. */
    @Test
    void aSyncThatFailsForWantOfSpaceIsNoFullDisk() {
        IOException noSpace = new IOException("No space left on device");

        assertThat(RealDisk.failure("write", FILE, noSpace)).isInstanceOf(DiskFullException.class);
        assertThat(RealDisk.syncFailure(FILE, noSpace))
                .isNotInstanceOf(DiskFullException.class)
                .hasMessage("could not sync /node/file: No space left on device");
    }

    @Test
    void aPowerCutKeepsWhatWasSynced() {
        SimulatedDisk disk = fileOnDisk("synced", 7);
        assertThat(read(disk.afterPowerLoss().open(FILE), 0, 6)).isEqualTo("synced");
    }

    @Test
    void aPowerCutMayDropWhatWasNotSynced() {
        boolean kept = false;
        boolean dropped = false;
        for (int seed = 0; seed < 100; seed++) {
            SimulatedDisk disk = fileOnDisk("old", seed);
            disk.open(FILE).write(bytes("new"), 0);
            String after = read(disk.afterPowerLoss().open(FILE), 0, 3);
            kept |= after.equals("new");
            dropped |= after.equals("old");
            assertThat(after).isIn("old", "new");
        }
        assertThat(kept).isTrue();
        assertThat(dropped).isTrue();
    }

    @Test
    void aKillLosesNothing() {
        SimulatedDisk disk = fileOnDisk("old", 7);
        disk.open(FILE).write(bytes("new"), 0);
        assertThat(read(disk.afterKill().open(FILE), 0, 3)).isEqualTo("new");
        assertThatThrownBy(() -> disk.exists(FILE)).isInstanceOf(SimulatedCrashException.class);
    }

    @Test
    void aSyncAfterAFailedSyncProvesNothing() {
        boolean lost = false;
        for (int seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = fileOnDisk("old", seed);
            DiskFile file = disk.open(FILE);
            file.write(bytes("new"), 0);
            disk.failSync(1);
            assertThatThrownBy(file::sync).isInstanceOf(DiskException.class);
            file.sync();
            assertThat(read(file, 0, 3)).isEqualTo("new");
            lost |= read(disk.afterPowerLoss().open(FILE), 0, 3).equals("old");
        }
        assertThat(lost).isTrue();
    }

    @Test
    void aNameIsDurableAfterItsDirectorysSyncOnly() {
        boolean lost = false;
        for (int seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = fileOnDisk("x", seed);
            disk.create(FILE.resolveSibling("other")).close();
            lost |= !disk.afterPowerLoss().exists(FILE.resolveSibling("other"));
        }
        assertThat(lost).isTrue();
    }

    @Test
    void aFileWithTwoNamesIsOneFileAfterAPowerCut() {
        SimulatedDisk disk = fileOnDisk("synced", 7);
        Path second = FILE.resolveSibling("second");
        disk.limitCapacity(6);
        assertThat(disk.tryLink(FILE, second)).isTrue();
        assertThat(disk.usableBytes(FILE)).isZero();
        disk.syncDirectory(FILE.getParent());

        SimulatedDisk next = disk.afterPowerLoss();
        next.open(FILE).write(bytes("S"), 0);

        assertThat(read(next.open(second), 0, 6)).isEqualTo("Synced");
    }

    @Test
    void aFullDiskTakesWhatFits() {
        SimulatedDisk disk = fileOnDisk("x", 7);
        disk.limitCapacity(4);
        DiskFile file = disk.open(FILE);
        assertThatThrownBy(() -> file.write(bytes("abcdef"), 0)).isInstanceOf(DiskFullException.class);
        assertThat(file.sizeBytes()).isEqualTo(4);
        file.write(bytes("ABCD"), 0);
    }

    @Test
    void theChosenOperationStopsTheMachine() {
        SimulatedDisk disk = fileOnDisk("x", 7);
        DiskFile file = disk.open(FILE);
        disk.crashAfter(2);
        file.write(bytes("a"), 0);
        assertThatThrownBy(file::sync).isInstanceOf(SimulatedCrashException.class);
        assertThatThrownBy(file::sync).isInstanceOf(SimulatedCrashException.class);
        assertThat(disk.openHandles()).isEqualTo(1);
        file.close();
        assertThat(disk.openHandles()).isZero();
    }

    private static SimulatedDisk fileOnDisk(String content, long seed) {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(seed));
        disk.createDirectories(FILE.getParent());
        disk.syncDirectory(Path.of("/"));
        try (DiskFile file = disk.create(FILE)) {
            file.write(bytes(content), 0);
            file.sync();
        }
        disk.syncDirectory(FILE.getParent());
        return disk;
    }

    private static String read(DiskFile file, long filePosition, int lengthBytes) {
        ByteBuffer buffer = ByteBuffer.allocate(lengthBytes);
        int count = file.read(buffer, filePosition);
        return new String(buffer.array(), 0, count, UTF_8);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
