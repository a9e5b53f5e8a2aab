package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.option.SnapshotCopierOptions;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine calls a snapshot is only the record of one here: entry, term and members at the shard's own checkpoint,
 * which is made before and holds the state. So saving one costs two small writes, and loading one at start loads nothing.
 * The engine takes the entry it has handed over last for the snapshot's; the record names the checkpoint's instead, which
 * lies further back, and the log keeps what lies between.
 */
final class CheckpointStorage implements SnapshotStorage {
    private static final String NAME = "raft-checkpoint";
    /** Of the address that a copy would begin from; nothing is copied by the engine. */
    static final String URI_SCHEME = "sluice://";

    private final Disk disk;
    private final Path directory;
    private final CheckpointPosition checkpoint;
    private final Halt halt;
    private @Nullable SlotFile file;
    private volatile long engineIndex;

    CheckpointStorage(Disk disk, Path directory, CheckpointPosition checkpoint, Halt halt) {
        this.disk = disk;
        this.directory = directory;
        this.checkpoint = checkpoint;
        this.halt = halt;
        file = disk.exists(directory.resolve(NAME)) ? SlotFile.open(disk, directory.resolve(NAME)) : null;
    }

    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /** Writes the first record, of a checkpoint that a single node made. */
    static void create(Disk disk, Path directory, long index, long term, Peers.Members members) {
        SlotFile.create(disk, directory, NAME, encoded(index, term, members)).close();
    }

    private static byte[] encoded(long index, long term, Peers.Members members) {
        ByteBuffer encodedMembers = members.encode();
        byte[] content = new byte[16 + encodedMembers.remaining()];
        ByteBuffer.wrap(content).putLong(index).putLong(term).put(encodedMembers);
        return content;
    }

    synchronized long recordedIndex() {
        SlotFile current = file;
        return current == null ? 0 : ByteBuffer.wrap(current.content()).getLong();
    }

    synchronized boolean hasRecord() {
        return file != null;
    }

    /** The record there is, null if there is none. */
    synchronized @Nullable SnapshotMeta record() {
        SlotFile current = file;
        if (current == null) {
            return null;
        }
        ByteBuffer content = ByteBuffer.wrap(current.content());
        SnapshotMeta.Builder meta = SnapshotMeta.newBuilder()
                .setLastIncludedIndex(content.getLong())
                .setLastIncludedTerm(content.getLong());
        Peers.Members members = Peers.Members.decode(content);
        return meta.addAllPeers(names(members.voters()))
                .addAllLearners(names(members.learners()))
                .addAllOldPeers(names(members.oldVoters()))
                .addAllOldLearners(names(members.oldLearners()))
                .build();
    }

    private static List<String> names(@Nullable List<PeerId> peers) {
        return peers == null ? List.of() : peers.stream().map(PeerId::toString).toList();
    }

    /** Records the newest checkpoint with the members that the engine names. */
    synchronized void save(SnapshotMeta meta) {
        CheckpointPosition.Position at = checkpoint.newest();
        Peers.Members members = new Peers.Members(
                peers(meta.getPeersList()),
                peers(meta.getLearnersList()),
                peers(meta.getOldPeersList()),
                peers(meta.getOldLearnersList()));
        byte[] content = encoded(at.index(), at.term(), members);
        try {
            SlotFile current = file;
            if (current == null) {
                file = SlotFile.create(disk, directory, NAME, content);
            } else {
                current.write(content);
            }
            engineIndex = meta.getLastIncludedIndex();
        } catch (RuntimeException failed) {
            halt.halt(failed);
            throw failed;
        }
    }

    /** What the engine took for the entry of the record that was saved last; the record itself names an earlier one. */
    long engineIndex() {
        return engineIndex;
    }

    private static List<PeerId> peers(List<String> names) {
        List<PeerId> peers = new ArrayList<>(names.size());
        for (String name : names) {
            PeerId peer = new PeerId();
            peer.parse(name);
            peers.add(peer);
        }
        return peers;
    }

    synchronized void close() {
        if (file != null) {
            file.close();
        }
    }

    @Override
    public boolean init(Void options) {
        return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public boolean setFilterBeforeCopyRemote() {
        return true;
    }

    @Override
    public SnapshotWriter create() {
        return new RecordWriter(this);
    }

    @Override
    public @Nullable SnapshotReader open() {
        SnapshotMeta meta = record();
        return meta == null ? null : new RecordReader(meta);
    }

    @Override
    public @Nullable SnapshotReader copyFrom(String uri, SnapshotCopierOptions options) {
        return null;
    }

    /** Null is the engine's way to refuse: the shard's own copier fills a replica before it joins. */
    @Override
    public @Nullable SnapshotCopier startToCopyFrom(String uri, SnapshotCopierOptions options) {
        return null;
    }

    @Override
    public void setSnapshotThrottle(SnapshotThrottle throttle) {}
}
