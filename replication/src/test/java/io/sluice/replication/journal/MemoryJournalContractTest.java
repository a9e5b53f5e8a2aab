package io.sluice.replication.journal;

class MemoryJournalContractTest extends JournalContract {
    @Override
    Journal open() {
        return new MemoryJournal("shard", Thread.ofPlatform().daemon().factory(), 1);
    }

    @Override
    boolean isDurable() {
        return false;
    }
}
