package io.sluice.server.node;

import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskLockedException;
import io.sluice.replication.UnusableDirectoryException;
import io.sluice.replication.journal.DamagedJournalException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Says in one line what to do where a data directory cannot be opened. */
final class DataDirectoryFailure {
    private DataDirectoryFailure() {}

    /** Runs what opens the directory; throws {@link StartException} with the line and exit code 4. */
    static <T> T explained(Path directory, Supplier<T> opening) {
        try {
            return opening.get();
        } catch (DiskLockedException e) {
            throw unusable(
                    "another broker uses the data directory " + directory
                            + "; stop it, or choose another directory with --data",
                    e);
        } catch (UnusableDirectoryException e) {
            throw unusable("the data directory " + directory + " cannot be opened: " + e.getMessage(), e);
        } catch (DamagedJournalException e) {
            throw unusable(
                    "the data directory " + directory + " cannot be opened: " + e.getMessage()
                            + "; acknowledged records would be lost, so nothing was changed: check the disk and restore"
                            + " the directory from a backup or a snapshot",
                    e);
        } catch (DiskException e) {
            throw unusable(
                    "the data directory " + directory + " cannot be used: " + e.getMessage()
                            + "; check its owner, its mode and the free space",
                    e);
        }
    }

    private static StartException unusable(String message, RuntimeException cause) {
        return new StartException(ExitCode.DATA_DIRECTORY, message, cause);
    }
}
