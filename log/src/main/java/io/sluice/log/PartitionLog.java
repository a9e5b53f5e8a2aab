package io.sluice.log;

import io.sluice.common.Check;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one partition: committed batches only, no memory of its own tail. One thread appends, syncs and
 * removes (the node's segment thread); any thread reads meanwhile.
 *
 * <p>An empty log is this object and nothing else, neither on the heap nor on the disk; one with little in it shares files
 * with others, see {@link Packs}. Readers work on the array of segments of one moment and on what each segment had published
 * then.
 */
public final class PartitionLog {
    /** Two buffers per batch; one gather write takes about a thousand. */
    private static final int GATHERED_BATCHES_MAX = 500;

    private static final Segment[] NO_SEGMENTS = {};

    private final Packs packs;
    private final LogPlace home;
    private volatile RollSettings rolls;
    private volatile Segment[] segments = NO_SEGMENTS;

    /** Where a log without segments begins and ends. */
    private volatile long emptyAtOffset;

    private volatile Compacted compacted = Compacted.NEVER;

    private volatile boolean keepsKeys;

    /** While a pass may create files in the directory. */
    private volatile boolean isCompacting;

    /** Whether files of its own may be on the disk. */
    private volatile boolean hasDirectory;

    private PartitionLog(Packs packs, LogPlace home, SegmentSettings settings, long emptyAtOffset) {
        this.packs = packs;
        this.home = home;
        this.rolls = packs.rolls(settings);
        this.emptyAtOffset = emptyAtOffset;
    }

    /** A log without segments that begins at the offset; nothing is on disk before the first append. */
    public static PartitionLog create(Packs packs, LogPlace home, SegmentSettings settings, long baseOffset) {
        return new PartitionLog(packs, home, settings, baseOffset);
    }

    /**
     * The log a checkpoint names, without touching a file. {@code endOffset} is the offset after its last record.
     * After an unclean stop call {@link #cut} before anything else.
     */
    public static PartitionLog restore(
            Packs packs, LogPlace home, SegmentSettings settings, List<SegmentFile> files, long endOffset) {
        PartitionLog log = new PartitionLog(packs, home, settings, endOffset);
        Segment[] restored = new Segment[files.size()];
        for (int number = 0; number < restored.length; number++) {
            SegmentFile file = files.get(number);
            long end = number + 1 < restored.length ? files.get(number + 1).baseOffset() : endOffset;
            Check.check(
                    file.lengthBytes() == 0 ? file.baseOffset() == end : file.baseOffset() < end,
                    "segment %d ends at %d",
                    file.baseOffset(),
                    end);
            restored[number] = Segment.restore(packs, home, file, end);
            PackedPlace packed = file.place();
            if (packed == null) {
                log.hasDirectory = true;
            } else {
                packs.restored(packed, file.lengthBytes());
            }
        }
        log.segments = restored;
        return log;
    }

    /**
     * Cuts files to what {@link #files()} names and deletes those it does not name. Throws {@link DamagedLogException} if
     * a named file is shorter or missing; the other files are cut all the same, and appends have a file to go on in.
     */
    public void cut() {
        Set<String> named = new HashSet<>();
        for (Segment segment : segments) {
            segment.paths().forEach(path -> named.add(String.valueOf(path.getFileName())));
        }
        Path directory = home.directory();
        List<String> present = packs.disk().list(directory);
        for (String name : present) {
            if (!named.contains(name)) {
                delete(directory.resolve(name));
            }
        }
        if (named.isEmpty()) {
            return;
        }
        if (present.isEmpty()) {
            makeDirectory();
        }
        List<DamagedLogException> shorter = new ArrayList<>();
        for (Segment segment : segments) {
            try {
                if (segment.packed() == null) {
                    segment.cut();
                }
            } catch (DamagedLogException damaged) {
                shorter.add(damaged);
            }
        }
        if (active().packed() == null) {
            // It was not sealed then: a list of CRCs beside it is of records that may be gone.
            active().forgetBlockCrcs();
        }
        if (!shorter.isEmpty()) {
            throw shorter.getFirst();
        }
    }

    /**
     * After a clean stop: makes sure that the segment which grows has a file, since an append to none would end the node.
     * Throws {@link DamagedLogException} if somebody took it away; the log goes on behind what is lost.
     */
    public void checkActive() {
        if (segments.length > 0 && active().packed() == null && !active().hasFile()) {
            makeDirectory();
            active().cut();
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
            Segment grown = needsRoll(batches.get(from)) ? null : active();
            long baseOffset = grown == null ? batches.get(from).baseOffset() : grown.baseOffset();
            Extent extent = grown == null ? Extent.empty(baseOffset) : grown.extent();
            int to = endOfRun(baseOffset, extent, batches, from);
            List<StoredBatch> run = batches.subList(from, to);
            if (grown == null || grown.packed() != null) {
                appendSmall(grown, run);
            } else {
                grown.append(run, indexIntervalBytes(run));
            }
            from = to;
        }
    }

    private int indexIntervalBytes(List<StoredBatch> run) {
        return rolls.at(run.getFirst().baseOffset()).indexIntervalBytes();
    }

    /** To a segment that is new, or has been so small that it is packed. */
    private void appendSmall(@Nullable Segment grown, List<StoredBatch> run) {
        ByteBuffer earlier = grown == null ? ByteBuffer.allocate(0) : packedBytes(grown);
        if (earlier == null) {
            // Damaged: it stays as it is, for its readers to find, and the log goes on in another.
            appendSmall(null, run);
            return;
        }
        long lengthBytes = earlier.remaining();
        for (StoredBatch batch : run) {
            lengthBytes += batch.lengthBytes();
        }
        if (packs.takes(lengthBytes)) {
            putInPlace(grown, Segment.pack(packs, home, grown, earlier, run));
            return;
        }
        Segment own = begin(grown == null ? run.getFirst().baseOffset() : grown.baseOffset());
        boolean isWhole = false;
        try {
            if (earlier.hasRemaining()) {
                own.append(BatchFrame.stored(earlier), indexIntervalBytes(run));
            }
            own.append(run, indexIntervalBytes(run));
            isWhole = true;
        } finally {
            if (!isWhole) {
                own.forgetKeys();
            }
        }
        putInPlace(grown, own);
    }

    private @Nullable ByteBuffer packedBytes(Segment segment) {
        PackedPlace place = segment.packed();
        Check.check(place != null, "segment %d is not packed", segment.baseOffset());
        return packs.read(place, segment.extent().lengthBytes());
    }

    /** Only once it has content, so that no reader and no checkpoint ever meets an empty segment. */
    private void putInPlace(@Nullable Segment before, Segment segment) {
        if (before == null) {
            publish(segment);
            return;
        }
        Segment[] replaced = segments.clone();
        replaced[Arrays.asList(replaced).indexOf(before)] = segment;
        segments = replaced;
        release(before);
    }

    private void release(Segment segment) {
        PackedPlace place = segment.packed();
        if (place != null) {
            packs.release(place, segment.extent().lengthBytes());
        }
    }

    /**
     * On the thread that appends: moves what lies in these packs to the end of the newest. Answers whether anything did; then the
     * next checkpoint must say where it is.
     */
    public boolean moveFrom(Set<Long> numbers) {
        boolean hasMoved = false;
        for (Segment segment : segments) {
            PackedPlace place = segment.packed();
            if (place != null && numbers.contains(place.pack()) && !isCompacting) {
                ByteBuffer bytes = packedBytes(segment);
                if (bytes != null) {
                    putInPlace(segment, segment.at(packs.append(new ByteBuffer[] {bytes})));
                    hasMoved = true;
                }
            }
        }
        return hasMoved;
    }

    private boolean needsRoll(StoredBatch batch) {
        return segments.length == 0 || startsNewSegment(active().asFile(), batch);
    }

    private boolean startsNewSegment(SegmentFile current, StoredBatch batch) {
        return rolls.at(batch.baseOffset()).startsNewSegment(current, batch);
    }

    private Segment active() {
        return segments[segments.length - 1];
    }

    private Segment begin(long baseOffset) {
        if (!hasDirectory) {
            makeDirectory();
        }
        Segment begun = beginCompacted(baseOffset, 0);
        if (keepsKeys) {
            begun.keepKeys();
        }
        return begun;
    }

    private void makeDirectory() {
        makeDirectory(packs.disk(), packs.openFiles(), home.directory());
        hasDirectory = true;
    }

    /** Marks parents that exist already too: a process that was killed may have made them and not synced their names. */
    static void makeDirectory(Disk disk, OpenFiles openFiles, Path directory) {
        disk.createDirectories(directory);
        Path topic = directory.getParent();
        if (topic != null) {
            openFiles.markDirectory(topic);
            Path partitions = topic.getParent();
            if (partitions != null) {
                openFiles.markDirectory(partitions);
            }
        }
    }

    private void publish(Segment segment) {
        Segment[] before = segments;
        Segment[] longer = Arrays.copyOf(before, before.length + 1);
        longer[before.length] = segment;
        segments = longer;
        if (before.length > 0) {
            before[before.length - 1].seal();
        }
    }

    private int endOfRun(long baseOffset, Extent extent, List<StoredBatch> batches, int from) {
        Extent grown = extent;
        int to = from;
        int most = Math.min(batches.size(), from + GATHERED_BATCHES_MAX);
        while (to < most && !startsNewSegment(grown.asFile(baseOffset, 0), batches.get(to))) {
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

    /**
     * Settings for rolls from the batch on that begins at the offset, which no batch at or above it may have been handed to
     * {@link #append} for. Any thread, one at a time.
     */
    public void changeSettings(SegmentSettings changed, long fromOffset) {
        rolls = rolls.with(changed, fromOffset, endOffset());
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

    /** Whether it has segments in files of their own. */
    public boolean hasFiles() {
        for (Segment segment : segments) {
            if (segment.packed() == null) {
                return true;
            }
        }
        return false;
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
        packs.sync();
        if (!hasDirectory) {
            return;
        }
        for (Segment segment : segments) {
            segment.sync();
        }
        syncDirectories(packs.disk(), packs.openFiles(), home.directory());
        packs.openFiles().checkSynced();
    }

    /** Makes the names of the directory, in it, and of its parents durable, as far as something was made in them. */
    static void syncDirectories(Disk disk, OpenFiles openFiles, Path directory) {
        openFiles.syncDirectory(disk, directory);
        Path topic = directory.getParent();
        openFiles.syncDirectory(disk, topic);
        openFiles.syncDirectory(disk, topic == null ? null : topic.getParent());
    }

    /**
     * Puts whole batches into the sink, from the one that holds the offset, until {@code maxBytes} would be passed; at
     * least one if {@code atLeastOne}. Nothing at or above {@code upToOffset} is read. Where compaction or a repair left a
     * gap, and below the first record, reading goes on behind it. Answers the offset after the last batch given, or
     * {@code offset} itself if none. May block on the disk. Every batch given was held against its header and its CRC.
     *
     * <p>Throws {@link DamagedLogException} if the batch that holds the offset is damaged; damage further on ends the
     * answer before it.
     */
    public long read(long offset, int maxBytes, boolean atLeastOne, long upToOffset, ReadSink sink) {
        SegmentReader reader = new SegmentReader(packs.openFiles(), maxBytes, atLeastOne, upToOffset, sink);
        Segment[] seen = segments;
        long reached = read(seen, reader, offset, upToOffset);
        // A segment that was replaced meanwhile may have been deleted under the reader's hands.
        return reached == offset && seen != segments ? read(segments, reader, offset, upToOffset) : reached;
    }

    private long read(Segment[] seen, SegmentReader reader, long offset, long upToOffset) {
        long at = offset;
        for (int number = Math.max(0, Segment.indexOf(seen, offset)); number < seen.length; number++) {
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
     * As {@link #read}, but gives only what {@link #prepare} brought into memory; −1 if there is nothing for this offset. Never
     * blocks.
     */
    public long readPrepared(long offset, int maxBytes, boolean atLeastOne, long upToOffset, ReadSink sink) {
        Segment[] seen = segments;
        int number = Segment.indexOf(seen, offset);
        if (number < 0 || seen[number].packed() != null) {
            return -1;
        }
        PreparedReads.Piece ready = packs.openFiles().preparedReads().takeNow(seen[number].path(), offset);
        if (ready == null) {
            return -1;
        }
        SegmentReader reader = new SegmentReader(packs.openFiles(), maxBytes, atLeastOne, upToOffset, sink);
        return reader.giveReady(seen[number], seen[number].extent(), ready);
    }

    /**
     * Brings into memory what a reader that goes on at the offset will want next, if it is one that goes through the log, and
     * if few do at the same time. May block; a disk that refuses, or damage, is left to the read that follows.
     */
    public void prepare(long offset, long upToOffset) {
        Segment[] seen = segments;
        int number = Segment.indexOf(seen, offset);
        if (number < 0) {
            return;
        }
        Segment segment = seen[number];
        Extent extent = segment.extent();
        Place start = segment.passage(extent, offset);
        if (start == null) {
            return;
        }
        try {
            packs.openFiles()
                    .preparedReads()
                    .prepare(segment.path(), offset, () -> SegmentReader.piece(segment, extent, start, upToOffset));
        } catch (DiskException refused) {
            // Also when compaction or retention deleted the segment meanwhile.
        }
    }

    /**
     * Whether no batch on disk holds the offset or follows it, because a repair gave up what did; may block. Throws
     * {@link DamagedLogException}.
     */
    public boolean isGapToEnd(long offset) {
        Segment[] seen = segments;
        int number = Segment.indexOf(seen, offset);
        if (number < 0) {
            return false;
        }
        Extent extent = seen[number].extent();
        boolean isGap = offset < extent.endOffset()
                && seen[number].locate(extent, offset).filePosition() == extent.lengthBytes();
        for (int later = number + 1; later < seen.length; later++) {
            isGap &= seen[later].extent().lengthBytes() == 0;
        }
        return isGap;
    }

    /** The first record at or after {@code fromOffset} whose timestamp is at least this; may block. Throws {@link DamagedLogException}. */
    public Optional<TimestampedOffset> findByTime(long timestampMs, long fromOffset) {
        return searching(search -> search.first(timestampMs, fromOffset));
    }

    /** The first record with the largest timestamp at or after {@code fromOffset}; empty if none has one; may block. Throws {@link DamagedLogException}. */
    public Optional<TimestampedOffset> findMaxTimestamp(long fromOffset) {
        return searching(search -> search.firstLargest(fromOffset));
    }

    /** Once more if segments were replaced and deleted meanwhile. */
    private Optional<TimestampedOffset> searching(Function<TimeSearch, Optional<TimestampedOffset>> search) {
        Segment[] seen = segments;
        try {
            return search.apply(new TimeSearch(seen));
        } catch (DiskException refused) {
            Segment[] now = segments;
            if (now == seen) {
                throw refused;
            }
            return search.apply(new TimeSearch(now));
        }
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
        return forget(before, kept);
    }

    private List<Path> forget(Segment[] all, int count) {
        List<Path> paths = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            all[number].forgetKeys();
            release(all[number]);
            paths.addAll(all[number].paths());
        }
        return paths;
    }

    /** Whether a pass runs, which may create files: the directory must stay. */
    public boolean isCompacting() {
        return isCompacting;
    }

    /** Set before a pass looks whether the log is still wanted, and cleared behind its end. */
    public void setCompacting(boolean compacting) {
        isCompacting = compacting;
    }

    /** How far compaction has come. */
    public Compacted compacted() {
        return compacted;
    }

    /** The same log with what a checkpoint knows of its compaction. */
    public PartitionLog resume(Compacted known) {
        compacted = known;
        return this;
    }

    /**
     * Whether segments that begin from now on are to know their keys, because the log is compacted. Any thread; one that began
     * before is read when its turn comes.
     */
    public void keepKeys(boolean isWanted) {
        keepsKeys = isWanted;
    }

    /** As {@link #keepKeys} was last told. */
    public boolean keepsKeys() {
        return keepsKeys;
    }

    KeyMemory keyMemory() {
        return packs.openFiles().keyMemory();
    }

    SegmentSettings newestSettings() {
        return rolls.settings();
    }

    /** The segments of this moment; the last one is being written. */
    Segment[] segments() {
        return segments;
    }

    /** A new segment of a pass, which nobody sees before {@link #exchange}. */
    Segment beginCompacted(long baseOffset, int generation) {
        if (!hasDirectory) {
            makeDirectory();
        }
        return Segment.create(packs, home, baseOffset, generation);
    }

    /** Makes the names of new segments durable; answers true. */
    boolean syncNames(List<Segment> created) {
        if (!created.isEmpty()) {
            syncDirectories(packs.disk(), packs.openFiles(), home.directory());
            packs.openFiles().checkSynced();
        }
        return true;
    }

    /** Deletes new segments that were never put in place. */
    void discard(List<Segment> created) {
        created.forEach(segment -> deleteFiles(segment.paths()));
    }

    /**
     * What compaction could do: with sealed segments that, from the first that no pass has been over, have no record younger
     * than {@code youngestMs}.
     */
    public CompactionDebt compactionDebt(long youngestMs) {
        Segment[] seen = segments;
        long cleanOffset = compacted.cleanOffset();
        long cleanBytes = 0;
        long dirtyBytes = 0;
        long firstDirtyMs = -1;
        long reached = 0;
        for (int number = 0; number + 1 < seen.length; number++) {
            Extent extent = seen[number].extent();
            boolean isDirty = extent.endOffset() > cleanOffset;
            if (isDirty && extent.maxTimestampMs() > youngestMs) {
                break;
            }
            if (isDirty) {
                firstDirtyMs = dirtyBytes == 0 ? extent.firstTimestampMs() : firstDirtyMs;
                dirtyBytes += extent.lengthBytes();
            } else {
                cleanBytes += extent.lengthBytes();
            }
            reached = extent.endOffset();
        }
        return new CompactionDebt(cleanBytes, dirtyBytes, firstDirtyMs, reached);
    }

    /** The number of the next pass. By one thread at a time, that which compacts. */
    int nextGeneration() {
        int generation = compacted.lastGeneration() + 1;
        compacted = compacted.with(generation);
        return generation;
    }

    /**
     * On the thread that appends: puts durable compacted segments in the place of others. Answers the files of those, which
     * stay until {@link #deleteFiles}, after a checkpoint that names the new ones; empty if some of them are not here any
     * more: then nothing has changed and the new files are for deletion.
     */
    public Optional<List<Path>> exchange(Replacement replacement) {
        Segment[] before = segments;
        List<Segment> sources = replacement.sources();
        int at = Arrays.asList(before).indexOf(sources.getFirst());
        if (at < 0 || !Arrays.asList(before).subList(at, before.length).containsAll(sources)) {
            return Optional.empty();
        }
        List<Segment> after = new ArrayList<>(Arrays.asList(before));
        after.subList(at, at + sources.size()).clear();
        after.addAll(at, replacement.outputs());
        segments = after.toArray(NO_SEGMENTS);
        List<Path> forgotten = new ArrayList<>();
        for (Segment source : sources) {
            source.forgetKeys();
            release(source);
            forgotten.addAll(source.paths());
        }
        return Optional.of(forgotten);
    }

    /** On the thread that appends: a pass is over. */
    public void compactedTo(Compacted reached) {
        compacted = reached;
    }

    /** Unlinks files that {@link #forgetBelow} or {@link #forgetAll} answered, and the directory if nothing is left in it. */
    public void deleteFiles(List<Path> files) {
        files.forEach(this::delete);
        if (segments.length == 0
                && hasDirectory
                && !isCompacting
                && packs.disk().list(home.directory()).isEmpty()) {
            deleteEmpty(home.directory());
        }
    }

    private void delete(Path file) {
        packs.openFiles().forget(file);
        packs.disk().delete(file);
    }

    /**
     * Deletes the directory with whatever is left in it, and its topic's if that was the last, once a durable checkpoint does
     * not name the log any more.
     */
    public void deleteDirectory() {
        Path directory = home.directory();
        // One that had files of its own before the last start may be left empty.
        if (!hasDirectory && !packs.disk().exists(directory)) {
            return;
        }
        packs.disk().list(directory).forEach(name -> delete(directory.resolve(name)));
        deleteEmpty(directory);
        Path topic = directory.getParent();
        if (topic != null && packs.disk().list(topic).isEmpty()) {
            deleteEmpty(topic);
        }
    }

    private void deleteEmpty(Path emptied) {
        packs.disk().delete(emptied);
        packs.openFiles().forgetDirectory(emptied);
    }

    /** Forgets every segment and answers their files, as when the topic is deleted. The log is empty at its end then. */
    public List<Path> forgetAll() {
        Segment[] before = segments;
        emptyAtOffset = endOffset();
        segments = NO_SEGMENTS;
        return forget(before, before.length);
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

    /**
     * Puts another replica's batches, position 0 to limit, in the place of a damaged range of a sealed segment; durable on return.
     * False unless they are just what belongs there, and where compaction made the segment or it shares its file. One thread.
     */
    public boolean mend(DamagedRange range, ByteBuffer batches) {
        Segment[] seen = segments;
        for (int number = 0; number + 1 < seen.length; number++) {
            if (seen[number].path().equals(range.file())) {
                return seen[number].mend(range, batches);
            }
        }
        return false;
    }
}
