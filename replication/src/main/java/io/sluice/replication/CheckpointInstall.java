package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.common.PeerServices;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.TransferFailedException;
import io.sluice.replication.runtime.StateMachine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes another node's checkpoint with all its files and puts it in the place of a shard's state: for a replica that was
 * away for so long that nobody keeps its next entries, or that is new. Fetching goes on beside everything else; in the end
 * the checkpoint, the segment and the apply thread stand still for some renames and for reading the machines' snapshots.
 */
final class CheckpointInstall implements CheckpointTransfer {
    private static final long COMPACTION_WAIT_MS = 100;

    private final NodeParts node;
    private final ShardSpec spec;
    private final Path directory;
    private final Map<String, ByteBuffer> emptyMachines = new HashMap<>();
    private final Object waiting = new Object();
    private final InstallBytes bytes = new InstallBytes();
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

    /** What was brought here since the start; any thread. */
    InstallBytes bytes() {
        return bytes;
    }

    static String state(CheckpointFile.SnapshotFile snapshot) {
        return "state/" + snapshot.fileName();
    }

    static String path(PartitionImage image, Path file) {
        return "partitions/" + DataDirectory.partitionName(image) + "/" + file.getFileName();
    }

    @Override
    public void fetch(int nodeId, long index, BooleanSupplier isCancelled) {
        PeerServices services = node.member().orElseThrow().services();
        try {
            StagedCheckpoint.discard(node.disk(), directory);
            CheckpointFetch fetch = new CheckpointFetch(node, spec.id(), directory, bytes);
            StagedCheckpoint.finish(node.disk(), directory, fetch.run(services, nodeId, index, isCancelled));
        } catch (CompletionException | IllegalStateException | DiskException | UnusableDirectoryException failed) {
            throw new TransferFailedException("checkpoint of node " + nodeId + ": " + failed.getMessage(), failed);
        }
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
            return installed.join();
        } catch (CompletionException | IllegalStateException stopped) {
            throw new TransferFailedException("this node stops, or keeps the shard no longer", stopped);
        }
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
        if (at.checkpointer().isOver()) {
            installed.completeExceptionally(new IllegalStateException("shard " + spec.id() + " is being removed"));
            return true;
        }
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
        parts.table().packs().clear();
        StagedCheckpoint.takePlace(node.disk(), directory);
        CheckpointFile.Content content = CheckpointFile.read(node.disk(), directory);
        parts.runtime().restored();
        at.snapshots().replace(content.snapshots(), parts.runtime().machines(), emptyMachines);
        parts.table().replace(content);
        parts.applier().restart(content.timeMs());
        parts.loop().restoreIndex(content.index(), content.term());
        at.checkpointer().replaced(content.index());
        return new Position(content.index(), content.term());
    }
}
