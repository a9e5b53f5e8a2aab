package io.sluice.log;

import io.sluice.common.Check;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The segments of one partition: committed batches only, no memory of its own tail. One thread appends, syncs and
 * removes (the node's segment thread); any thread reads meanwhile.
 *
 * <p>An empty log is this object and nothing else, neither on the heap nor on the disk. Readers work on the array of
 * segments of one moment and on what each segment had published then.
 */
public final class PartitionLog {
    /** Two buffers per batch; one gather write takes about a thousand. */
    private static final int GATHERED_BATCHES_MAX = 500;

    private static final Segment[] NO_SEGMENTS = {};

    private final Disk disk;
    private final OpenFiles openFiles;
    private final Path directory;
    private volatile SegmentSettings settings;
    private volatile Segment[] segments = NO_SEGMENTS;

    /** Where a log without segments begins and ends. */
    private volatile long emptyAtOffset;

    private PartitionLog(Disk disk, OpenFiles openFiles, Path directory, SegmentSettings settings, long emptyAtOffset) {
        this.disk = disk;
        this.openFiles = openFiles;
        this.directory = directory;
        this.settings = settings;
        this.emptyAtOffset = emptyAtOffset;
    }

    /** A log without segments that begins at the offset; nothing is on disk before the first append. */
    public static PartitionLog create(
            Disk disk, OpenFiles openFiles, Path directory, SegmentSettings settings, long baseOffset) {
        return new PartitionLog(disk, openFiles, directory, settings, baseOffset);
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
        PartitionLog log = new PartitionLog(disk, openFiles, directory, settings, endOffset);
        Segment[] restored = new Segment[files.size()];
        for (int number = 0; number < restored.length; number++) {
            SegmentFile file = files.get(number);
            long end = number + 1 < restored.length ? files.get(number + 1).baseOffset() : endOffset;
            Check.check(
                    file.lengthBytes() == 0 ? file.baseOffset() == end : file.baseOffset() < end,
                    "segment %d ends at %d",
                    file.baseOffset(),
                    end);
            restored[number] = Segment.restore(disk, openFiles, directory, file, end);
        }
        log.segments = restored;
        return log;
    }

    /**
     * Cuts files to what {@link #files()} names and deletes those it does not name. Throws {@link DamagedLogException} if
     * a named file is shorter; the other files are cut all the same.
     */
    public void cut() {
        Set<String> named = new HashSet<>();
        for (Segment segment : segments) {
            segment.paths().forEach(path -> named.add(String.valueOf(path.getFileName())));
        }
        for (String name : disk.list(directory)) {
            if (!named.contains(name)) {
                openFiles.forget(directory.resolve(name));
                disk.delete(directory.resolve(name));
            }
        }
        List<DamagedLogException> shorter = new ArrayList<>();
        for (Segment segment : segments) {
            try {
                segment.cut();
            } catch (DamagedLogException damaged) {
                shorter.add(damaged);
            }
        }
        if (!shorter.isEmpty()) {
            throw shorter.getFirst();
        }
    }

    /**
     * Appends whole batches, gathered into few writes; rolls segments as {@link SegmentSettings} says. The first batch
     * begins at {@link #endOffset()}, each further one where the one before it ends.
     *
     * <p>Throws {@link io.sluice.log.disk.DiskFullException}: some of the batches may be appended then. The same list may
     * be given again when there is space; batches below {@link #endOffset()} are passed over.
     */
    public void append(List<StoredBatch> batches) {
        int from = 0;
        while (from < batches.size() && batches.get(from).lastOffset() < endOffset()) {
            from++;
        }
        while (from < batches.size()) {
            Check.check(
                    batches.get(from).baseOffset() == endOffset(),
                    "batch of offset %d appended at %d",
                    batches.get(from).baseOffset(),
                    endOffset());
            boolean rolls = needsRoll(batches.get(from));
            Segment target = rolls ? begin(batches.get(from).baseOffset()) : active();
            int to = endOfRun(target, batches, from);
            target.append(batches.subList(from, to), settings.indexIntervalBytes());
            if (rolls) {
                publish(target);
            }
            from = to;
        }
    }

    private boolean needsRoll(StoredBatch batch) {
        return segments.length == 0 || settings.startsNewSegment(active().asFile(), batch);
    }

    private Segment active() {
        return segments[segments.length - 1];
    }

    private Segment begin(long baseOffset) {
        if (segments.length == 0) {
            disk.createDirectories(directory);
            markParents();
        }
        return Segment.create(disk, openFiles, directory, baseOffset);
    }

    /** Also where they exist already: a process that was killed may have made them and not synced their names. */
    private void markParents() {
        Path topic = directory.getParent();
        if (topic != null) {
            openFiles.markDirectory(topic);
            Path partitions = topic.getParent();
            if (partitions != null) {
                openFiles.markDirectory(partitions);
            }
        }
    }

    /** Only once it has content, so that no reader and no checkpoint ever meets an empty segment. */
    private void publish(Segment segment) {
        Segment[] before = segments;
        Segment[] longer = Arrays.copyOf(before, before.length + 1);
        longer[before.length] = segment;
        segments = longer;
        if (before.length > 0) {
            before[before.length - 1].seal();
        }
    }

    private int endOfRun(Segment target, List<StoredBatch> batches, int from) {
        Extent grown = target.extent();
        int to = from;
        int most = Math.min(batches.size(), from + GATHERED_BATCHES_MAX);
        while (to < most && !settings.startsNewSegment(grown.asFile(target.baseOffset()), batches.get(to))) {
            Check.check(
                    batches.get(to).baseOffset() == grown.endOffset(),
                    "batch of offset %d appended at %d",
                    batches.get(to).baseOffset(),
                    grown.endOffset());
            grown = grown.with(batches.get(to));
            to++;
        }
        return to;
    }

    /** Settings for rolls from now on. */
    public void changeSettings(SegmentSettings changed) {
        settings = changed;
    }

    /** Offset after the last appended record. */
    public long endOffset() {
        Segment[] seen = segments;
        return seen.length == 0 ? emptyAtOffset : seen[seen.length - 1].extent().endOffset();
    }

    /** Offset of the first record on disk. */
    public long firstOffset() {
        Segment[] seen = segments;
        return seen.length == 0 ? emptyAtOffset : seen[0].baseOffset();
    }

    /** Bytes of all segments. */
    public long sizeBytes() {
        long sum = 0;
        for (Segment segment : segments) {
            sum += segment.extent().lengthBytes();
        }
        return sum;
    }

    /** The segments as they are now, first to last. */
    public List<SegmentFile> files() {
        List<SegmentFile> files = new ArrayList<>();
        for (Segment segment : segments) {
            files.add(segment.asFile());
        }
        return files;
    }

    /**
     * Makes everything appended so far durable, with the directory entries of new files. Any thread, while appends go on.
     * Throws {@link DiskException} if a sync fails, or if one failed before for any partition of the node: nothing is
     * known of what is durable then, and the process must end.
     */
    public void sync() {
        for (Segment segment : segments) {
            segment.sync();
        }
        openFiles.syncDirectory(disk, directory);
        Path topic = directory.getParent();
        openFiles.syncDirectory(disk, topic);
        openFiles.syncDirectory(disk, topic == null ? null : topic.getParent());
        openFiles.checkSynced();
    }

    /**
     * Puts whole batches into the sink, from the one that holds the offset, until {@code maxBytes} would be passed; at
     * least one if {@code atLeastOne}. Nothing at or above {@code upToOffset} is read. Answers the offset after the
     * last batch given, or {@code offset} itself if none, which is also the answer to an offset that is not here. May
     * block on the disk. Every batch given was held against its header and its CRC.
     *
     * <p>Throws {@link DamagedLogException} if the batch that holds the offset is damaged; damage further on ends the
     * answer before it.
     */
    public long read(long offset, int maxBytes, boolean atLeastOne, long upToOffset, ReadSink sink) {
        Segment[] seen = segments;
        SegmentReader reader = new SegmentReader(openFiles, maxBytes, atLeastOne, upToOffset, sink);
        long at = offset;
        for (int number = indexOf(seen, offset); number >= 0 && number < seen.length; number++) {
            Segment segment = seen[number];
            Extent extent = segment.extent();
            while (at < Math.min(upToOffset, extent.endOffset()) && !reader.isDone()) {
                long next = giveOrPass(reader, segment, extent, at, offset);
                if (next == at) {
                    return at;
                }
                at = next;
            }
            if (at < extent.endOffset()) {
                return at;
            }
        }
        return at;
    }

    private long giveOrPass(SegmentReader reader, Segment segment, Extent extent, long at, long offset) {
        try {
            return reader.give(segment, extent, at);
        } catch (DamagedLogException damaged) {
            if (at == offset) {
                throw damaged;
            }
            return at;
        } catch (DiskException refused) {
            if (Arrays.asList(segments).contains(segment)) {
                throw refused;
            }
            // Forgotten and deleted while it was read: the offset is not here any more.
            return at;
        }
    }

    /**
     * Whether the offset, which is not below {@link #firstOffset}, lies where records were given up by a repair; may block.
     * Readers go on at the next segment. Throws {@link DamagedLogException}.
     */
    public boolean isGap(long offset) {
        Segment[] seen = segments;
        int number = indexOf(seen, offset);
        if (number < 0) {
            return false;
        }
        Extent extent = seen[number].extent();
        return offset < extent.endOffset()
                && seen[number].locate(extent, offset).filePosition() == extent.lengthBytes();
    }

    /** The segment that may hold the offset; −1 if it lies before the first. */
    private static int indexOf(Segment[] seen, long offset) {
        int low = 0;
        int high = seen.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (seen[middle].baseOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The first record at or after {@code fromOffset} whose timestamp is at least this; may block. Throws {@link DamagedLogException}. */
    public Optional<TimestampedOffset> findByTime(long timestampMs, long fromOffset) {
        return new TimeSearch(segments).first(timestampMs, fromOffset);
    }

    /** The first record with the largest timestamp at or after {@code fromOffset}; empty if none has one; may block. Throws {@link DamagedLogException}. */
    public Optional<TimestampedOffset> findMaxTimestamp(long fromOffset) {
        return new TimeSearch(segments).firstLargest(fromOffset);
    }

    /**
     * The first offset that stays when whole segments go, first to last: those whose records are all older than the time,
     * and those without which the log still has {@code keepBytes}. The last segment goes by time only; if it does, the
     * answer is {@link #endOffset()}. Negative values switch a limit off. Segments without timestamps do not go by time.
     */
    public long offsetForRetention(long olderThanMs, long keepBytes) {
        Segment[] seen = segments;
        long leftBytes = 0;
        for (Segment segment : seen) {
            leftBytes += segment.extent().lengthBytes();
        }
        for (int number = 0; number < seen.length; number++) {
            Extent extent = seen[number].extent();
            boolean isOld = extent.maxTimestampMs() >= 0 && extent.maxTimestampMs() < olderThanMs;
            boolean isSurplus =
                    keepBytes >= 0 && number + 1 < seen.length && leftBytes - extent.lengthBytes() >= keepBytes;
            if (!isOld && !isSurplus) {
                return seen[number].baseOffset();
            }
            leftBytes -= extent.lengthBytes();
        }
        return endOffset();
    }

    /**
     * Forgets segments that lie wholly below the offset and answers their files, which stay on disk until
     * {@link #deleteFiles}: a checkpoint that no longer names them must come first. Never the last segment.
     */
    public List<Path> forgetBelow(long startOffset) {
        Segment[] before = segments;
        int kept = 0;
        while (kept + 1 < before.length && before[kept + 1].baseOffset() <= startOffset) {
            kept++;
        }
        segments = kept == 0 ? before : Arrays.copyOfRange(before, kept, before.length);
        return paths(before, kept);
    }

    private static List<Path> paths(Segment[] all, int count) {
        List<Path> paths = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            paths.addAll(all[number].paths());
        }
        return paths;
    }

    /** Unlinks files that {@link #forgetBelow} or {@link #forgetAll} answered, and the directory if nothing is left in it. */
    public void deleteFiles(List<Path> files) {
        for (Path file : files) {
            openFiles.forget(file);
            disk.delete(file);
        }
        if (segments.length == 0 && disk.list(directory).isEmpty()) {
            disk.delete(directory);
        }
    }

    /** Forgets every segment and answers their files, as when the topic is deleted. The log is empty at its end then. */
    public List<Path> forgetAll() {
        Segment[] before = segments;
        emptyAtOffset = endOffset();
        segments = NO_SEGMENTS;
        return paths(before, before.length);
    }

    /**
     * Reads sealed segments and checks every CRC; answers the damage found. {@code paced} is told the bytes read after about
     * each mebibyte and may wait; what it throws ends the scrub. Any thread.
     */
    public List<DamagedRange> scrub(LongConsumer paced) {
        Segment[] seen = segments;
        List<DamagedRange> found = new ArrayList<>();
        for (int number = 0; number + 1 < seen.length; number++) {
            try {
                found.addAll(new SegmentScrub(seen[number], paced).run());
            } catch (DiskException refused) {
                if (Arrays.asList(segments).contains(seen[number])) {
                    found.add(seen[number].unreadable(String.valueOf(refused.getMessage())));
                }
            }
        }
        return found;
    }
}
