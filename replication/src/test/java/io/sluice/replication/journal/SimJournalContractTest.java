package io.sluice.replication.journal;

import java.util.SplittableRandom;

class SimJournalContractTest extends JournalContract {
    private final SimJournal journal = new SimJournal(new SplittableRandom(3));

    @Override
    Journal open() {
        return journal;
    }

    @Override
    boolean isDurable() {
        return true;
    }

    @Override
    void nudge(Journal opened) {
        try {
            journal.step();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
