package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.option.SnapshotCopierOptions;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.CheckpointTransfer.Position;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine calls a snapshot is only the record of one here: entry, term and members at the shard's own checkpoint,
 * which is made before and holds the state. So saving one costs two small writes, and loading one at start loads nothing.
 * The engine takes the entry it has handed over last for the snapshot's; the record names the checkpoint's instead, which
 * lies further back, and the log keeps what lies between.
 */
final class CheckpointStorage implements SnapshotStorage {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStorage.class);
    private static final String NAME = "raft-checkpoint";

    /** With the directory's entry, and some to spare for others who take room at this moment. */
    private static final long FIRST_RECORD_BYTES = 64 << 10;

    /** Before the node id and the record of the checkpoint that a copy begins from. */
    static final String URI_SCHEME = "sluice://";

    private final RaftMember member;
    private final RaftGroup group;
    private final CheckpointPosition checkpoint;
    private @Nullable SlotFile file;
    private volatile long engineIndex;

    CheckpointStorage(RaftMember member, RaftGroup group, CheckpointPosition checkpoint) {
        this.member = member;
        this.group = group;
        this.checkpoint = checkpoint;
        file = exists(group.disk(), group.directory())
                ? SlotFile.open(group.disk(), group.directory().resolve(NAME))
                : null;
    }

    static String uri(int nodeId, SnapshotMeta meta) {
        return URI_SCHEME + nodeId + "/" + Base64.getUrlEncoder().encodeToString(meta.toByteArray());
    }

    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /** Entry of the record in the directory, 0 if there is none; durable on return: the log below it need not be kept. */
    static long recordedIndex(Disk disk, Path directory) {
        if (!exists(disk, directory)) {
            return 0;
        }
        try (SlotFile record = SlotFile.open(disk, directory.resolve(NAME))) {
            return ByteBuffer.wrap(record.content()).getLong();
        }
    }

    /** The record in the directory, null if there is none. */
    static @Nullable SnapshotMeta record(Disk disk, Path directory) {
        if (!exists(disk, directory)) {
            return null;
        }
        try (SlotFile record = SlotFile.open(disk, directory.resolve(NAME))) {
            return decoded(record.content());
        }
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

    /** Whether the disk has room for a record; the first one makes its file, which those after it write over. */
    boolean hasRoom() {
        return hasRecord() || group.disk().usableBytes(group.directory()) > FIRST_RECORD_BYTES;
    }

    /** The record there is, null if there is none. */
    synchronized @Nullable SnapshotMeta record() {
        SlotFile current = file;
        return current == null ? null : decoded(current.content());
    }

    private static SnapshotMeta decoded(byte[] encoded) {
        ByteBuffer content = ByteBuffer.wrap(encoded);
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

    /**
     * Records the newest checkpoint with the members that the engine names; whether that worked. If it did not, the process
     * ends; where that takes its time an exception would leave the engine in the middle of a step that its stop waits for.
     */
    synchronized boolean save(SnapshotMeta meta) {
        try {
            save(meta, checkpoint.newest());
            return true;
        } catch (RuntimeException failed) {
            member.halt().halt(failed);
            return false;
        }
    }

    /** Records a checkpoint that another node made: it was installed here. */
    synchronized void saveFetched(SnapshotMeta meta) {
        save(meta, new Position(meta.getLastIncludedIndex(), meta.getLastIncludedTerm()));
    }

    private void save(SnapshotMeta meta, Position at) {
        Peers.Members members = new Peers.Members(
                peers(meta.getPeersList()),
                peers(meta.getLearnersList()),
                peers(meta.getOldPeersList()),
                peers(meta.getOldLearnersList()));
        byte[] content = encoded(at.index(), at.term(), members);
        SlotFile current = file;
        if (current == null) {
            file = SlotFile.create(group.disk(), group.directory(), NAME, content);
        } else {
            current.write(content);
        }
        engineIndex = meta.getLastIncludedIndex();
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
        return meta == null ? null : new RecordReader(meta, Peers.nodeId(member.peer()), false);
    }

    @Override
    public @Nullable SnapshotReader copyFrom(String uri, SnapshotCopierOptions options) {
        return null;
    }

    /** Null is the engine's way to refuse. */
    @Override
    public @Nullable SnapshotCopier startToCopyFrom(String uri, SnapshotCopierOptions options) {
        int slash = uri.indexOf('/', URI_SCHEME.length());
        if (!uri.startsWith(URI_SCHEME) || slash < 0) {
            return null;
        }
        try {
            int nodeId = Integer.parseInt(uri.substring(URI_SCHEME.length(), slash));
            SnapshotMeta meta = SnapshotMeta.parseFrom(Base64.getUrlDecoder().decode(uri.substring(slash + 1)));
            CheckpointCopier copier = new CheckpointCopier(group.transfer(), nodeId, meta, checkpoint);
            copier.start(member.threads(), group.name() + "-fetch");
            return copier;
        } catch (InvalidProtocolBufferException | IllegalArgumentException malformed) {
            LOG.warn("a checkpoint is offered in words that make no sense group={} uri={}", group.name(), uri);
            return null;
        }
    }

    @Override
    public void setSnapshotThrottle(SnapshotThrottle throttle) {}
}
