package io.sluice.replication.raft;

import io.sluice.common.SystemClock;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.journal.JournalContract;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;

/** A group of one node. */
class RaftJournalContractTest extends JournalContract {
    private static final Path DIRECTORY = Path.of("/shard");
    private static final RaftSettings SETTINGS = new RaftSettings(200, 4L << 20, 5_000);

    private final ThreadFactory threads = Thread.ofPlatform().daemon().factory();
    private final SplittableRandom random = new SplittableRandom(6);
    private final SimulatedDisk disk = new SimulatedDisk(random.split());
    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final RaftMember member = new RaftMember(network.join(1), SETTINGS, threads, new SystemClock(), reason -> {
        throw new AssertionError("the process would have ended", reason);
    });

    RaftJournalContractTest() {
        disk.createDirectories(DIRECTORY);
        disk.syncDirectory(Path.of("/"));
    }

    @AfterEach
    void close() {
        member.close();
        network.close();
    }

    @Override
    protected Journal open() {
        return RaftJournal.open(
                member,
                new RaftGroup(
                        "contract",
                        disk,
                        DIRECTORY,
                        new JournalSettings(16 << 10, 48 << 10, 400 << 10),
                        random,
                        0,
                        0,
                        CheckpointTransfer.NONE,
                        List.of(1)));
    }

    @Override
    protected boolean isDurable() {
        return true;
    }

    @Override
    protected boolean hasEntriesOfItsOwn() {
        return true;
    }

    @Override
    protected void awaitReady(Ends heard) throws InterruptedException {
        heard.awaitLeadership();
    }

    /** Everything behind the shard's checkpoint, of which this test has none, comes once there is a leader. */
    @Override
    protected List<CommittedEntry> restored(Journal journal, long fromIndex) throws InterruptedException {
        Ends heard = new Ends();
        journal.start(new Source(), heard);
        heard.awaitLeadership();
        journal.stop(true);
        return heard.committed().stream()
                .filter(entry -> entry.index() >= fromIndex)
                .toList();
    }
}
