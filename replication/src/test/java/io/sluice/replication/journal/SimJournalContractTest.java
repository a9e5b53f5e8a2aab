package io.sluice.replication.journal;

import java.util.SplittableRandom;

class SimJournalContractTest extends JournalContract {
    private final SimJournal journal = new SimJournal(new SplittableRandom(3));

    @Override
    protected Journal open() {
        return journal;
    }

    @Override
    protected boolean isDurable() {
        return true;
    }

    @Override
    protected void nudge(Journal opened) {
        try {
            journal.step();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
