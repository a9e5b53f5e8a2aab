package io.sluice.replication.journal;

class MemoryJournalContractTest extends JournalContract {
    @Override
    protected Journal open() {
        return new MemoryJournal("shard", Thread.ofPlatform().daemon().factory(), 1);
    }

    @Override
    protected boolean isDurable() {
        return false;
    }
}
