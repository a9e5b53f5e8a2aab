package io.sluice.replication.journal;

import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.file.Path;
import java.util.SplittableRandom;

class LocalJournalContractTest extends JournalContract {
    private static final Path DIRECTORY = Path.of("/shard/journal");

    private final SplittableRandom random = new SplittableRandom(4);
    private final SimulatedDisk disk = new SimulatedDisk(random.split());

    LocalJournalContractTest() {
        disk.createDirectories(DIRECTORY.getParent());
        disk.syncDirectory(Path.of("/"));
    }

    @Override
    protected Journal open() {
        JournalFiles files = JournalFiles.open(disk, DIRECTORY, FILES, random);
        return new LocalJournal(
                "shard", files, true, 0, Thread.ofPlatform().daemon().factory(), new SimulatedClock());
    }

    @Override
    protected boolean isDurable() {
        return true;
    }
}
