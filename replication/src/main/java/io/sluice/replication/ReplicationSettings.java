package io.sluice.replication;

import io.sluice.log.Packs;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;

/**
 * How a node keeps its shards.
 *
 * @param directory the data directory
 * @param journal sizes of journal files
 * @param queueBytes a shard whose queue holds more takes no further appends
 * @param tailBytes memory per shard for committed batches that readers may still want; less where a node has many
 * @param checkpointBytes a checkpoint after so many bytes of journal
 * @param checkpointMs or after so long
 * @param openFilesMax segment files kept open
 * @param reserveBytes appends are refused while less of the disk is free
 * @param scrubBytesPerSecond pace at which sealed segments are read to find damage early
 * @param scrubPauseMs rest between two such passes over everything
 * @param packedBytesMax segments up to this size share files; 0 if none does
 * @param copyBytesPerSecond pace at which what other nodes have in segments is copied from them, all shards together
 */
public record ReplicationSettings(
        Path directory,
        JournalSettings journal,
        long queueBytes,
        long tailBytes,
        long checkpointBytes,
        long checkpointMs,
        int openFilesMax,
        long reserveBytes,
        long scrubBytesPerSecond,
        long scrubPauseMs,
        int packedBytesMax,
        long copyBytesPerSecond) {
    /** The usual reserve. */
    public static final long RESERVE_BYTES = 256L << 20;

    /** The usual pace of the scrub. */
    public static final long SCRUB_BYTES_PER_SECOND = 8L << 20;

    /** The usual pace of copies. */
    public static final long COPY_BYTES_PER_SECOND = 200L << 20;

    private static final int RESERVE_SHARE = 20;
    private static final int JOURNAL_SHARE = 4;
    private static final int JOURNALS_SHARE = 2;
    private static final int FILES_IN_JOURNAL = 8;
    private static final long SCRUB_PAUSE_MS = 600_000;

    /** With the usual reserve, scrub and pace of copies. */
    public ReplicationSettings(
            Path directory,
            JournalSettings journal,
            long queueBytes,
            long tailBytes,
            long checkpointBytes,
            long checkpointMs,
            int openFilesMax) {
        this(
                directory,
                journal,
                queueBytes,
                tailBytes,
                checkpointBytes,
                checkpointMs,
                openFilesMax,
                RESERVE_BYTES,
                SCRUB_BYTES_PER_SECOND,
                SCRUB_PAUSE_MS,
                Packs.SEGMENT_BYTES_MAX,
                COPY_BYTES_PER_SECOND);
    }

    /** What a broker with a heap of 512 MiB uses. */
    public static ReplicationSettings defaults(Path directory) {
        return new ReplicationSettings(
                directory, JournalSettings.DEFAULT, 32L << 20, 64L << 20, 256L << 20, 60_000, 4096);
    }

    /** The same with another reserve and other paces of the scrub and of copies. */
    public ReplicationSettings with(
            long otherReserveBytes, long otherScrubBytesPerSecond, long otherCopyBytesPerSecond) {
        return new ReplicationSettings(
                directory,
                journal,
                queueBytes,
                tailBytes,
                checkpointBytes,
                checkpointMs,
                openFilesMax,
                otherReserveBytes,
                otherScrubBytesPerSecond,
                scrubPauseMs,
                packedBytesMax,
                otherCopyBytesPerSecond);
    }

    /** The same with another limit of what shares files. */
    public ReplicationSettings withPackedBytesMax(int otherPackedBytesMax) {
        return new ReplicationSettings(
                directory,
                journal,
                queueBytes,
                tailBytes,
                checkpointBytes,
                checkpointMs,
                openFilesMax,
                reserveBytes,
                scrubBytesPerSecond,
                scrubPauseMs,
                otherPackedBytesMax,
                copyBytesPerSecond);
    }

    /**
     * The same with less where the disk is small: a reserve of a twentieth, a journal of a quarter of it at most, and so many
     * journals together of half, so that segments, a checkpoint and retention have room.
     */
    ReplicationSettings fittedTo(long diskBytes, int journalCount) {
        long shareBytes = diskBytes / Math.max(JOURNAL_SHARE, JOURNALS_SHARE * journalCount);
        long budgetBytes = Math.min(journal.budgetBytes(), shareBytes);
        long fileBytes = Math.min(journal.fileBytes(), budgetBytes / FILES_IN_JOURNAL);
        JournalSettings fitted =
                new JournalSettings(Math.min(journal.firstFileBytes(), fileBytes), fileBytes, budgetBytes);
        return new ReplicationSettings(
                directory,
                fitted,
                queueBytes,
                tailBytes,
                Math.min(checkpointBytes, budgetBytes / JOURNAL_SHARE),
                checkpointMs,
                openFilesMax,
                Math.min(reserveBytes, diskBytes / RESERVE_SHARE),
                scrubBytesPerSecond,
                scrubPauseMs,
                packedBytesMax,
                copyBytesPerSecond);
    }
}
