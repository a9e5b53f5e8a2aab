package io.sluice.replication;

import io.sluice.log.PartitionLog;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFullException;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.runtime.DecideRuntime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints of one shard. Order: capture between two entries → write the tail into segments up to exactly that
 * end → sync segments → snapshots → checkpoint file → only then trim the journal and unlink files.
 *
 * <p>Owner: the node's checkpoint thread.
 */
final class Checkpointer {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private final Disk disk;
    private final NodeThreads threads;
    private final Path directory;
    private final PartitionTable table;
    private final DecideRuntime runtime;
    private final EntryApplier applier;
    private final ApplyLoop loop;
    private final SegmentWriter segments;
    private final Journal journal;
    private final SnapshotStore snapshots;
    private final List<Obsolete> obsolete = new ArrayList<>();
    private final Map<String, Supplier<ByteBuffer>> unfinishedSnapshots = new HashMap<>();
    private final Set<PartitionReplica> unfinished = new LinkedHashSet<>();

    /** Whose files changed though no entry said so; the segment thread's. */
    private final Set<PartitionReplica> relocated = new LinkedHashSet<>();

    /** Dropped: their directories stay until a checkpoint names them no more and nobody compacts or copies them. */
    private final List<PartitionReplica> lingering = new ArrayList<>();

    private int holds;
    private boolean isOver;
    private long checkpointedIndex;
    private volatile long writtenCount;
    private volatile long installedCount;

    Checkpointer(ShardParts parts, NodeParts node, Path directory, SnapshotStore snapshots) {
        this.disk = node.disk();
        this.threads = node.threads();
        this.directory = directory;
        this.table = parts.table();
        this.runtime = parts.runtime();
        this.applier = parts.applier();
        this.loop = parts.loop();
        this.segments = parts.segments();
        this.journal = parts.journal();
        this.snapshots = snapshots;
    }

    /** What the apply thread hands over. */
    private record Captured(
            long index,
            long term,
            long timeMs,
            List<CheckpointFile.TopicImage> topics,
            Map<PartitionReplica, byte[]> states,
            Map<PartitionReplica, Long> ends,
            List<PartitionReplica> dropped,
            Map<String, Supplier<ByteBuffer>> machines) {}

    /** The captured state with the files that hold it, and what will not be named. */
    private record Written(
            Captured captured, Map<PartitionReplica, byte[]> encoded, List<Obsolete> obsolete, List<Long> deadPacks) {}

    void restoredIndex(long index) {
        checkpointedIndex = index;
    }

    /** Another node's checkpoint has taken the place of the state and of this shard's own. */
    void replaced(long index) {
        installedCount++;
        checkpointedIndex = index;
        unfinished.clear();
        unfinishedSnapshots.clear();
        relocated.clear();
        lingering.clear();
        synchronized (obsolete) {
            obsolete.clear();
        }
    }

    /** Files that a log forgot. */
    private record Obsolete(PartitionLog log, List<Path> files) {}

    /** Segment thread: files that the next checkpoint names no more, because it says anew what the partition has. */
    void addObsolete(PartitionReplica replica, List<Path> files) {
        relocated.add(replica);
        if (!files.isEmpty()) {
            synchronized (obsolete) {
                obsolete.add(new Obsolete(replica.log(), files));
            }
        }
    }

    /** Checkpoints since the start; any thread. */
    long writtenCount() {
        return writtenCount;
    }

    /** How often since the start another node's checkpoint took the place of this shard's own; any thread. */
    long installedCount() {
        return installedCount;
    }

    /** Whether anything was applied since the last one, or files wait to be deleted. */
    boolean isBehind() {
        synchronized (obsolete) {
            return loop.appliedIndex() > checkpointedIndex || !obsolete.isEmpty() || !lingering.isEmpty();
        }
    }

    /** Writes one; answers false if the disk is full, then the last one stands, or after the {@link #end}. */
    boolean write() {
        return writeContent().isPresent();
    }

    private Optional<CheckpointFile.Content> writeContent() {
        if (isOver) {
            return Optional.empty();
        }
        List<byte[]> last = lastPartitions();
        CompletableFuture<Written> writing = new CompletableFuture<>();
        segments.execute(() -> captureAndWrite(writing));
        Written written = threads.await(writing);
        unfinished.addAll(written.captured().states().keySet());
        lingering.addAll(written.captured().dropped());
        unfinishedSnapshots.putAll(written.captured().machines());
        if (written.encoded().size() < written.captured().states().size()) {
            return Optional.empty();
        }
        try {
            return Optional.of(finish(written, last));
        } catch (DiskFullException full) {
            return Optional.empty();
        }
    }

    /** Segment thread: nothing is appended between the capture and the last write. */
    private void captureAndWrite(CompletableFuture<Written> writing) {
        try {
            emptySparsePacks();
            Captured captured = threads.await(loop.askBetweenEntries(this::capture));
            Map<PartitionReplica, byte[]> encoded = new LinkedHashMap<>();
            for (Map.Entry<PartitionReplica, byte[]> entry : captured.states().entrySet()) {
                PartitionReplica replica = entry.getKey();
                if (!segments.tryWrite(replica, captured.ends().getOrDefault(replica, 0L))) {
                    break;
                }
                PartitionLog log = replica.log();
                encoded.put(replica, PartitionImage.encode(entry.getValue(), log.files(), log.compacted()));
            }
            // Whatever lay in them until now is named anew by this checkpoint, or is no more.
            List<Long> deadPacks = table.packs().dead();
            List<Obsolete> files;
            synchronized (obsolete) {
                files = List.copyOf(obsolete);
            }
            writing.complete(new Written(captured, encoded, files, deadPacks));
        } catch (RuntimeException failure) {
            writing.completeExceptionally(failure);
            throw failure;
        }
    }

    /** Segment thread. A disk that is full leaves the rest for another time. */
    private void emptySparsePacks() {
        Set<Long> sparse = table.packs().sparse();
        if (sparse.isEmpty()) {
            return;
        }
        try {
            for (PartitionReplica replica : table.present()) {
                if (replica.log().moveFrom(sparse)) {
                    relocated.add(replica);
                }
            }
        } catch (DiskFullException full) {
            return;
        }
    }

    /** Apply thread. */
    private Captured capture() {
        Map<PartitionReplica, byte[]> states = new LinkedHashMap<>();
        Map<PartitionReplica, Long> ends = new HashMap<>();
        Set<PartitionReplica> changed = new LinkedHashSet<>(applier.takeChanged());
        changed.addAll(unfinished);
        // The segment thread waits for this: nobody else looks.
        changed.addAll(relocated);
        relocated.clear();
        for (PartitionReplica replica : changed) {
            if (!replica.isDropped()) {
                PartitionImage image = replica.capture();
                states.put(replica, image.encodeState());
                ends.put(replica, image.endOffset());
            }
        }
        return new Captured(
                loop.appliedIndex(),
                loop.appliedTerm(),
                applier.timeMs(),
                topicImages(),
                states,
                ends,
                applier.takeDropped(),
                runtime.takeSnapshots());
    }

    private List<CheckpointFile.TopicImage> topicImages() {
        List<CheckpointFile.TopicImage> images = new ArrayList<>();
        for (PartitionTable.TopicEntry topic : table.topics()) {
            images.add(new CheckpointFile.TopicImage(
                    topic.id(), topic.metadataVersion(), topic.settings(), topic.partitionCount()));
        }
        return images;
    }

    private CheckpointFile.Content finish(Written written, List<byte[]> last) {
        Captured captured = written.captured();
        written.encoded().keySet().forEach(replica -> replica.log().sync());
        List<CheckpointFile.SnapshotFile> files = snapshots.write(unfinishedSnapshots);
        CheckpointFile.Content content = new CheckpointFile.Content(
                captured.index(),
                captured.term(),
                captured.timeMs(),
                files,
                captured.topics(),
                partitions(written.encoded(), last));
        CheckpointFile.write(disk, directory, content);
        checkpointedIndex = captured.index();
        writtenCount++;
        unfinished.clear();
        unfinishedSnapshots.clear();
        journal.checkpointed(captured.index());
        captured.ends().forEach(PartitionReplica::checkpointedTo);
        if (holds == 0) {
            snapshots.deleteUnnamed();
            unlink(written.obsolete());
            table.packs().delete(written.deadPacks());
            lingering.removeIf(Checkpointer::removeDirectory);
        }
        return content;
    }

    /**
     * What the last checkpoint says of the partitions: read from there, because in memory it would be more than all else that
     * an idle partition needs. Where it cannot be read any more all of them count as changed, and the next one is written from
     * memory alone; only a start would have been lost without it.
     */
    private List<byte[]> lastPartitions() {
        if (checkpointedIndex == 0 && !CheckpointFile.exists(disk, directory)) {
            return List.of();
        }
        try {
            return CheckpointFile.read(disk, directory).partitions();
        } catch (UnusableDirectoryException | DiskException damaged) {
            LOG.error(
                    "damaged checkpoint, a whole one is written in its place directory={} reason=\"{}\"",
                    directory,
                    damaged.getMessage());
            unfinished.addAll(table.present());
            return List.of();
        }
    }

    /** The changed ones, and of the others what was said last. */
    private List<byte[]> partitions(Map<PartitionReplica, byte[]> changed, List<byte[]> last) {
        Set<PartitionImage.Name> outdated = new HashSet<>();
        changed.keySet().forEach(replica -> outdated.add(PartitionImage.Name.of(replica)));
        // One that left a place for what came there instead is not what is named.
        lingering.stream()
                .filter(replica -> table.find(replica.topicId(), replica.index()) == null)
                .forEach(replica -> outdated.add(PartitionImage.Name.of(replica)));
        List<byte[]> partitions = new ArrayList<>();
        last.stream()
                .filter(encoded -> !outdated.contains(PartitionImage.Name.of(encoded)))
                .forEach(partitions::add);
        partitions.addAll(changed.values());
        return partitions;
    }

    /** Writes a checkpoint and keeps every file that it names until {@link #letGo}; empty where {@link #write} is false. */
    Optional<CheckpointFile.Content> hold() {
        Optional<CheckpointFile.Content> held = writeContent();
        if (held.isPresent()) {
            holds++;
        }
        return held;
    }

    /** What was kept goes with the next checkpoint. */
    void letGo() {
        holds--;
    }

    /** At the end: nobody copies any more. */
    void letAllGo() {
        holds = 0;
    }

    /** The shard goes away: nobody copies, and no checkpoint is written any more, whoever asks for one still. */
    void end() {
        letAllGo();
        isOver = true;
    }

    /** Whether it {@link #end ended}. */
    boolean isOver() {
        return isOver;
    }

    private void unlink(List<Obsolete> forgotten) {
        forgotten.forEach(entry -> entry.log().deleteFiles(entry.files()));
        synchronized (obsolete) {
            obsolete.subList(0, forgotten.size()).clear();
        }
    }

    private static boolean removeDirectory(PartitionReplica replica) {
        if (replica.log().isCompacting()) {
            return false;
        }
        replica.log().deleteDirectory();
        return true;
    }
}
