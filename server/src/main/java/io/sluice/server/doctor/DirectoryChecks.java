package io.sluice.server.doctor;

import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskLock;
import io.sluice.log.disk.DiskLockedException;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.DirectoryInspection;
import io.sluice.replication.UnusableDirectoryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies in the data directory.
 *
 * @param directory the data directory, which need not exist yet
 * @param isDeep whether every record is read
 */
record DirectoryChecks(Path directory, boolean isDeep) {
    private static final String SUBJECT = "data directory";
    private static final long MEBIBYTE = 1 << 20;

    /** Whether a broker, or somebody else, has it open. */
    boolean isOpenElsewhere() {
        Path lock = directory.resolve("lock");
        if (!Files.exists(lock)) {
            return false; // Taking it would make the file, perhaps as another user than the broker's.
        }
        try (DiskLock _ = new RealDisk().lock(lock)) {
            return false;
        } catch (DiskLockedException e) {
            return true;
        } catch (DiskException e) {
            return false;
        }
    }

    List<Finding> run(boolean isRunning) {
        if (!Files.exists(directory)) {
            return List.of(Finding.ok(SUBJECT, directory + " does not exist yet; a start makes it"));
        }
        if (isRunning) {
            return List.of(Finding.ok(
                    SUBJECT,
                    directory + " is in use by a running broker, whose sluice_damaged_ranges tells of damage"));
        }
        try {
            return inspected(DirectoryInspection.of(new RealDisk(), directory, isDeep));
        } catch (UnusableDirectoryException | DiskException e) {
            return List.of(Finding.fail(
                    SUBJECT, String.valueOf(e.getMessage()), "a broker would not start: restore it from a backup"));
        }
    }

    private List<Finding> inspected(DirectoryInspection inspection) {
        List<Finding> found = new ArrayList<>();
        if (!inspection.isDataDirectory()) {
            found.add(Finding.ok(SUBJECT, directory + " holds no data yet; a start begins it"));
            return found;
        }
        found.add(Finding.ok(
                SUBJECT,
                "cluster " + inspection.clusterId() + ", " + inspection.partitions() + " partitions with records, "
                        + inspection.segmentBytes() / MEBIBYTE + " MiB of segments, "
                        + inspection.journalBytes() / MEBIBYTE + " MiB of journal"));
        inspection
                .problems()
                .forEach(problem -> found.add(Finding.fail(
                        "records", problem, "restore the file from a backup, or see `sluice repair --help`")));
        if (isDeep && inspection.problems().isEmpty()) {
            found.add(Finding.ok("records", "every batch matches its CRC"));
        }
        return found;
    }
}
