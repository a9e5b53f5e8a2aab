package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedLogException;
import io.sluice.log.Packs;
import io.sluice.log.PartitionLog;
import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.journal.GroupJournal;
import io.sluice.replication.journal.Journal;
import io.sluice.replication.journal.JournalFiles;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.LocalJournal;
import io.sluice.replication.journal.MemoryJournal;
import io.sluice.replication.journal.SubmissionSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** {@code transfer} is how a part of a group gets another node's checkpoint. */
    Journal openJournal(ShardSpec spec, CheckpointTransfer transfer) {
        if (spec.durability() == Durability.MEMORY) {
            Check.check(node.member().isEmpty(), "a shard in memory cannot have replicas");
            DataDirectory.deleteAll(disk, directory);
            DataDirectory.createDurably(disk, directory);
            // Runs are told apart by the epoch base that the metadata gives the partitions, which rises with each.
            return new MemoryJournal(spec.threadName(), node.threads(), 1);
        }
        DataDirectory.createDurably(disk, directory);
        StagedCheckpoint.recover(disk, directory);
        boolean isKnown = CheckpointFile.exists(disk, directory);
        if (isKnown) {
            checkpoint = CheckpointFile.read(disk, directory);
        }
        return node.member().isPresent() ? openGroup(spec, node.member().get(), transfer) : openAlone(spec, isKnown);
    }

    /** A group trims what all its checkpoints have, too, so that a journal that begins later says nothing. */
    private Journal openGroup(ShardSpec spec, GroupMember member, CheckpointTransfer transfer) {
        try {
            return member.open(spec, node, directory, checkpoint, transfer);
        } catch (DamagedJournalException damaged) {
            throw ofGroup(inDirectory(directory, damaged));
        }
    }

    /**
     * Looks at the journal of a shard that only this node has, as far as it knows, and that it will open once it knows from
     * the metadata what that is for: by then it serves, and a start that is refused says more than a node that is never
     * ready. {@code first} are the members of a group that has recorded none.
     */
    static void checkPart(GroupMember member, Disk disk, Path directory, List<Integer> first) {
        try {
            member.check(disk, directory, first);
        } catch (DamagedJournalException damaged) {
            throw ofGroup(inDirectory(directory, damaged));
        }
    }

    /** What it has forgotten it may have promised, and nobody is known who could fill it again. */
    private static DamagedJournalException ofGroup(DamagedJournalException damaged) {
        DamagedJournalException explained = new DamagedJournalException(damaged.getMessage()
                + "; the other nodes have its records: remove this node from the cluster and add it again with an"
                + " empty data directory");
        explained.initCause(damaged);
        return explained;
    }

    /** Begins to take entries, and hands over those that were committed; what is read at this first may be damaged. */
    void start(Journal journal, SubmissionSource source, JournalListener listener) {
        try {
            journal.start(source, listener);
        } catch (DamagedJournalException damaged) {
            throw node.member().isPresent()
                    ? ofGroup(inDirectory(directory, damaged))
                    : inDirectory(directory, damaged);
        }
    }

    /** What a group keeps is not opened alone: entries that the others never hear of would be taken for theirs later. */
    private Journal openAlone(ShardSpec spec, boolean isKnown) {
        if (disk.exists(directory.resolve(GroupJournal.VOTE_FILE))) {
            throw new UnusableDirectoryException(
                    directory.getParent() + " is that of a node of a cluster: start it with cluster.listen, as before");
        }
        JournalFiles files = openFiles(isKnown ? checkpoint.index() + 1 : 0);
        if (!isKnown && files.firstIndex() > 1) {
            files.close();
            throw new UnusableDirectoryException(
                    directory + " has no checkpoint though its journal was trimmed: restore it from a backup");
        }
        return new LocalJournal(
                spec.threadName(),
                files,
                spec.durability() == Durability.FSYNC,
                leastTerm(files),
                node.threads(),
                node.clock());
    }

    /** A journal that lost what the checkpoint has seen may have lost more: readers learn it from a term that nobody saw yet. */
    private long leastTerm(JournalFiles files) {
        if (files.lastIndex() >= checkpoint.index()) {
            return checkpoint.term();
        }
        LOG.warn(
                "journal ends before its checkpoint shard={} journal_index={} checkpoint_index={}: what was appended after"
                        + " the checkpoint is gone, as after a restoration or, of an os shard, a power cut",
                directory.getFileName(),
                files.lastIndex(),
                checkpoint.index());
        return checkpoint.term() + 1;
    }

    private JournalFiles openFiles(long neededIndex) {
        try {
            return JournalFiles.open(
                    disk, directory.resolve("journal"), node.settings().journal(), node.random(), neededIndex);
        } catch (DamagedJournalException damaged) {
            throw inDirectory(directory, damaged);
        }
    }

    /** Names the place of the file too: every shard has files of the same names. */
    private static DamagedJournalException inDirectory(Path directory, DamagedJournalException damaged) {
        return new DamagedJournalException(directory.resolve("journal") + ": " + damaged.getMessage());
    }

    void recover(ShardParts parts, Checkpointer checkpointer) {
        long startNs = node.clock().nanoTime();
        // What a group committed while this node stopped may be in segments and in no checkpoint.
        isUnclean = node.member().isPresent()
                || !parts.journal().wasStoppedCleanly()
                || parts.journal().lastIndex() != checkpoint.index();
        snapshots.restore(checkpoint.snapshots(), parts.runtime().machines());
        restorePartitions(parts);
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
            throw inDirectory(directory, damaged);
        }
        long replayed = parts.loop().appliedIndex() - checkpoint.index();
        // As much as all that it was turned into, and nobody asks again.
        checkpoint = CheckpointFile.Content.NONE;
        if (replayed > 0) {
            long tookMs = (node.clock().nanoTime() - startNs) / 1_000_000;
            LOG.info("recovered shard={} replayed_entries={} took_ms={}", directory.getFileName(), replayed, tookMs);
        }
    }

    private void restorePartitions(ShardParts parts) {
        for (CheckpointFile.TopicImage topic : checkpoint.topics()) {
            parts.table().restoreTopic(topic.id(), topic.metadataVersion(), topic.settings(), topic.partitionCount());
        }
        for (byte[] encoded : checkpoint.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            parts.table().restore(image);
        }
        for (Path missing : parts.table().packs().openNamed()) {
            LOG.error("missing file={}: the records of the partitions that shared it are lost", missing);
        }
    }

    private void cutToCheckpoint(PartitionTable table) {
        Set<PartitionReplica> missing = withSegments(table);
        for (String topicName : disk.list(table.directory())) {
            if (topicName.equals(Packs.DIRECTORY)) {
                continue;
            }
            Path topicDirectory = table.directory().resolve(topicName);
            Optional<TopicId> topicId = parse(topicName);
            for (String partitionName : disk.list(topicDirectory)) {
                PartitionReplica replica =
                        topicId.map(id -> table.find(id, index(partitionName))).orElse(null);
                if (replica == null || !partitionName.equals(directoryName(replica))) {
                    DataDirectory.deleteAll(disk, topicDirectory.resolve(partitionName));
                } else {
                    reporting(replica, PartitionLog::cut);
                    missing.remove(replica);
                }
            }
            if (disk.list(topicDirectory).isEmpty()) {
                disk.delete(topicDirectory);
            }
        }
        // Whose directories are gone: appends need one to go on in.
        missing.forEach(replica -> reporting(replica, PartitionLog::cut));
    }

    /** Those with files of their own. */
    private static Set<PartitionReplica> withSegments(PartitionTable table) {
        Set<PartitionReplica> found = new LinkedHashSet<>();
        for (PartitionTable.TopicEntry topic : table.topics()) {
            found.addAll(PartitionTable.present(topic));
        }
        found.removeIf(replica -> !replica.log().hasFiles());
        return found;
    }

    /** A look at one file for each partition that has any; what else may be missing is found by reads and by the scrub. */
    private static void checkActiveSegments(PartitionTable table) {
        withSegments(table).forEach(replica -> reporting(replica, PartitionLog::checkActive));
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

    private static String directoryName(PartitionReplica replica) {
        return String.valueOf(replica.directory().getFileName());
    }

    /** Behind it may stand by which move it came. */
    private static int index(String name) {
        try {
            return Integer.parseInt(name.split("-", 2)[0]);
        } catch (NumberFormatException foreign) {
            return -1;
        }
    }
}
