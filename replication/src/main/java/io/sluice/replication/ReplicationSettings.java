package io.sluice.replication;

import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;

/**
 * How a node keeps its shards.
 *
 * @param directory the data directory
 * @param journal sizes of journal files
 * @param queueBytes a shard whose queue holds more takes no further appends
 * @param tailBytes memory per shard for committed batches that readers may still want
 * @param checkpointBytes a checkpoint after so many bytes of journal
 * @param checkpointMs or after so long
 * @param openFilesMax segment files kept open
 */
public record ReplicationSettings(
        Path directory,
        JournalSettings journal,
        long queueBytes,
        long tailBytes,
        long checkpointBytes,
        long checkpointMs,
        int openFilesMax) {
    /** What a broker with a heap of 512 MiB uses. */
    public static ReplicationSettings defaults(Path directory) {
        return new ReplicationSettings(
                directory, JournalSettings.DEFAULT, 32L << 20, 64L << 20, 256L << 20, 60_000, 4096);
    }
}
