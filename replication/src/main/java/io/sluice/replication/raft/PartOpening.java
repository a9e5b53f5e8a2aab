package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.journal.JournalFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the journal of a part of a group that has voted before. One that is damaged or gone is set aside, and an empty one
 * takes its place, in quarantine, if there are others to fill it; the checkpoint stays, and says what the partitions have.
 */
final class PartOpening {
    private static final Logger LOG = LoggerFactory.getLogger(PartOpening.class);
    private static final String SET_ASIDE = "journal.damaged-";

    private PartOpening() {}

    static Path journalIn(Path directory) {
        return directory.resolve("journal");
    }

    /** Throws {@link DamagedJournalException} where nobody could fill it, or not even its vote can be read. */
    static JournalFiles open(int nodeId, RaftGroup group) {
        long recordedIndex = CheckpointStorage.recordedIndex(group.disk(), group.directory());
        boolean isAlone = isAlone(nodeId, group.disk(), group.directory(), group.voters());
        try {
            refuseMissing(group.disk(), group.directory());
            return openWhole(group, recordedIndex, isAlone);
        } catch (DamagedJournalException damaged) {
            if (damaged.isOfOtherRelease() || isAlone) {
                throw damaged;
            }
            // Without its term and vote it could not even be filled.
            VoteStorage.open(group.disk(), group.directory(), failure -> {}).close();
            QuarantineMark.set(group.disk(), group.directory(), String.valueOf(damaged.getMessage()));
            setAside(group);
            return openFiles(group, recordedIndex);
        }
    }

    /** Whether the node is the only one that is known to keep the group. */
    static boolean isAlone(int nodeId, Disk disk, Path directory, List<Integer> first) {
        List<Integer> known = known(disk, directory, first);
        return !known.isEmpty() && known.stream().allMatch(id -> id == nodeId);
    }

    /** Members of the group by the last record of them, those before a change under way too; the first where there is none. */
    static List<Integer> known(Disk disk, Path directory, List<Integer> first) {
        SnapshotMeta record = CheckpointStorage.record(disk, directory);
        return record == null
                ? first
                : Stream.concat(record.getPeersList().stream(), record.getOldPeersList().stream())
                        .map(PartOpening::idOf)
                        .toList();
    }

    private static int idOf(String name) {
        PeerId peer = new PeerId();
        peer.parse(name);
        return Peers.nodeId(peer);
    }

    private static void refuseMissing(Disk disk, Path directory) {
        if (!QuarantineMark.exists(disk, directory) && JournalFiles.isMissing(disk, journalIn(directory))) {
            throw new DamagedJournalException(
                    "there is no journal in " + directory + " though the node has voted there");
        }
    }

    /**
     * With all entries readable that will be read: where one is not it must be known before anybody counts on this node. Those
     * that the checkpoint has are wanted by others only, who lag; there are a file of them at most, and the process would end
     * when it is to send one that it cannot read, and again after each start.
     */
    private static JournalFiles openWhole(RaftGroup group, long recordedIndex, boolean isAlone) {
        JournalFiles files = openFiles(group, recordedIndex);
        boolean isWhole = false;
        try {
            long readFrom = isAlone ? recordedIndex + 1 : files.firstIndex();
            if (readFrom <= files.lastIndex()) {
                files.replay(readFrom, entry -> {});
            }
            isWhole = true;
            return files;
        } finally {
            if (!isWhole) {
                files.close();
            }
        }
    }

    private static JournalFiles openFiles(RaftGroup group, long recordedIndex) {
        return JournalFiles.open(
                group.disk(), journalIn(group.directory()), group.settings(), group.random(), recordedIndex);
    }

    private static void setAside(RaftGroup group) {
        Path journal = journalIn(group.directory());
        if (!group.disk().exists(journal)) {
            return;
        }
        int number = 1;
        while (group.disk().exists(group.directory().resolve(SET_ASIDE + number))) {
            number++;
        }
        Path aside = group.directory().resolve(SET_ASIDE + number);
        group.disk().rename(journal, aside);
        group.disk().syncDirectory(group.directory());
        LOG.warn("set aside a damaged journal group={} as {}: delete it when you like", group.name(), aside);
    }
}
