package io.sluice.replication;

import io.sluice.log.disk.Disk;
import java.nio.file.Path;
import java.util.List;

/**
 * Another node's checkpoint beside a shard's own, until it takes its place:
 *
 * <pre>
 *  fetched-partitions/  fetched-state/   what it names, laid out as partitions/ and state/
 *  fetched-checkpoint                    the checkpoint file, written last: without it the rest is worth nothing
 * </pre>
 *
 * Its place is taken by renames in this order, which a start after a crash goes on with; the checkpoint's is the last.
 */
final class StagedCheckpoint {
    static final String PREFIX = "fetched-";
    private static final String CHECKPOINT = PREFIX + CheckpointFile.NAME;
    private static final List<String> DIRECTORIES = List.of("partitions", "state");

    private StagedCheckpoint() {}

    /** At a start: finishes what was begun, or forgets it. */
    static void recover(Disk disk, Path shard) {
        if (disk.exists(shard.resolve(CHECKPOINT))) {
            takePlace(disk, shard);
        }
        discard(disk, shard);
    }

    static void discard(Disk disk, Path shard) {
        disk.delete(shard.resolve(CHECKPOINT));
        disk.delete(shard.resolve(CHECKPOINT + ".new"));
        DIRECTORIES.forEach(name -> DataDirectory.deleteAll(disk, shard.resolve(PREFIX + name)));
    }

    /** Everything else is there, durably. */
    static void finish(Disk disk, Path shard, CheckpointFile.Content content) {
        DIRECTORIES.forEach(name -> disk.createDirectories(shard.resolve(PREFIX + name)));
        disk.syncDirectory(shard);
        CheckpointFile.write(disk, shard, CHECKPOINT, content);
    }

    /** Nobody uses what was there. */
    static void takePlace(Disk disk, Path shard) {
        for (String name : DIRECTORIES) {
            Path fetched = shard.resolve(PREFIX + name);
            if (disk.exists(fetched)) {
                DataDirectory.deleteAll(disk, shard.resolve(name));
                disk.rename(fetched, shard.resolve(name));
            }
        }
        disk.syncDirectory(shard);
        disk.rename(shard.resolve(CHECKPOINT), shard.resolve(CheckpointFile.NAME));
        disk.syncDirectory(shard);
    }
}
