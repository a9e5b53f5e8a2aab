package io.sluice.log;

import io.sluice.common.Check;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.BatchRewriter;
import io.sluice.log.batch.RecordCursor;
import io.sluice.log.disk.DiskException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * One pass of compaction over a log: of the records of one key only the newest stays, where it is.
 *
 * <pre>
 *  1  read the keys of what no pass has been over, where segments do not know them ({@link DirtyKeys}, {@link SegmentKeys})
 *  2  from the first segment on: copy what stays of some segments into new ones, make them durable ({@link CompactedSegments}),
 *     hand them over in exchange; again until the end of 1
 * </pre>
 *
 * <p>In this order a tombstone that has a horizon (it was copied by some pass) has nothing older of its key before it on the
 * disk, whatever crash came between: so it may go when its time has come. Damage anywhere ends the pass, because what cannot be
 * read cannot be taken out. Appends and reads go on all the time. Used by one thread.
 */
public final class LogCompaction {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final ByteBuffer GONE = ByteBuffer.allocate(0);

    private final PartitionLog log;
    private final SegmentSettings settings;
    private final CompactionRules rules;
    private final Surroundings around;
    private final BatchRewriter rewriter = new BatchRewriter();
    private final ByteBuffer readWindow;
    private final Set<Segment> waiting = new HashSet<>();
    private long readBytes;
    private long writtenBytes;
    private long freedBytes;
    private long removedRecords;
    private long nextHorizonMs = Long.MAX_VALUE;

    /** Puts segments in place, on the thread that appends, as {@link PartitionLog#exchange} says. */
    public interface Exchange {
        /** Durable new segments; answers whether they are in place. */
        boolean exchange(Replacement replacement);
    }

    /**
     * What a pass needs of the world.
     *
     * @param memory of the thread
     * @param exchange puts new segments in place
     * @param paced is told bytes read or written and may wait; what it throws ends the pass
     * @param readAhead reads what comes next meanwhile, as {@link io.sluice.log.disk.Disk#openForScanning} says
     */
    public record Surroundings(CompactionMemory memory, Exchange exchange, LongConsumer paced, Executor readAhead) {}

    /** A pass over the log; new segments are as large as the log's newest settings allow. */
    public LogCompaction(PartitionLog log, CompactionRules rules, Surroundings around) {
        this.log = log;
        this.settings = log.newestSettings();
        this.rules = rules;
        this.around = around;
        this.readWindow = around.memory().readWindow();
    }

    /**
     * Runs it. The caller puts {@link CompactionReport#reached} in place by {@link PartitionLog#compactedTo}. Throws
     * {@link DamagedLogException}, {@link io.sluice.log.batch.MalformedBatchException} at a compressed batch that cannot be
     * opened (it came before the topic was compacted), or {@link io.sluice.log.disk.DiskException}: what was exchanged before
     * stays, the rest is as it was.
     */
    public CompactionReport run() {
        List<Segment> sources = sources();
        waiting.addAll(sources);
        int generation = log.nextGeneration();
        Compacted before = log.compacted();
        if (sources.isEmpty()) {
            return report(before, true);
        }
        long firstOffset = Math.max(sources.getFirst().baseOffset(), rules.startOffset());
        long fromOffset = Math.max(before.cleanOffset(), firstOffset);
        try (DirtyKeys keys =
                new DirtyKeys(fromOffset, rules.keyBytesMax(), log.keyMemory().hash())) {
            keys.read(endingBehind(sources, fromOffset), readWindow, around.readAhead(), this::read);
            List<Segment> covered = new ArrayList<>(sources);
            covered.removeIf(segment -> keys.isFull() && segment.baseOffset() >= keys.endOffset());
            boolean isWhole = compact(covered, keys, generation);
            Compacted reached = new Compacted(keys.endOffset(), nextHorizonMs, generation);
            return report(isWhole ? reached : before, isWhole);
        } catch (DiskException refused) {
            if (Arrays.asList(log.segments()).containsAll(waiting)) {
                throw refused;
            }
            // Retention or a deletion took files away that were still to be read.
            return report(before, false);
        } finally {
            rewriter.close();
        }
    }

    private CompactionReport report(Compacted reached, boolean isWhole) {
        return new CompactionReport(readBytes, writtenBytes, freedBytes, removedRecords, reached, isWhole);
    }

    private List<Segment> sources() {
        Segment[] seen = log.segments();
        List<Segment> sources = new ArrayList<>();
        for (int number = 0; number + 1 < seen.length; number++) {
            if (seen[number].extent().endOffset() > rules.endOffset()) {
                break;
            }
            sources.add(seen[number]);
        }
        return sources;
    }

    private static List<Segment> endingBehind(List<Segment> sources, long offset) {
        return sources.stream()
                .filter(source -> source.extent().endOffset() > offset)
                .toList();
    }

    private void read(long bytes) {
        readBytes += bytes;
        around.paced().accept(bytes);
    }

    /** Answers false where a group could not be exchanged: what follows must not forget tombstones that it still needs. */
    private boolean compact(List<Segment> sources, DirtyKeys keys, int generation) {
        int at = 0;
        while (at >= 0 && at < sources.size()) {
            Segment first = sources.get(at);
            boolean mayMerge = at + 1 < sources.size()
                    && first.extent().lengthBytes()
                                    + sources.get(at + 1).extent().lengthBytes()
                            <= settings.segmentBytesMax();
            if (!mayMerge && !isTouched(first, keys)) {
                at++;
            } else {
                at = compactGroup(sources, at, keys, generation);
            }
        }
        return at >= 0;
    }

    /** Whether anything would change in it; reads up to there. */
    private boolean isTouched(Segment segment, DirtyKeys keys) {
        long horizonBeforeMs = nextHorizonMs;
        long removedBefore = removedRecords;
        boolean isTouched = walk(segment, keys, (batch, result) -> result == batch);
        removedRecords = removedBefore;
        nextHorizonMs = isTouched ? horizonBeforeMs : nextHorizonMs;
        return isTouched;
    }

    /** Answers the number of the first segment behind the group, −1 if the exchange failed. */
    private int compactGroup(List<Segment> sources, int from, DirtyKeys keys, int generation) {
        CompactedSegments target = new CompactedSegments(
                log,
                generation,
                settings,
                sources.get(from).baseOffset(),
                around.memory().gathered());
        boolean isDone = false;
        try {
            int to = from;
            long sourceBytes = 0;
            do {
                Segment source = sources.get(to);
                walk(source, keys, (batch, result) -> {
                    if (result.hasRemaining()) {
                        target.add(result);
                    }
                    return true;
                });
                sourceBytes += source.extent().lengthBytes();
                to++;
            } while (to < sources.size()
                    && target.hasRoom(
                            sources.get(to).extent().lengthBytes(),
                            sources.get(to).extent().endOffset()));
            List<Segment> group = sources.subList(from, to);
            List<Segment> outputs = target.finish(group.getLast().extent().endOffset());
            isDone = log.syncNames(outputs) && around.exchange().exchange(new Replacement(group, outputs));
            writtenBytes += target.writtenBytes();
            waiting.removeAll(group);
            freedBytes += isDone ? sourceBytes - target.writtenBytes() : 0;
            return isDone ? to : -1;
        } finally {
            if (!isDone) {
                log.discard(target.abandon());
            }
        }
    }

    /** Sees each batch and what is to be in its place: itself, memory good until the next one, or nothing. */
    private interface Visitor {
        /** Answers whether to go on. */
        boolean visit(ByteBuffer batch, ByteBuffer result);
    }

    /** Answers whether a visitor ended it. */
    private boolean walk(Segment segment, DirtyKeys keys, Visitor visitor) {
        BatchPlaces places = keys.placesOf(segment);
        Place start = new Place(0, segment.baseOffset());
        ByteBuffer window = places == null ? readWindow : around.memory().smallWindow();
        try (SegmentWalk walk = new SegmentWalk(segment, segment.extent(), start, window, around.readAhead())) {
            return places == null ? walkAll(walk, keys, visitor) : walkSome(walk, places, keys, visitor);
        }
    }

    private boolean walkAll(SegmentWalk walk, DirtyKeys keys, Visitor visitor) {
        long bytes = 0;
        boolean goesOn = true;
        while (goesOn && walk.next()) {
            goesOn = visit(walk, keys, visitor);
            bytes = paced(bytes + walk.sizeBytes());
        }
        read(bytes);
        return !goesOn;
    }

    /** Reads only batches of which something may stay. */
    private boolean walkSome(SegmentWalk walk, BatchPlaces places, DirtyKeys keys, Visitor visitor) {
        long bytes = 0;
        boolean goesOn = true;
        for (int number = 0; goesOn && number < places.count(); number++) {
            long baseOffset = places.baseOffset(number);
            if (keys.isReplaced(baseOffset, places.lastOffset(number))
                    && !rules.isLastOfProducer().test(baseOffset)) {
                removedRecords += places.lastOffset(number) - baseOffset + 1;
                goesOn = visitor.visit(NOTHING, GONE);
            } else {
                walk.jump(places.place(number));
                Check.check(walk.next(), "the batch at offset %d is not there any more", baseOffset);
                goesOn = visit(walk, keys, visitor);
                bytes = paced(bytes + walk.sizeBytes());
            }
        }
        read(bytes);
        return !goesOn;
    }

    private long paced(long bytes) {
        if (bytes < readWindow.capacity()) {
            return bytes;
        }
        read(bytes);
        return 0;
    }

    private boolean visit(SegmentWalk walk, DirtyKeys keys, Visitor visitor) {
        ByteBuffer header = walk.header();
        if (isGone(header, walk.place().offset(), walk.lastOffset(), keys)) {
            removedRecords += BatchHeader.recordCount(header, header.position());
            return visitor.visit(header, keptEmpty(header, walk.place().offset()));
        }
        ByteBuffer batch = walk.batch();
        return visitor.visit(batch, rewrite(batch, keys));
    }

    /** Whether nothing of it stays, as far as can be told without opening it. */
    private boolean isGone(ByteBuffer header, long baseOffset, long lastOffset, DirtyKeys keys) {
        if (BatchHeader.isControl(header, header.position())
                || BatchHeader.recordCount(header, header.position()) == 0) {
            return false;
        }
        return lastOffset < rules.startOffset() || keys.isReplaced(baseOffset, lastOffset);
    }

    private ByteBuffer keptEmpty(ByteBuffer header, long baseOffset) {
        boolean hasProducer = BatchHeader.producerId(header, header.position()) != BatchLayout.NO_PRODUCER_ID;
        return hasProducer && rules.isLastOfProducer().test(baseOffset) ? rewriter.empty(header) : GONE;
    }

    private ByteBuffer rewrite(ByteBuffer batch, DirtyKeys keys) {
        int position = batch.position();
        long baseOffset = BatchHeader.baseOffset(batch, position);
        if (baseOffset >= keys.endOffset() || BatchHeader.isControl(batch, position)) {
            return batch;
        }
        int recordCount = BatchHeader.recordCount(batch, position);
        if (recordCount == 0) {
            ByteBuffer kept = keptEmpty(batch, baseOffset);
            return kept.hasRemaining() ? batch : kept;
        }
        boolean hasHorizon = BatchHeader.hasDeleteHorizon(batch, position);
        // A tombstone behind what is known may have something older of its key before it still.
        boolean isKnown = BatchHeader.lastOffset(batch, position) < keys.endOffset();
        long newHorizonMs = isKnown ? rules.horizonMs() : BatchRewriter.NO_HORIZON;
        long horizonMs = hasHorizon ? BatchHeader.baseTimestampMs(batch, position) : newHorizonMs;
        boolean isOver = isKnown && hasHorizon && horizonMs <= rules.nowMs();
        ByteBuffer result = rewriter.rewrite(batch, record -> stays(record, keys, isOver), horizonMs);
        removedRecords += recordCount - rewriter.keptCount();
        if (rewriter.keptCount() == 0) {
            return keptEmpty(batch, baseOffset);
        }
        boolean waits = rewriter.keepsTombstones() && horizonMs != BatchRewriter.NO_HORIZON;
        nextHorizonMs = waits ? Math.min(nextHorizonMs, horizonMs) : nextHorizonMs;
        return result;
    }

    private boolean stays(RecordCursor record, DirtyKeys keys, boolean tombstonesGo) {
        return record.offset() >= rules.startOffset()
                && keys.isNewest(record)
                && !(tombstonesGo && record.valueLength() < 0);
    }
}
