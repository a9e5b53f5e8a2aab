package io.sluice.replication;

import io.sluice.log.PartitionLog;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFullException;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.runtime.DecideRuntime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Writes checkpoints of one shard. Order: capture between two entries → write the tail into segments up to exactly that
 * end → sync segments → snapshots → checkpoint file → only then trim the journal and unlink files.
 *
 * <p>Owner: the node's checkpoint thread.
 */
final class Checkpointer {
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
    private final Map<PartitionReplica, byte[]> encodedPartitions = new LinkedHashMap<>();
    private final List<Obsolete> obsolete = new ArrayList<>();
    private final Map<String, Supplier<ByteBuffer>> unfinishedSnapshots = new HashMap<>();
    private final Set<PartitionReplica> unfinished = new LinkedHashSet<>();

    /** Whose files changed though no entry said so; the segment thread's. */
    private final Set<PartitionReplica> relocated = new LinkedHashSet<>();

    /** Dropped: their directories stay until a checkpoint names them no more and nobody compacts or copies them. */
    private final List<PartitionReplica> lingering = new ArrayList<>();

    private int holds;
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

    /** The captured state with the files that hold it. */
    private record Written(Captured captured, Map<PartitionReplica, byte[]> encoded, List<Obsolete> obsolete) {}

    /** A partition as the last checkpoint has it. */
    void restored(PartitionReplica replica, byte[] encoded) {
        encodedPartitions.put(replica, encoded);
    }

    void restoredIndex(long index) {
        checkpointedIndex = index;
    }

    /** Another node's checkpoint has taken the place of the state and of this shard's own, with these partitions. */
    void replaced(long index, Map<PartitionReplica, byte[]> partitions) {
        installedCount++;
        encodedPartitions.clear();
        encodedPartitions.putAll(partitions);
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

    /** Writes one; answers false if the disk is full, then the last one stands. */
    boolean write() {
        CompletableFuture<Written> writing = new CompletableFuture<>();
        segments.execute(() -> captureAndWrite(writing));
        Written written = threads.await(writing);
        unfinished.addAll(written.captured().states().keySet());
        lingering.addAll(written.captured().dropped());
        unfinishedSnapshots.putAll(written.captured().machines());
        if (written.encoded().size() < written.captured().states().size()) {
            return false;
        }
        try {
            finish(written);
            return true;
        } catch (DiskFullException full) {
            return false;
        }
    }

    /** Segment thread: nothing is appended between the capture and the last write. */
    private void captureAndWrite(CompletableFuture<Written> writing) {
        try {
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
            List<Obsolete> files;
            synchronized (obsolete) {
                files = List.copyOf(obsolete);
            }
            writing.complete(new Written(captured, encoded, files));
        } catch (RuntimeException failure) {
            writing.completeExceptionally(failure);
            throw failure;
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
                    topic.id(),
                    topic.metadataVersion(),
                    topic.settings(),
                    topic.replicas().size()));
        }
        return images;
    }

    private void finish(Written written) {
        Captured captured = written.captured();
        written.encoded().keySet().forEach(replica -> replica.log().sync());
        encodedPartitions.putAll(written.encoded());
        lingering.forEach(encodedPartitions::remove);
        List<CheckpointFile.SnapshotFile> files = snapshots.write(unfinishedSnapshots);
        List<byte[]> partitions = new ArrayList<>(encodedPartitions.values());
        CheckpointFile.write(
                disk,
                directory,
                new CheckpointFile.Content(
                        captured.index(), captured.term(), captured.timeMs(), files, captured.topics(), partitions));
        checkpointedIndex = captured.index();
        writtenCount++;
        unfinished.clear();
        unfinishedSnapshots.clear();
        journal.checkpointed(captured.index());
        captured.ends().forEach(PartitionReplica::checkpointedTo);
        if (holds == 0) {
            snapshots.deleteUnnamed();
            unlink(written.obsolete());
            lingering.removeIf(Checkpointer::removeDirectory);
        }
    }

    /** Writes a checkpoint and keeps every file that it names until {@link #letGo}; empty if the disk is full. */
    Optional<CheckpointFile.Content> hold() {
        if (!write()) {
            return Optional.empty();
        }
        holds++;
        return Optional.of(CheckpointFile.read(disk, directory));
    }

    /** What was kept goes with the next checkpoint. */
    void letGo() {
        holds--;
    }

    /** At the end: nobody copies any more. */
    void letAllGo() {
        holds = 0;
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
