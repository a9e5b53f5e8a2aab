package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.DamagedLogException;
import io.sluice.log.PartitionLog;
import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.journal.JournalFiles;
import io.sluice.replication.journal.LocalJournal;
import io.sluice.replication.journal.MemoryJournal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a shard back to its last committed entry: the checkpoint, then the journal behind it. One path for a killed
 * process and a power cut: partitions are cut to the checkpoint, files it does not name are deleted, the rest is
 * replayed. Runs on the opening thread, before the shard's own threads.
 */
final class ShardRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(ShardRecovery.class);

    private final NodeParts node;
    private final Disk disk;
    private final Path directory;
    private final SnapshotStore snapshots;
    private CheckpointFile.Content checkpoint = CheckpointFile.Content.NONE;
    private boolean isUnclean;

    ShardRecovery(NodeParts node, Path directory) {
        this.node = node;
        this.disk = node.disk();
        this.directory = directory;
        this.snapshots = new SnapshotStore(disk, directory.resolve("state"));
    }

    SnapshotStore snapshots() {
        return snapshots;
    }

    /** Whether the last stop was unclean. */
    boolean wasUnclean() {
        return isUnclean;
    }

    Journal openJournal(Durability durability) {
        if (durability == Durability.MEMORY) {
            deleteAll(directory);
            DataDirectory.createDurably(disk, directory);
            // Runs are told apart by the epoch base that the metadata gives the partitions, which rises with each.
            return new MemoryJournal(node.threads(), 1);
        }
        DataDirectory.createDurably(disk, directory);
        boolean isKnown = CheckpointFile.exists(disk, directory);
        if (isKnown) {
            checkpoint = CheckpointFile.read(disk, directory);
        }
        JournalFiles files = openFiles();
        if (!isKnown && files.firstIndex() > 1) {
            files.close();
            throw new UnusableDirectoryException(
                    directory + " has no checkpoint though its journal was trimmed: restore it from a backup");
        }
        return new LocalJournal(files, durability == Durability.FSYNC, checkpoint.term(), node.threads(), node.clock());
    }

    private JournalFiles openFiles() {
        try {
            return JournalFiles.open(
                    disk, directory.resolve("journal"), node.settings().journal(), node.random());
        } catch (DamagedJournalException damaged) {
            throw inDirectory(damaged);
        }
    }

    /** Names the place of the file too: every shard has files of the same names. */
    private DamagedJournalException inDirectory(DamagedJournalException damaged) {
        return new DamagedJournalException(directory.resolve("journal") + ": " + damaged.getMessage());
    }

    void recover(ShardParts parts, Checkpointer checkpointer) {
        long startNs = node.clock().nanoTime();
        isUnclean = !parts.journal().wasStoppedCleanly() || parts.journal().lastIndex() != checkpoint.index();
        snapshots.restore(checkpoint.snapshots(), parts.runtime().machines());
        restorePartitions(parts, checkpointer);
        parts.applier().restoreTime(checkpoint.timeMs());
        parts.loop().restoreIndex(checkpoint.index(), checkpoint.term());
        checkpointer.restoredIndex(checkpoint.index());
        if (isUnclean) {
            cutToCheckpoint(parts.table());
            snapshots.deleteUnnamed();
        } else {
            checkActiveSegments(parts.table());
        }
        try {
            parts.journal().replay(checkpoint.index() + 1, parts.loop()::replay);
        } catch (DamagedJournalException damaged) {
            throw inDirectory(damaged);
        }
        long replayed = parts.loop().appliedIndex() - checkpoint.index();
        if (replayed > 0) {
            long tookMs = (node.clock().nanoTime() - startNs) / 1_000_000;
            LOG.info("recovered shard={} replayed_entries={} took_ms={}", directory.getFileName(), replayed, tookMs);
        }
    }

    private void restorePartitions(ShardParts parts, Checkpointer checkpointer) {
        for (CheckpointFile.TopicImage topic : checkpoint.topics()) {
            parts.table().restoreTopic(topic.id(), topic.metadataVersion(), topic.settings(), topic.partitionCount());
        }
        for (byte[] encoded : checkpoint.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            checkpointer.restored(parts.table().restore(image), encoded);
        }
    }

    private void cutToCheckpoint(PartitionTable table) {
        for (String topicName : disk.list(table.directory())) {
            Path topicDirectory = table.directory().resolve(topicName);
            Optional<TopicId> topicId = parse(topicName);
            for (String partitionName : disk.list(topicDirectory)) {
                PartitionReplica replica =
                        topicId.map(id -> table.find(id, index(partitionName))).orElse(null);
                if (replica == null) {
                    deleteAll(topicDirectory.resolve(partitionName));
                } else {
                    cut(replica);
                }
            }
            if (disk.list(topicDirectory).isEmpty()) {
                disk.delete(topicDirectory);
            }
        }
    }

    /** A look at one file for each partition that has any; what else may be missing is found by reads and by the scrub. */
    private static void checkActiveSegments(PartitionTable table) {
        for (PartitionTable.TopicEntry topic : table.topics()) {
            PartitionTable.present(topic).forEach(replica -> reporting(replica, PartitionLog::checkActive));
        }
    }

    private static void cut(PartitionReplica replica) {
        reporting(replica, PartitionLog::cut);
    }

    /** Damage costs its own records only: reads of them will fail, everything else goes on. */
    private static void reporting(PartitionReplica replica, Consumer<PartitionLog> step) {
        try {
            step.accept(replica.log());
        } catch (DamagedLogException damaged) {
            replica.shard().damage().report(replica, damaged.range());
        }
    }

    private static Optional<TopicId> parse(String name) {
        try {
            return Optional.of(TopicId.parse(name));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    private static int index(String name) {
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException foreign) {
            return -1;
        }
    }

    private void deleteAll(Path path) {
        List<String> names = disk.list(path);
        names.forEach(name -> deleteAll(path.resolve(name)));
        disk.delete(path);
    }
}
