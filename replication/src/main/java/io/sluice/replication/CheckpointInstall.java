package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.common.PeerServices;
import io.sluice.log.SegmentBytes;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.TransferFailedException;
import io.sluice.replication.runtime.StateMachine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes another node's checkpoint with all its files and puts it in the place of a shard's state: for a replica that was
 * away for so long that nobody keeps its next entries, or that is new. Fetching goes on beside everything else; in the end
 * the checkpoint, the segment and the apply thread stand still for some renames and for reading the machines' snapshots.
 */
final class CheckpointInstall implements CheckpointTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointInstall.class);
    private static final long CALL_TIMEOUT_MS = 20_000;
    private static final long COMPACTION_WAIT_MS = 100;

    private final NodeParts node;
    private final ShardSpec spec;
    private final Path directory;
    private final Map<String, ByteBuffer> emptyMachines = new HashMap<>();
    private final Object waiting = new Object();
    private @Nullable Target target;

    /** What is replaced. */
    record Target(ShardParts parts, Checkpointer checkpointer, SnapshotStore snapshots, ShardRole role) {}

    /** For a shard whose machines are still empty. */
    CheckpointInstall(NodeParts node, ShardSpec spec, Path directory) {
        this.node = node;
        this.spec = spec;
        this.directory = directory;
        for (StateMachine machine : spec.machines()) {
            emptyMachines.put(machine.name(), machine.snapshot());
        }
    }

    /** Before the shard starts. */
    void attach(Target newTarget) {
        target = newTarget;
    }

    static String state(CheckpointFile.SnapshotFile snapshot) {
        return "state/" + snapshot.fileName();
    }

    static String path(PartitionImage image, Path file) {
        return "partitions/" + image.topicId() + "/" + image.index() + "/" + file.getFileName();
    }

    @Override
    public void fetch(int nodeId, long index, BooleanSupplier isCancelled) {
        PeerServices services = node.member().orElseThrow().services();
        long startNs = node.clock().nanoTime();
        try (Remote remote = Remote.open(services, nodeId, spec.id(), isCancelled)) {
            StagedCheckpoint.discard(node.disk(), directory);
            CheckpointFile.Content content = remote.checkpoint();
            if (content.index() < index) {
                throw new TransferFailedException(
                        "node " + nodeId + " offers entry " + content.index() + ", not " + index);
            }
            long bytes = copy(remote, content);
            StagedCheckpoint.finish(node.disk(), directory, content);
            LOG.info(
                    "fetched a checkpoint shard={} node={} index={} bytes={} took_ms={}",
                    spec.id(),
                    nodeId,
                    content.index(),
                    bytes,
                    (node.clock().nanoTime() - startNs) / 1_000_000);
        } catch (CompletionException | IllegalStateException | DiskException | UnusableDirectoryException failed) {
            throw new TransferFailedException("checkpoint of node " + nodeId + ": " + failed.getMessage(), failed);
        }
    }

    private long copy(Remote remote, CheckpointFile.Content content) {
        Count count = new Count();
        BackupCopy copy = new BackupCopy(node.disk(), directory, count);
        for (CheckpointFile.SnapshotFile snapshot : content.snapshots()) {
            if (copy(remote, copy, state(snapshot), snapshot.lengthBytes()).crc() != snapshot.crc()) {
                throw new TransferFailedException(state(snapshot) + " is not what the checkpoint names");
            }
        }
        for (byte[] encoded : content.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            Path partition = DataDirectory.partition(directory, image);
            for (SegmentFile file : image.files()) {
                SegmentBytes names = new SegmentBytes(node.disk(), node.openFiles(), partition, file);
                copy(remote, copy, path(image, names.records()), file.lengthBytes());
                String crcs = path(image, names.blockCrcs());
                if (remote.read(crcs, ByteBuffer.allocate(1), 0) > 0) {
                    copy(remote, copy, crcs, Long.MAX_VALUE);
                }
            }
        }
        copy.syncDirectories();
        return count.bytes;
    }

    private static final class Count implements BackupProgress {
        private long bytes;

        @Override
        public void planned(long plannedBytes) {}

        @Override
        public void copied(long copiedBytes) {
            bytes += copiedBytes;
        }
    }

    private static BackupManifest.Entry copy(Remote remote, BackupCopy copy, String path, long lengthBytes) {
        BackupManifest.Entry copied = copy.copy(
                (destination, filePosition) -> remote.read(path, destination, filePosition),
                StagedCheckpoint.PREFIX + path,
                lengthBytes);
        if (copied.lengthBytes() < lengthBytes && lengthBytes < Long.MAX_VALUE) {
            throw new TransferFailedException(path + " ends after " + copied.lengthBytes() + " bytes");
        }
        return copied;
    }

    @Override
    public Position install() {
        Target at = target;
        Check.check(at != null, "shard %d was not started", spec.id());
        GroupMember member = node.member().orElseThrow();
        CompletableFuture<Position> installed = new CompletableFuture<>();
        try {
            while (!node.threads().await(member.onCheckpointThread(() -> tryInstall(at, installed)))) {
                awaitCompaction();
            }
        } catch (CompletionException | IllegalStateException stopped) {
            throw new TransferFailedException("this node stops", stopped);
        }
        return installed.join();
    }

    private void awaitCompaction() {
        synchronized (waiting) {
            try {
                waiting.wait(COMPACTION_WAIT_MS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new TransferFailedException("this node stops", interrupted);
            }
        }
    }

    /** Checkpoint thread; false while a pass of compaction writes files that would come to lie among the new ones. */
    private boolean tryInstall(Target at, CompletableFuture<Position> installed) {
        boolean isCompacting = at.parts().table().topics().stream()
                .flatMap(topic -> PartitionTable.present(topic).stream())
                .anyMatch(replica -> replica.log().isCompacting());
        if (isCompacting) {
            return false;
        }
        CompletableFuture<Position> done = new CompletableFuture<>();
        at.parts().segments().execute(() -> onSegmentThread(at, done));
        installed.complete(node.threads().await(done));
        return true;
    }

    private void onSegmentThread(Target at, CompletableFuture<Position> done) {
        try {
            done.complete(node.threads().await(at.parts().loop().askBetweenEntries(() -> replace(at))));
        } catch (RuntimeException failure) {
            done.completeExceptionally(failure);
            throw failure;
        }
    }

    /** Apply thread, while the others wait. */
    private Position replace(Target at) {
        ShardParts parts = at.parts();
        at.role().lost();
        for (PartitionTable.TopicEntry topic : parts.table().topics()) {
            for (PartitionReplica replica : PartitionTable.present(topic)) {
                replica.log().forgetAll();
                replica.log().deleteDirectory();
            }
        }
        StagedCheckpoint.takePlace(node.disk(), directory);
        CheckpointFile.Content content = CheckpointFile.read(node.disk(), directory);
        parts.runtime().restored();
        at.snapshots().replace(content.snapshots(), parts.runtime().machines(), emptyMachines);
        Map<PartitionReplica, byte[]> partitions = parts.table().replace(content);
        parts.applier().restart(content.timeMs());
        parts.loop().restoreIndex(content.index(), content.term());
        at.checkpointer().replaced(content.index(), partitions);
        return new Position(content.index(), content.term());
    }

    /** The checkpoint as the other node keeps it. */
    private record Remote(
            PeerServices services, int nodeId, long lease, long checkpointBytes, BooleanSupplier isCancelled)
            implements AutoCloseable {
        static Remote open(PeerServices services, int nodeId, int shardId, BooleanSupplier isCancelled) {
            ByteBuffer request =
                    ByteBuffer.allocate(5).put(CheckpointServer.OPEN).putInt(shardId);
            ByteBuffer answer = call(services, nodeId, request.flip());
            return new Remote(services, nodeId, answer.getLong(), answer.getLong(), isCancelled);
        }

        private static ByteBuffer call(PeerServices services, int nodeId, ByteBuffer request) {
            return services.call(nodeId, PeerServices.CHECKPOINT_FILES, request, CALL_TIMEOUT_MS)
                    .join();
        }

        CheckpointFile.Content checkpoint() {
            if (checkpointBytes < 0 || checkpointBytes > CheckpointFile.BYTES_MAX) {
                throw new TransferFailedException("a checkpoint of " + checkpointBytes + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) checkpointBytes);
            int got = 1;
            while (bytes.hasRemaining() && got > 0) {
                got = read("", bytes, bytes.position());
            }
            return CheckpointFile.parse("the checkpoint of node " + nodeId, bytes.flip());
        }

        /** Reads into the remaining space, a piece at most; 0 at the end. */
        int read(String path, ByteBuffer destination, long filePosition) {
            if (isCancelled.getAsBoolean()) {
                throw new TransferFailedException("it is not wanted any more");
            }
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            ByteBuffer request = ByteBuffer.allocate(1 + 8 + 8 + 4 + name.length);
            request.put(CheckpointServer.READ).putLong(lease).putLong(filePosition);
            request.putInt(destination.remaining()).put(name);
            ByteBuffer piece = call(services, nodeId, request.flip());
            if (piece.remaining() > destination.remaining()) {
                throw new TransferFailedException("node " + nodeId + " gives more than was asked for");
            }
            int lengthBytes = piece.remaining();
            destination.put(piece);
            return lengthBytes;
        }

        /** Whether the other node hears of it or not: it forgets by itself. */
        @Override
        public void close() {
            ByteBuffer request =
                    ByteBuffer.allocate(9).put(CheckpointServer.CLOSE).putLong(lease);
            var unused = services.call(nodeId, PeerServices.CHECKPOINT_FILES, request.flip(), CALL_TIMEOUT_MS);
        }
    }
}
