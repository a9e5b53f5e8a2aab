package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.GroupJournal;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Term and vote, durable before the engine acts on them: a node that forgot its vote could elect two leaders. A write that
 * fails ends the process, because the engine goes on with the vote in memory.
 */
final class VoteStorage implements RaftMetaStorage {
    private static final String NAME = GroupJournal.VOTE_FILE;
    private static final int CONTENT_BYTES = 12;

    private final SlotFile file;
    private final Halt halt;
    private long term;
    private int votedFor;

    private VoteStorage(SlotFile file, Halt halt) {
        this.file = file;
        this.halt = halt;
        ByteBuffer content = ByteBuffer.wrap(file.content());
        term = content.getLong();
        votedFor = content.getInt();
    }

    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /** Makes the file of a group that this node has not voted in, in a term that is not below those of its entries. */
    static void create(Disk disk, Path directory, long term) {
        SlotFile.create(disk, directory, NAME, encoded(term, 0)).close();
    }

    static VoteStorage open(Disk disk, Path directory, Halt halt) {
        return new VoteStorage(SlotFile.open(disk, directory.resolve(NAME)), halt);
    }

    @Override
    public boolean init(RaftMetaStorageOptions options) {
        return true;
    }

    /** The file stays open until {@link #close}: the engine votes a last time after its shutdown began. */
    @Override
    public void shutdown() {}

    synchronized void close() {
        file.close();
    }

    @Override
    public synchronized boolean setTerm(long newTerm) {
        return write(newTerm, votedFor);
    }

    @Override
    public synchronized boolean setVotedFor(PeerId peer) {
        return write(term, idOf(peer));
    }

    @Override
    public synchronized boolean setTermAndVotedFor(long newTerm, PeerId peer) {
        return write(newTerm, idOf(peer));
    }

    @Override
    public synchronized long getTerm() {
        return term;
    }

    @Override
    public synchronized PeerId getVotedFor() {
        return votedFor == 0 ? PeerId.emptyPeer() : Peers.peer(votedFor);
    }

    private boolean write(long newTerm, int newVotedFor) {
        try {
            file.write(encoded(newTerm, newVotedFor));
        } catch (RuntimeException failed) {
            halt.halt(failed);
            throw failed;
        }
        term = newTerm;
        votedFor = newVotedFor;
        return true;
    }

    private static int idOf(PeerId peer) {
        return peer.isEmpty() ? 0 : Peers.nodeId(peer);
    }

    private static byte[] encoded(long term, int votedFor) {
        return ByteBuffer.allocate(CONTENT_BYTES).putLong(term).putInt(votedFor).array();
    }
}
