package io.sluice.replication.raft;

import io.sluice.common.SystemClock;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.journal.JournalContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A group of one node. */
class RaftJournalContractTest extends JournalContract {
    private final LoneGroup group = new LoneGroup(new SystemClock(), FILES);

    @AfterEach
    void close() {
        group.close();
    }

    @Override
    protected Journal open() {
        return group.open(0, 0);
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
