package io.sluice.replication.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.BrokenInvariantException;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.DiskFullException;
import io.sluice.log.disk.RealDisk;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFilesTest {
    private static final Path DIRECTORY = Path.of("/shard/journal");
    private static final Path FIRST_FILE = DIRECTORY.resolve("000.journal");
    private static final JournalSettings SMALL = new JournalSettings(16 << 10, 48 << 10, 256 << 10);
    private static final JournalSettings LARGER = new JournalSettings(16 << 10, 48 << 10, 2 << 20);
    private static final long SALT = 0x1122334455667788L;

    private SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1));

    @BeforeEach
    void makeTheShardsDirectory() {
        disk.createDirectories(DIRECTORY.getParent());
        disk.syncDirectory(Path.of("/"));
    }

    @Test
    void theFormatIsTheDocumentedOne() {
        JournalFiles journal = JournalFiles.open(disk, DIRECTORY, SMALL, () -> SALT);
        journal.append(List.of(entry(1, 7, "abc"), entry(2, 8, "de")), true);
        journal.noteCommitted(1);
        journal.truncateSuffix(1);
        journal.close(true);
        assertHex(0, 32, "534c4a46 00000001 1122334455667788 0000000000000001 0000000000000001");
        assertThat(intAt(32)).isEqualTo(crc(0, 32));
        assertHex(
                4096,
                60,
                "534c4a42 00000001 1122334455667788 0000000000000001 0000000000000000"
                        + " 0000000000000000 0000000000000000 00000035 00000002 01000000");
        assertThat(intAt(4096 + 60)).isEqualTo(crc(4096 + 72, 0x35));
        assertThat(intAt(4096 + 64)).isEqualTo(crc(4096, 64));
        assertHex(
                4096 + 72,
                48 + 8,
                "0000000000000001 0000000000000007 00000003 2a000000"
                        + " 0000000000000002 0000000000000008 00000002 2a000000 616263 6465 000000");
        assertHex(
                8192,
                60,
                "534c4a42 00000002 1122334455667788 0000000000000002 0000000000000001"
                        + " 0000000000000002 0000000000000008 00000020 00000000 02000002");
        assertHex(8192 + 72, 32, "0000000000000001 0000000000000001 0000000000000007 0000000000000000");
        assertHex(
                12288,
                60,
                "534c4a42 00000003 1122334455667788 0000000000000003 0000000000000002"
                        + " 0000000000000001 0000000000000007 00000000 00000000 05000001");
        assertThat(disk.sizeBytes(FIRST_FILE)).isEqualTo(16 << 10);
    }

    @Test
    void whatIsCommittedIsKnownAgainAfterEveryStop() {
        JournalFiles first = open();
        first.append(List.of(entry(1, 1, "a"), entry(2, 1, "b"), entry(3, 1, "c")), true);
        first.noteCommitted(2);
        first.append(List.of(entry(4, 1, "d")), true);
        first.noteCommitted(3);
        for (int stop = 0; stop < 3; stop++) {
            disk = stop == 1 ? disk.afterKill() : disk.afterPowerLoss();
            JournalFiles again = open();
            assertThat(again.committedIndex()).isEqualTo(2);
        }
        try (JournalFiles last = open()) {
            last.noteCommitted(9);
            last.append(List.of(entry(5, 1, "e")), true);
            last.close(true);
        }
        try (JournalFiles again = open()) {
            assertThat(again.wasClosedCleanly()).isTrue();
            assertThat(again.committedIndex()).isEqualTo(5);
        }
    }

    @Test
    void aCleanStopIsToldAndNothingIsRewritten() {
        try (JournalFiles journal = open()) {
            journal.append(List.of(entry(1, 1, "a")), true);
            journal.close(true);
        }
        try (JournalFiles journal = open()) {
            assertThat(journal.wasClosedCleanly()).isTrue();
            assertThat(replayed(journal, 1)).containsExactly("1 a");
            assertThat(disk.list(DIRECTORY)).containsExactly("000.journal");
        }
        assertThat(open().wasClosedCleanly()).isFalse();
    }

    @Test
    void aProofSparesTheNextStartTheRewriting() {
        JournalFiles journal = open();
        journal.append(List.of(entry(1, 1, "a")), false);
        journal.appendProof();
        journal.appendProof();
        disk = disk.afterPowerLoss();
        assertThat(replayed(open(), 1)).containsExactly("1 a");
        assertThat(disk.list(DIRECTORY)).containsExactly("000.journal");
    }

    @Test
    void entriesOnTheRealDiskComeBack(@TempDir Path directory) {
        List<JournalEntry> written = new ArrayList<>();
        RealDisk real = new RealDisk();
        try (JournalFiles journal = JournalFiles.open(real, directory.resolve("j"), LARGER, new SplittableRandom(1))) {
            journal.prepareNextFile();
            for (long index = 1; index <= 60; index += 2) {
                List<JournalEntry> pair =
                        List.of(entry(index, index, "x".repeat((int) index * 300)), entry(index + 1, index, "y"));
                journal.append(pair, index % 5 == 0);
                written.addAll(pair);
                if (index == 41) {
                    journal.trimPrefix(38);
                }
            }
        }
        try (JournalFiles journal = JournalFiles.open(real, directory.resolve("j"), LARGER, new SplittableRandom(2))) {
            List<JournalEntry> found = new ArrayList<>();
            journal.replay(0, entry -> found.add(JournalOracle.copy(entry)));
            assertThat(found).isEqualTo(written.subList((int) journal.firstIndex() - 1, 60));
            assertThat(journal.firstIndex()).isBetween(2L, 38L);
            assertThat(journal.lastTerm()).isEqualTo(59);
        }
    }

    @Test
    void afterASyncAsideTrimmingWaitsForNoSync() {
        JournalFiles journal = JournalFiles.open(disk, DIRECTORY, LARGER, new SplittableRandom(1));
        for (long index = 1; index <= 60; index++) {
            journal.append(List.of(entry(index, 1, "v" + index)), false);
        }
        journal.syncAside();
        journal.append(List.of(entry(61, 1, "v61")), false);
        disk.failSync(1);

        journal.trimPrefix(40);

        assertThat(journal.firstIndex()).isBetween(2L, 40L);
        assertThatThrownBy(journal::sync).isInstanceOf(DiskException.class);
    }

    @Test
    void whatWasSyncedAsideIsSaidToBeDurableByTheNextBlock() {
        JournalFiles journal = open();
        journal.append(List.of(entry(1, 1, "a")), false);
        journal.syncAside();
        journal.append(List.of(entry(2, 1, "b")), true);
        disk.flipByte(FIRST_FILE, 4096 + 80, (byte) 1);
        disk = disk.afterPowerLoss();

        assertThatThrownBy(() -> replayed(open(), 1)).isInstanceOf(DamagedJournalException.class);
    }

    @Test
    void trimmedFilesAreRecycledAndTheirOldBlocksStayUnseen() {
        JournalFiles journal = open();
        for (long index = 1; index <= 200; index++) {
            journal.append(List.of(entry(index, 1, "v" + index)), true);
            if (index % 20 == 0) {
                journal.trimPrefix(index - 5);
            }
        }
        long bytes = disk.list(DIRECTORY).stream()
                .mapToLong(name -> disk.sizeBytes(DIRECTORY.resolve(name)))
                .sum();
        assertThat(bytes).isLessThanOrEqualTo(SMALL.budgetBytes());
        disk = disk.afterPowerLoss();
        JournalFiles next = open();
        assertThat(next.lastIndex()).isEqualTo(200);
        assertThat(replayed(next, 196)).containsExactly("196 v196", "197 v197", "198 v198", "199 v199", "200 v200");
    }

    @Test
    void aFullBudgetRefusesBeforeWritingAndTrimmingMakesRoom() {
        JournalFiles journal = open();
        assertThatThrownBy(() -> appendFrom(journal, 1, 1000)).isInstanceOf(JournalFullException.class);
        long last = journal.lastIndex();
        assertThat(last).isGreaterThan(40);
        journal.appendProof();
        journal.trimPrefix(last + 1);
        appendFrom(journal, last + 1, last + 20);
        assertThat(replayed(journal, last + 1)).hasSize(20);
    }

    @Test
    void aFullDiskRefusesTheNextFileAndKeepsTheJournalUsable() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 3);
        disk.limitCapacity(20 << 10);
        assertThatThrownBy(journal::prepareNextFile).isInstanceOf(DiskFullException.class);
        assertThatThrownBy(() -> appendFrom(journal, 4, 4)).isInstanceOf(DiskFullException.class);
        disk.limitCapacity(1 << 20);
        appendFrom(journal, 4, 10);
        disk = disk.afterPowerLoss();
        assertThat(open().lastIndex()).isEqualTo(10);
    }

    @Test
    void aCleanStopWithoutRoomForItsLastBlockIsAnUncleanOneAndNoFailure() {
        JournalFiles journal = JournalFiles.open(disk, DIRECTORY, SMALL, () -> SALT);
        appendFrom(journal, 1, 3);
        disk.limitCapacity(disk.sizeBytes(FIRST_FILE));

        journal.close(true);

        disk.limitCapacity(Long.MAX_VALUE);
        JournalFiles next = JournalFiles.open(disk, DIRECTORY, SMALL, () -> SALT + 1);
        assertThat(next.wasClosedCleanly()).isFalse();
        assertThat(next.lastIndex()).isEqualTo(3);
        next.close();
    }

    @Test
    void onAFullDiskTrimmedFilesAreStillRecycled() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 20);
        disk.limitCapacity(16 << 10);
        assertThatThrownBy(() -> appendFrom(journal, 21, 100)).isInstanceOf(DiskFullException.class);
        long last = journal.lastIndex();
        journal.trimPrefix(last + 1);
        appendFrom(journal, last + 1, last + 12);
        disk.limitCapacity(Long.MAX_VALUE);
        disk = disk.afterPowerLoss();
        assertThat(open().lastIndex()).isEqualTo(last + 12);
    }

    @Test
    void afterAFailedSyncNothingIsTakenAndTheNextStartKeepsOnlyWhatItCanPutOnTheDisk() {
        for (int seed = 0; seed < 40; seed++) {
            disk = new SimulatedDisk(new SplittableRandom(seed));
            makeTheShardsDirectory();
            JournalFiles journal = open();
            journal.append(List.of(entry(1, 1, "a")), true);
            disk.failSync(1);
            assertThatThrownBy(() -> journal.append(List.of(entry(2, 1, "b")), true))
                    .isInstanceOf(DiskException.class);
            assertThatThrownBy(() -> journal.append(List.of(entry(3, 1, "c")), true))
                    .isInstanceOf(DiskException.class);
            assertThatThrownBy(journal::sync).isInstanceOf(DiskException.class);
            disk = disk.afterKill();
            JournalFiles second = open();
            assertThat(replayed(second, 1)).containsExactly("1 a", "2 b");
            second.append(List.of(entry(3, 1, "c")), true);
            disk = disk.afterPowerLoss();
            assertThat(replayed(open(), 1)).containsExactly("1 a", "2 b", "3 c");
        }
    }

    @Test
    void truncationGivesIndexesAgainAndSurvives() {
        JournalFiles journal = open();
        journal.append(List.of(entry(1, 1, "a"), entry(2, 1, "b"), entry(3, 2, "c")), true);
        journal.append(List.of(entry(4, 2, "d")), true);
        journal.truncateSuffix(2);
        assertThat(journal.lastTerm()).isEqualTo(1);
        journal.append(List.of(entry(3, 3, "C")), true);
        assertThat(replayed(journal, 2)).containsExactly("2 b", "3 C");
        disk = disk.afterPowerLoss();
        JournalFiles next = open();
        assertThat(replayed(next, 1)).containsExactly("1 a", "2 b", "3 C");
        assertThat(next.lastTerm()).isEqualTo(3);
    }

    @Test
    void trimmingBeyondTheEndResets() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 3);
        journal.trimPrefix(10);
        assertThat(journal.firstIndex()).isEqualTo(10);
        assertThat(journal.lastIndex()).isEqualTo(9);
        journal.append(List.of(entry(10, 5, "x")), true);
        disk = disk.afterPowerLoss();
        assertThat(replayed(open(), 1)).containsExactly("10 x");
    }

    @Test
    void bytesAreCountedInBlocks() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 6);
        assertThat(journal.bytesFrom(1)).isEqualTo(6 * 4096);
        assertThat(journal.bytesFrom(5)).isEqualTo(2 * 4096);
        assertThat(journal.bytesFrom(7)).isZero();
    }

    @Test
    void entriesThatDoNotFollowOrAreTooLargeAreRefused() {
        JournalFiles journal = open();
        journal.append(List.of(entry(1, 5, "a")), true);
        assertThatThrownBy(() -> journal.append(List.of(entry(3, 5, "x")), true))
                .isInstanceOf(BrokenInvariantException.class);
        assertThatThrownBy(() -> journal.append(List.of(entry(2, 4, "x")), true))
                .isInstanceOf(BrokenInvariantException.class);
        ByteBuffer large = ByteBuffer.allocate(JournalFiles.ENTRY_BYTES_MAX + 1);
        assertThatThrownBy(() -> journal.append(List.of(new JournalEntry(2, 5, (byte) 0, large)), true))
                .isInstanceOf(IllegalArgumentException.class);
        journal.append(List.of(entry(2, 5, "b")), true);
        assertThat(replayed(journal, 0)).containsExactly("1 a", "2 b");
    }

    @Test
    void bodiesAreLeftAsTheyWere() {
        ByteBuffer body = ByteBuffer.allocateDirect(10).position(2).limit(7);
        open().append(List.of(new JournalEntry(1, 1, (byte) 0, body)), true);
        assertThat(body.position()).isEqualTo(2);
        assertThat(body.limit()).isEqualTo(7);
    }

    @Test
    void anEntryLargerThanAFileGetsALargerFile() {
        JournalFiles journal = open();
        journal.append(List.of(entry(1, 1, "z".repeat(100_000))), true);
        disk = disk.afterPowerLoss();
        assertThat(replayed(open(), 1)).containsExactly("1 " + "z".repeat(100_000));
    }

    @Test
    void aBlockBehindATornOneStaysDeadWhenAnotherTakesItsPlace() {
        JournalFiles journal = open();
        journal.append(List.of(entry(1, 1, "a")), true);
        journal.appendProof();
        journal.append(List.of(entry(2, 1, "b")), false);
        journal.append(List.of(entry(3, 1, "c")), false);
        journal.close();
        disk.flipByte(FIRST_FILE, 3 * 4096 + 50, (byte) 1);
        try (JournalFiles second = open()) {
            assertThat(replayed(second, 1)).containsExactly("1 a");
            second.append(List.of(entry(2, 1, "B")), true);
        }
        assertThat(replayed(open(), 1)).containsExactly("1 a", "2 B");
    }

    @Test
    void filesArePreparedAndReplayedWhileAppendsAndTrimsGoOn() throws Exception {
        JournalFiles journal = open();
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService others = Executors.newFixedThreadPool(2)) {
            Future<?> preparing = others.submit(() -> {
                while (!done.get()) {
                    journal.prepareNextFile();
                }
            });
            Future<?> replaying = others.submit(() -> {
                while (!done.get()) {
                    journal.replay(
                            0,
                            entry -> assertThat(UTF_8.decode(entry.body()).toString())
                                    .isEqualTo("v" + entry.index()));
                }
            });
            for (long index = 1; index <= 2000; index++) {
                appendTrimmingIfFull(journal, index);
            }
            done.set(true);
            preparing.get();
            replaying.get();
        }
        disk = disk.afterPowerLoss();
        assertThat(open().lastIndex()).isEqualTo(2000);
    }

    private static void appendTrimmingIfFull(JournalFiles journal, long index) {
        boolean appended = false;
        while (!appended) {
            try {
                journal.append(List.of(entry(index, 1, "v" + index)), index % 7 == 0);
                appended = true;
            } catch (JournalFullException e) {
                journal.trimPrefix(index - 3);
            }
        }
        if (index % 9 == 0) {
            journal.trimPrefix(index - 3);
        }
        if (index == 2000) {
            journal.sync();
        }
    }

    /** As of a node whose power fails again and again before there was time for a checkpoint. */
    @Test
    void uncleanStartsWithoutACheckpointDoNotMakeTheJournalGrowBeyondItsEntries() {
        for (int life = 1; life <= 60; life++) {
            JournalFiles journal = JournalFiles.open(disk, DIRECTORY, LARGER, new SplittableRandom(life));
            assertThat(journal.lastIndex()).isEqualTo(2L * life - 2);
            journal.append(List.of(entry(2L * life - 1, life, "v" + life), entry(2L * life, life, "w")), true);
            journal.prepareNextFile();
            disk = life % 2 == 0 ? disk.afterPowerLoss() : disk.afterKill();

            assertThat(journalBytes()).as("life %d", life).isLessThan(4 * 4096L * life + (300 << 10));
        }
        JournalFiles last = JournalFiles.open(disk, DIRECTORY, LARGER, new SplittableRandom(0));
        assertThat(last.firstIndex()).isEqualTo(1);
        assertThat(replayed(last, 1))
                .hasSize(120)
                .startsWith("1 v1", "2 w", "3 v2")
                .endsWith("119 v60", "120 w");
        assertThat(last.lastTerm()).isEqualTo(60);
    }

    @Test
    void uncleanStartsBehindACheckpointUseTheSameFilesAgain() {
        int mostFiles = 0;
        for (int life = 1; life <= 60; life++) {
            JournalFiles journal =
                    JournalFiles.open(disk, DIRECTORY, SMALL, new SplittableRandom(life), 10L * life - 15);
            assertThat(journal.lastIndex()).isEqualTo(10L * life - 10);
            assertThat(journal.firstIndex()).isLessThanOrEqualTo(Math.max(1, 10L * life - 15));
            appendFrom(journal, 10L * life - 9, 10L * life);
            journal.prepareNextFile();
            disk = life % 2 == 0 ? disk.afterPowerLoss() : disk.afterKill();
            mostFiles = Math.max(mostFiles, disk.list(DIRECTORY).size());
        }
        assertThat(mostFiles).isLessThan(8);
        assertThat(journalBytes()).isLessThanOrEqualTo(SMALL.budgetBytes());
        assertThat(replayed(open(), 599)).containsExactly("599 v599", "600 v600");
    }

    @Test
    void aStartThatIsNotNeededToRewriteAnythingForgetsTooWhatNobodyNeeds() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 40);
        journal.close(true);

        JournalFiles next = JournalFiles.open(disk, DIRECTORY, SMALL, new SplittableRandom(2), 38);

        assertThat(next.wasClosedCleanly()).isTrue();
        assertThat(next.firstIndex()).isBetween(20L, 38L);
        assertThat(replayed(next, 38)).containsExactly("38 v38", "39 v39", "40 v40");
    }

    /** A journal that promised less than its checkpoint, or was cut by a power failure. */
    @Test
    void aStartThatNeedsWhatIsBehindTheEndForgetsNothing() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 30);
        disk = disk.afterPowerLoss();

        JournalFiles next = JournalFiles.open(disk, DIRECTORY, SMALL, new SplittableRandom(2), 50);

        assertThat(next.firstIndex()).isEqualTo(1);
        assertThat(next.lastIndex()).isEqualTo(30);
    }

    @Test
    void aJournalThatHadToExceedItsBudgetReturnsToItOnceItIsTrimmed() {
        JournalFiles journal = open();
        for (long index = 1; index <= 150; index++) {
            journal.appendBeyondBudget(List.of(entry(index, 1, "v" + index)), true);
        }
        assertThat(journalBytes()).isGreaterThan(2 * SMALL.budgetBytes());
        assertThat(journal.isTight()).isTrue();

        journal.trimPrefix(149);
        journal.prepareNextFile();

        assertThat(journalBytes()).isLessThanOrEqualTo(SMALL.budgetBytes());
        assertThat(journal.isTight()).isFalse();
        disk = disk.afterPowerLoss();
        JournalFiles next = open();
        assertThat(replayed(next, 149)).containsExactly("149 v149", "150 v150");
        appendFrom(next, 151, 160);
        disk = disk.afterPowerLoss();
        assertThat(open().lastIndex()).isEqualTo(160);
    }

    @Test
    void aJournalWithASmallerBudgetThanBeforeReturnsToItAtItsStart() {
        JournalFiles journal = JournalFiles.open(disk, DIRECTORY, LARGER, new SplittableRandom(1));
        appendFrom(journal, 1, 300);
        disk = disk.afterPowerLoss();

        JournalFiles next = JournalFiles.open(disk, DIRECTORY, SMALL, new SplittableRandom(2), 299);

        assertThat(journalBytes()).isLessThanOrEqualTo(SMALL.budgetBytes());
        assertThat(replayed(next, 299)).containsExactly("299 v299", "300 v300");
    }

    @Test
    void freeFilesAreGivenBackButForTheNext() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 40);
        journal.trimPrefix(40);
        int before = disk.list(DIRECTORY).size();

        journal.giveBack();

        assertThat(before).isGreaterThan(3);
        assertThat(disk.list(DIRECTORY)).hasSize(2);
        appendFrom(journal, 41, 60);
        disk = disk.afterPowerLoss();
        assertThat(replayed(open(), 59)).containsExactly("59 v59", "60 v60");
    }

    private long journalBytes() {
        return disk.list(DIRECTORY).stream()
                .mapToLong(name -> disk.sizeBytes(DIRECTORY.resolve(name)))
                .sum();
    }

    @Test
    void aMissingFileIsDamage() {
        JournalFiles journal = open();
        appendFrom(journal, 1, 30);
        journal.close(true);
        disk.delete(DIRECTORY.resolve("001.journal"));
        assertThatThrownBy(this::open).isInstanceOf(DamagedJournalException.class);
    }

    private JournalFiles open() {
        return JournalFiles.open(disk, DIRECTORY, SMALL, new SplittableRandom(42));
    }

    private static void appendFrom(JournalFiles journal, long first, long last) {
        for (long index = first; index <= last; index++) {
            journal.append(List.of(entry(index, 1, "v" + index)), true);
        }
    }

    private static JournalEntry entry(long index, long term, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return new JournalEntry(
                index,
                term,
                (byte) 42,
                ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    private static List<String> replayed(JournalFiles journal, long fromIndex) {
        List<String> found = new ArrayList<>();
        journal.replay(fromIndex, entry -> found.add(entry.index() + " " + UTF_8.decode(entry.body())));
        return found;
    }

    private ByteBuffer bytes(long filePosition, int length) {
        try (DiskFile file = disk.openForReading(FIRST_FILE)) {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            file.read(buffer, filePosition);
            return buffer.flip();
        }
    }

    /** Blanks only group the expected digits. */
    private void assertHex(long filePosition, int length, String expected) {
        assertThat(HexFormat.of().formatHex(bytes(filePosition, length).array()))
                .isEqualTo(expected.replace(" ", ""));
    }

    private int intAt(long filePosition) {
        return bytes(filePosition, 4).getInt();
    }

    private int crc(long filePosition, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes(filePosition, length));
        return (int) crc.getValue();
    }
}
