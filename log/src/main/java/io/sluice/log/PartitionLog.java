package io.sluice.log;

import io.sluice.log.disk.Disk;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The segments of one partition: committed batches only, no memory of its own tail. One thread appends, syncs and
 * removes (the node's segment thread); any thread reads meanwhile.
 */
public final class PartitionLog {
    private PartitionLog() {}

    /** A log without segments that begins at the offset; nothing is on disk before the first append. */
    public static PartitionLog create(
            Disk disk, OpenFiles openFiles, Path directory, SegmentSettings settings, long baseOffset) {
        throw new IllegalStateException();
    }

    /**
     * The log a checkpoint names, without touching a file. {@code endOffset} is the offset after its last record.
     * After an unclean stop call {@link #cut} before anything else.
     */
    public static PartitionLog restore(
            Disk disk,
            OpenFiles openFiles,
            Path directory,
            SegmentSettings settings,
            List<SegmentFile> files,
            long endOffset) {
        throw new IllegalStateException();
    }

    /** Cuts files to what {@link #files()} names and deletes those it does not name. Throws {@link DamagedLogException} if a named file is shorter. */
    public void cut() {}

    /** Appends whole batches, gathered into few writes; rolls segments as {@link SegmentSettings} says. */
    public void append(List<StoredBatch> batches) {}

    /** Settings for rolls from now on. */
    public void changeSettings(SegmentSettings settings) {}

    /** Offset after the last appended record. */
    public long endOffset() {
        return 0;
    }

    /** Offset of the first record on disk. */
    public long firstOffset() {
        return 0;
    }

    /** Bytes of all segments. */
    public long sizeBytes() {
        return 0;
    }

    /** The segments as they are now, first to last. */
    public List<SegmentFile> files() {
        return List.of();
    }

    /** Makes everything appended so far durable, with the directory entries of new files. Any thread, while appends go on. */
    public void sync() {}

    /**
     * Puts whole batches into the sink, from the one that holds the offset, until {@code maxBytes} would be passed; at
     * least one if {@code atLeastOne}. Nothing at or above {@code upToOffset} is read. Answers the offset after the
     * last batch given, or {@code offset} itself if none. May block on the disk.
     * Throws {@link DamagedLogException} if a batch on the way is damaged, and gives nothing from there on.
     */
    public long read(long offset, int maxBytes, boolean atLeastOne, long upToOffset, ReadSink sink) {
        return offset;
    }

    /** The first record at or after {@code fromOffset} whose timestamp is at least this; may block. */
    public Optional<TimestampedOffset> findByTime(long timestampMs, long fromOffset) {
        return Optional.empty();
    }

    /** The first record with the largest timestamp; may block. */
    public Optional<TimestampedOffset> findMaxTimestamp(long fromOffset) {
        return Optional.empty();
    }

    /**
     * Forgets segments that lie wholly below the offset and answers their files, which stay on disk until
     * {@link #deleteFiles}: a checkpoint that no longer names them must come first. Never the last segment.
     */
    public List<Path> forgetBelow(long startOffset) {
        return List.of();
    }

    /** Unlinks files that {@link #forgetBelow} answered. */
    public long offsetForRetention(long olderThanMs, long keepBytes) {
        return 0;
    }

    public void deleteFiles(List<Path> files) {}

    /** Forgets every segment and answers their files, as when the topic is deleted. */
    public List<Path> forgetAll() {
        return List.of();
    }

    /** Reads sealed segments at the pace the caller gives and checks every CRC; answers the damage found. */
    public List<DamagedRange> scrub(Runnable pauseAfterEachMebibyte) {
        return List.of();
    }
}
