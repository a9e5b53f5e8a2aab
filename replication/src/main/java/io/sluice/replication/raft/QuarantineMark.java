package io.sluice.replication.raft;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The file in a shard's directory which says that its replica is in quarantine, and why; it outlives restarts. */
final class QuarantineMark {
    private static final String NAME = "quarantine";
    private static final int REASON_BYTES_MAX = 4_000;

    private QuarantineMark() {}

    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /** Durable on return. The first reason stays. */
    static void set(Disk disk, Path directory, String reason) {
        if (!exists(disk, directory)) {
            WholeFile.replace(disk, directory, NAME, StandardCharsets.UTF_8.encode(reason));
        }
    }

    /** What was wrong; for people only. */
    static String reason(Disk disk, Path directory) {
        return StandardCharsets.UTF_8
                .decode(WholeFile.read(disk, directory.resolve(NAME), REASON_BYTES_MAX))
                .toString();
    }

    /** Durable on return. */
    static void remove(Disk disk, Path directory) {
        disk.delete(directory.resolve(NAME));
        disk.syncDirectory(directory);
    }
}
