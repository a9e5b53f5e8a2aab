package io.sluice.server.doctor;

import io.sluice.common.Clock;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The disk that the data directory lies on.
 *
 * @param system the kernel's files
 * @param clock to measure with
 * @param directory the data directory, which need not exist yet
 * @param reserveBytes free space at which appends are refused
 * @param journalBytes budget of the journal of each durability class
 */
record DiskChecks(SystemFiles system, Clock clock, Path directory, long reserveBytes, long journalBytes) {
    private static final long GIBIBYTE = 1 << 30;
    private static final double MILLISECOND_NS = 1e6;
    private static final long SLOW_NS = 20_000_000;
    private static final long TOO_FAST_NS = 15_000;
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p");

    List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        Path existing = nearestExisting(directory);
        found.add(fileSystem(system.fileSystem(existing).orElse("unknown")));
        try {
            FileStore store = Files.getFileStore(existing);
            found.add(space(store.getUsableSpace(), store.getTotalSpace()));
        } catch (IOException e) {
            found.add(Finding.fail("disk space", "cannot be told: " + e.getMessage(), "check the path of data.dir"));
        }
        if (!Files.isWritable(existing)) {
            found.add(Finding.fail(
                    "disk", existing + " cannot be written to", "run as the broker's user, or change its owner"));
        } else {
            found.add(speed(existing));
        }
        return found;
    }

    private static Path nearestExisting(Path path) {
        Path existing = path.toAbsolutePath().normalize();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    Finding fileSystem(String type) {
        if (IN_MEMORY.contains(type)) {
            return Finding.warn(
                    "file system", type + " is memory: everything is gone at the next boot", "set data.dir to a disk");
        }
        if (REMOTE.contains(type)) {
            return Finding.warn(
                    "file system",
                    type + " is a network file system: its locks and syncs may promise more than they keep",
                    "set data.dir to a local disk");
        }
        return type.startsWith("overlay")
                ? Finding.warn(
                        "file system", "overlay: the container's own layer, gone with it", "mount a volume there")
                : Finding.ok("file system", type);
    }

    Finding space(long usableBytes, long totalBytes) {
        String says = gibibytes(usableBytes) + " GiB of " + gibibytes(totalBytes) + " GiB free";
        if (usableBytes < Math.min(reserveBytes, totalBytes / 20)) {
            return Finding.fail("disk space", says, "appends are refused: make room, or lower data.reserve.bytes");
        }
        long journals = 2 * Math.min(journalBytes, totalBytes / 4);
        return usableBytes < reserveBytes + journals
                ? Finding.warn(
                        "disk space",
                        says + ", the journals may take " + gibibytes(journals) + " GiB",
                        "make room, or lower journal.bytes and the topics' retention")
                : Finding.ok("disk space", says);
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", (double) bytes / GIBIBYTE);
    }

    private Finding speed(Path existing) {
        try {
            return speed(SyncLatency.measure(existing, clock));
        } catch (IOException e) {
            return Finding.fail("disk sync", "failed: " + e.getMessage(), "check the disk");
        }
    }

    Finding speed(SyncLatency measured) {
        String says = String.format(
                Locale.ROOT,
                "a synced write of 4 KiB takes %.2f ms, the slowest %.2f ms",
                measured.medianNs() / MILLISECOND_NS,
                measured.worstNs() / MILLISECOND_NS);
        if (measured.medianNs() < TOO_FAST_NS) {
            return Finding.warn(
                    "disk sync", says, "too fast to be true: a cache may say \"written\" and lose it in a power cut");
        }
        return measured.worstNs() > SLOW_NS
                ? Finding.warn("disk sync", says, "every acknowledgement waits for one: a faster or quieter disk helps")
                : Finding.ok("disk sync", says);
    }
}
