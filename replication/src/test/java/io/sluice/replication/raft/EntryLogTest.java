package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.journal.JournalFiles;
import io.sluice.replication.journal.JournalSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The engine's contracts with its log, one test each. */
class EntryLogTest {
    private static final Path DIRECTORY = Path.of("/shard/journal");
    private static final JournalSettings SMALL = new JournalSettings(16 << 10, 48 << 10, 400 << 10);

    private JournalSettings settings = SMALL;
    private final SplittableRandom random = new SplittableRandom(5);
    private final SimulatedClock clock = new SimulatedClock();
    private final List<RuntimeException> halts = new ArrayList<>();
    private SimulatedDisk disk = new SimulatedDisk(random.split());
    private long checkpointedIndex;
    private JournalFiles files;
    private EntryLog log;
    private ConfigurationManager configurations = new ConfigurationManager();

    EntryLogTest() {
        disk.createDirectories(DIRECTORY.getParent());
        disk.syncDirectory(Path.of("/"));
        files = JournalFiles.open(disk, DIRECTORY, settings, random);
        log = opened();
    }

    private EntryLog opened() {
        EntryLog opened = new EntryLog(
                files,
                clock,
                () -> checkpointedIndex,
                () -> checkpointedIndex,
                Peers.Members.of(List.of(1)),
                halts::add,
                () -> files.prepareNextFile(),
                () -> 1 << 20);
        configurations = new ConfigurationManager();
        LogStorageOptions options = new LogStorageOptions();
        options.setConfigurationManager(configurations);
        assertThat(opened.init(options)).isTrue();
        return opened;
    }

    private void reopen(SimulatedDisk newDisk) {
        files.close();
        disk = newDisk;
        files = JournalFiles.open(disk, DIRECTORY, settings, random);
        log = opened();
    }

    private static LogEntry data(long index, long term, int lengthBytes) {
        LogEntry entry = new LogEntry(EntryType.ENTRY_TYPE_DATA);
        entry.setId(new LogId(index, term));
        ByteBuffer body = ByteBuffer.allocate(lengthBytes);
        for (int at = 0; at < lengthBytes; at++) {
            body.put(at, (byte) (index + at));
        }
        entry.setData(body);
        return entry;
    }

    private static LogEntry configuration(long index, long term, Integer... voters) {
        LogEntry entry = new LogEntry(EntryType.ENTRY_TYPE_CONFIGURATION);
        entry.setId(new LogId(index, term));
        entry.setPeers(Peers.peers(List.of(voters)));
        return entry;
    }

    /** Five at a time, so that there are several blocks and files. */
    private void append(long fromIndex, long toIndex, long term) {
        for (long first = fromIndex; first <= toIndex; first += 5) {
            List<LogEntry> entries = LongStream.rangeClosed(first, Math.min(toIndex, first + 4))
                    .mapToObj(index -> data(index, term, 1000))
                    .toList();
            assertThat(log.appendEntries(entries)).isEqualTo(entries.size());
        }
    }

    private static @Nullable LogId idOf(@Nullable LogEntry entry) {
        return entry == null ? null : entry.getId();
    }

    @Test
    void anEmptyLogBeginsWithOneAndEndsWithNothing() {
        assertThat(log.getFirstLogIndex()).isEqualTo(1);
        assertThat(log.getLastLogIndex()).isZero();
        assertThat(log.getEntry(0)).isNull();
        assertThat(log.getEntry(1)).isNull();
    }

    @Test
    void entriesOfEachTypeComeBackAsTheyWere() {
        LogEntry joint = configuration(2, 1, 1, 2, 3);
        joint.setLearners(Peers.peers(List.of(9)));
        joint.setOldPeers(Peers.peers(List.of(1)));
        LogEntry empty = new LogEntry(EntryType.ENTRY_TYPE_NO_OP);
        empty.setId(new LogId(3, 2));
        List<LogEntry> entries = List.of(data(1, 1, 500), joint, empty, data(4, 2, 0));

        assertThat(log.appendEntries(entries)).isEqualTo(4);

        for (LogEntry entry : entries) {
            assertThat(log.getEntry(entry.getId().getIndex())).isEqualTo(entry);
        }
        assertThat(log.getLastLogIndex()).isEqualTo(4);
    }

    @Test
    void anAppendIsDurableWhenItReturns() {
        append(1, 40, 3);

        reopen(disk.afterPowerLoss());

        assertThat(log.getLastLogIndex()).isEqualTo(40);
        assertThat(log.getEntry(40)).isEqualTo(data(40, 3, 1000));
    }

    @Test
    void anAppendMayBeLargerThanABlock() {
        settings = new JournalSettings(16 << 10, 1 << 20, 8 << 20);
        reopen(disk);
        List<LogEntry> entries = new ArrayList<>();
        for (long index = 1; index <= 20_000; index++) {
            entries.add(data(index, 1, 1));
        }
        assertThat(log.appendEntries(entries)).isEqualTo(20_000);

        reopen(disk.afterPowerLoss());

        assertThat(log.getLastLogIndex()).isEqualTo(20_000);
        assertThat(idOf(log.getEntry(16_384))).isEqualTo(new LogId(16_384, 1));
        assertThat(idOf(log.getEntry(16_385))).isEqualTo(new LogId(16_385, 1));
    }

    @Test
    void initHandsAllConfigurationsOverInOrder() {
        log.appendEntries(List.of(configuration(1, 1, 1), data(2, 1, 10), configuration(3, 1, 1, 2, 3)));
        log.appendEntries(List.of(data(4, 1, 10), configuration(5, 2, 2, 3)));

        reopen(disk.afterPowerLoss());

        assertThat(configurations.getLastConfiguration().getId()).isEqualTo(new LogId(5, 2));
        ConfigurationEntry middle = configurations.get(4);
        assertThat(middle.getId()).isEqualTo(new LogId(3, 1));
        assertThat(middle.getConf().getPeers()).isEqualTo(Peers.peers(List.of(1, 2, 3)));
        assertThat(configurations.get(2).getConf().getPeers()).isEqualTo(Peers.peers(List.of(1)));
    }

    @Test
    void theLogOfASingleNodeHasThatNodeForAMember() {
        append(1, 3, 1);

        reopen(disk.afterPowerLoss());

        assertThat(configurations.getLastConfiguration().getConf().getPeers()).isEqualTo(Peers.peers(List.of(1)));
        assertThat(configurations.getLastConfiguration().getId()).isNotEqualTo(new LogId(0, 0));
    }

    @Test
    void aCutSuffixIsGoneForGoodAndReadNoMore() {
        append(1, 30, 1);
        assertThat(log.getEntry(30)).isNotNull();

        assertThat(log.truncateSuffix(10)).isTrue();
        append(11, 12, 2);

        assertThat(idOf(log.getEntry(11))).isEqualTo(new LogId(11, 2));
        assertThat(log.getEntry(13)).isNull();
        reopen(disk.afterPowerLoss());
        assertThat(log.getLastLogIndex()).isEqualTo(12);
        assertThat(idOf(log.getEntry(12))).isEqualTo(new LogId(12, 2));
    }

    @Test
    void aTrimmedEntryStaysReadableForAWhile() {
        append(1, 120, 1);
        checkpointedIndex = 110;

        log.truncatePrefix(100);
        append(121, 121, 1);
        assertThat(log.getEntry(20)).isEqualTo(data(20, 1, 1000));

        clock.advanceMs(11_000);
        append(122, 122, 1);
        assertThat(log.getEntry(6)).isNull();
        assertThat(log.getFirstLogIndex()).isBetween(2L, 100L);
        assertThat(idOf(log.getEntry(100))).isEqualTo(new LogId(100, 1));
    }

    @Test
    void entriesBehindTheCheckpointAreNeverTrimmed() {
        append(1, 120, 1);
        checkpointedIndex = 50;

        log.truncatePrefix(100);
        clock.advanceMs(11_000);
        append(121, 121, 1);

        assertThat(log.getFirstLogIndex()).isLessThanOrEqualTo(51);
    }

    @Test
    void aFullJournalTrimsWhatItMayBeforeTheGraceIsOver() {
        append(1, 150, 1);
        checkpointedIndex = 150;
        log.truncatePrefix(151);

        append(151, 300, 1);
        assertThat(halts).isEmpty();
    }

    /** The engine trims on the thread that appends: to wait for room would be to wait for ever. */
    @Test
    void aJournalWithoutRoomGoesOnAndReturnsToItsBudgetOnceItIsTrimmed() {
        append(1, 150, 1);
        long index = 150;
        while (journalBytes() <= settings.budgetBytes()) {
            index++;
            assertThat(log.appendEntries(List.of(data(index, 1, 1000)))).isEqualTo(1);
        }
        assertThat(halts).isEmpty();
        assertThat(log.isTight()).isTrue();

        checkpointedIndex = index;
        log.truncatePrefix(index);
        files.prepareNextFile();

        assertThat(journalBytes()).isLessThanOrEqualTo(settings.budgetBytes());
        assertThat(log.getEntry(index)).isEqualTo(data(index, 1, 1000));
    }

    private long journalBytes() {
        return disk.list(DIRECTORY).stream()
                .mapToLong(name -> disk.sizeBytes(DIRECTORY.resolve(name)))
                .sum();
    }

    @Test
    void aTrimBeyondTheEndIsAReset() {
        append(1, 10, 1);

        log.truncatePrefix(50);

        assertThat(log.getFirstLogIndex()).isEqualTo(50);
        assertThat(log.getLastLogIndex()).isEqualTo(49);
        append(50, 51, 4);
        reopen(disk.afterPowerLoss());
        assertThat(idOf(log.getEntry(51))).isEqualTo(new LogId(51, 4));
    }

    @Test
    void aResetMayGoBack() {
        append(1, 30, 5);

        assertThat(log.reset(21)).isTrue();

        assertThat(log.getEntry(20)).isNull();
        assertThat(log.getEntry(21)).isNull();
        append(21, 22, 3);
        reopen(disk.afterPowerLoss());
        assertThat(log.getFirstLogIndex()).isEqualTo(21);
        assertThat(idOf(log.getEntry(22))).isEqualTo(new LogId(22, 3));
    }

    /** The engine says FATAL in its log only, and then appends over what it has applied. */
    @Test
    void anAppendOverEntriesEndsTheProcess() {
        append(1, 10, 1);

        assertThat(log.appendEntries(List.of(data(8, 2, 10)))).isZero();

        assertThat(halts).singleElement().isInstanceOf(BrokenInvariantException.class);
        assertThat(log.getLastLogIndex()).isEqualTo(10);
    }

    @Test
    void aCutBelowTheCheckpointEndsTheProcess() {
        append(1, 10, 1);
        checkpointedIndex = 8;

        assertThat(log.truncateSuffix(7)).isFalse();

        assertThat(halts).singleElement().isInstanceOf(BrokenInvariantException.class);
        assertThat(log.getEntry(10)).isNotNull();
    }

    @Test
    void aFailedSyncEndsTheProcess() {
        append(1, 10, 1);
        disk.failSync(1);

        assertThat(log.appendEntries(List.of(data(11, 1, 1000)))).isZero();

        assertThat(halts).singleElement().isInstanceOf(DiskException.class);
    }

    @Test
    void aTermThatCannotBeReadEndsTheProcess() {
        append(1, 3, 1);
        append(4, 6, 1);
        log = opened();
        disk.flipByte(DIRECTORY.resolve("000.journal"), 4096 + 2000, (byte) 1);

        assertThat(log.termAt(2)).isZero();

        assertThat(halts).singleElement().isInstanceOf(DamagedJournalException.class);
    }

    @Test
    void aDamagedEntryIsNotAnswered() {
        append(1, 3, 1);
        append(4, 6, 1);
        log = opened();
        disk.flipByte(DIRECTORY.resolve("000.journal"), 4096 + 2000, (byte) 1);

        assertThat(log.getEntry(2)).isNull();

        assertThat(halts).singleElement().isInstanceOf(DamagedJournalException.class);
    }

    /** Asked for with each message between nodes. */
    @Test
    void whatWasWrittenLastIsNotReadAgain() {
        append(1, 3, 1);
        disk.flipByte(DIRECTORY.resolve("000.journal"), 4096 + 2000, (byte) 1);

        assertThat(log.termAt(3)).isEqualTo(1);

        assertThat(halts).isEmpty();
    }
}
