package io.sluice.replication.journal;

import io.sluice.common.Check;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One seed's story: several lives of a journal, each ended by a crash at an arbitrary disk operation or between two. */
final class JournalSchedule {
    static final Path DIRECTORY = Path.of("/shard/journal");
    static final JournalSettings SMALL = new JournalSettings(16 << 10, 48 << 10, 400 << 10);
    private static final int LIVES = 6;
    private static final int STEPS = 40;

    private final SplittableRandom random;
    private final JournalOracle oracle = new JournalOracle();
    private SimulatedDisk disk;
    /** How many appends of four are synced: 4 as on an fsync shard, 0 as on an os shard. */
    private final int syncedOfFour;
    /** Small bodies make blocks of one page, so that a block of a later life fits exactly where a dead one lay. */
    private final boolean onlySmallBodies;

    private long term = 1;
    private int fullCount;
    private int openCount;

    JournalSchedule(long seed) {
        random = new SplittableRandom(seed);
        syncedOfFour = random.nextInt(3) * 2;
        onlySmallBodies = random.nextInt(3) == 0;
        disk = new SimulatedDisk(random.split());
        disk.createDirectories(DIRECTORY.getParent());
        disk.syncDirectory(Path.of("/"));
    }

    JournalSchedule ignoringSyncs() {
        disk.ignoreSyncs();
        return this;
    }

    int openCount() {
        return openCount;
    }

    int fullCount() {
        return fullCount;
    }

    void run() {
        boolean afterPowerLoss = false;
        for (int life = 0; life < LIVES; life++) {
            if (random.nextInt(4) > 0) {
                disk.crashAfter(1 + random.nextInt(random.nextBoolean() ? 12 : 120));
            }
            if (random.nextInt(4) == 0) {
                disk.failSync(1 + random.nextInt(20));
            }
            afterPowerLoss = live(afterPowerLoss);
        }
    }

    /** Answers whether everything unsynced may be gone since the last successful open. */
    private boolean live(boolean afterPowerLoss) {
        boolean mayHaveLost = afterPowerLoss;
        long neededIndex = random.nextBoolean() ? oracle.firstKeptIndex() : 0;
        try (JournalFiles journal = JournalFiles.open(disk, DIRECTORY, SMALL, random, neededIndex)) {
            oracle.opened(journal, afterPowerLoss);
            openCount++;
            mayHaveLost = false;
            boolean open = true;
            for (int step = 0; open && step < STEPS; step++) {
                open = step(journal);
            }
            if (open && random.nextBoolean()) {
                journal.close(true);
                oracle.becameDurable();
            }
        } catch (SimulatedCrashException | DiskException e) {
            Check.check(disk.openHandles() == 0, "%d files left open", disk.openHandles());
        }
        boolean powerFails = random.nextBoolean();
        disk = powerFails ? disk.afterPowerLoss() : disk.afterKill();
        return mayHaveLost || powerFails;
    }

    /** False to end this life. */
    private boolean step(JournalFiles journal) {
        switch (random.nextInt(18)) {
            case 0, 1, 2, 3, 4, 5, 6 -> append(journal);
            case 7 -> {
                journal.sync();
                oracle.becameDurable();
            }
            case 8 -> {
                journal.appendProof();
                oracle.becameDurable();
            }
            case 9, 10 -> prepare(journal);
            case 11, 12 -> trim(journal, journal.firstIndex() + random.nextInt(20));
            case 13 -> truncate(journal);
            case 14 -> reset(journal);
            case 15 -> {
                journal.syncAside();
                oracle.becameDurable();
            }
            case 16 -> giveBack(journal);
            default -> {
                return random.nextInt(4) > 0;
            }
        }
        return true;
    }

    /** It runs on another thread: when it fails, appends may go on for a while, but must not count as synced. */
    private static void prepare(JournalFiles journal) {
        try {
            journal.prepareNextFile();
        } catch (DiskException e) {
            Check.check(e.getMessage() != null, "a failure says what failed");
        }
    }

    /** On another thread, too. */
    private static void giveBack(JournalFiles journal) {
        try {
            journal.giveBack();
        } catch (DiskException e) {
            Check.check(e.getMessage() != null, "a failure says what failed");
        }
    }

    private void append(JournalFiles journal) {
        List<JournalEntry> entries = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        term += random.nextInt(8) == 0 ? 1 : 0;
        for (int at = 0; at < count; at++) {
            entries.add(
                    new JournalEntry(oracle.newest().lastIndex() + 1 + at, term, (byte) random.nextInt(256), body()));
        }
        boolean sync = random.nextInt(4) < syncedOfFour;
        oracle.began(oracle.newest().with(entries));
        try {
            journal.append(entries, sync);
            oracle.completed(sync);
        } catch (JournalFullException e) {
            fullCount++;
            if (random.nextBoolean()) {
                journal.appendBeyondBudget(entries, sync);
                oracle.completed(sync);
            } else {
                oracle.refused();
                trim(journal, journal.lastIndex() + 1);
            }
        }
    }

    private ByteBuffer body() {
        int kind = onlySmallBodies ? 19 : random.nextInt(20);
        byte[] body =
                new byte[kind == 0 ? random.nextInt(60_000) : kind < 5 ? random.nextInt(9000) : random.nextInt(200)];
        random.nextBytes(body);
        ByteBuffer buffer = ByteBuffer.allocateDirect(body.length);
        return buffer.put(body).flip();
    }

    private void trim(JournalFiles journal, long requestedIndex) {
        long firstKeptIndex = Math.min(requestedIndex, journal.lastIndex() + 1);
        oracle.trimmed(firstKeptIndex);
        journal.trimPrefix(firstKeptIndex);
    }

    private void truncate(JournalFiles journal) {
        long span = journal.lastIndex() - journal.firstIndex() + 1;
        if (span < 1) {
            return;
        }
        long lastKeptIndex = journal.lastIndex() - 1 - random.nextLong(Math.min(span, 8));
        JournalOracle.State cut = oracle.newest().cutTo(lastKeptIndex);
        oracle.began(cut);
        try {
            journal.truncateSuffix(lastKeptIndex);
            oracle.completed(true);
            Check.check(journal.lastTerm() == cut.lastTerm(), "term %d, not %d", journal.lastTerm(), cut.lastTerm());
        } catch (JournalFullException e) {
            oracle.refused();
        }
    }

    private void reset(JournalFiles journal) {
        if (random.nextInt(4) > 0) {
            return;
        }
        boolean beyondTheEnd = random.nextBoolean();
        long firstKeptIndex = beyondTheEnd
                ? journal.lastIndex() + 2 + random.nextInt(5)
                : 1 + random.nextLong(journal.lastIndex() + 1);
        oracle.began(new JournalOracle.State(firstKeptIndex - 1, 0, List.of()));
        try {
            if (beyondTheEnd) {
                journal.trimPrefix(firstKeptIndex);
            } else {
                journal.reset(firstKeptIndex);
            }
            oracle.completed(true);
        } catch (JournalFullException e) {
            oracle.refused();
        }
    }
}
