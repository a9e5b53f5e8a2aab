package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import io.sluice.common.Check;
import io.sluice.replication.journal.JournalEntry;
import java.nio.ByteBuffer;
import java.util.List;

/** Entries of the engine as entries of the journal files and back; data is handed over, not copied. */
final class EntryCodec {
    /** What the shard submitted; also what a node wrote that kept its journal alone. */
    static final byte DATA = 1;
    /** Who belongs to the group. */
    static final byte CONFIGURATION = 2;
    /** Nothing. */
    static final byte NO_CONTENT = 3;

    private EntryCodec() {}

    static JournalEntry toJournal(LogEntry entry) {
        LogId id = entry.getId();
        return switch (entry.getType()) {
            case ENTRY_TYPE_DATA -> new JournalEntry(id.getIndex(), id.getTerm(), DATA, entry.getData());
            case ENTRY_TYPE_CONFIGURATION ->
                new JournalEntry(id.getIndex(), id.getTerm(), CONFIGURATION, encodedMembers(entry));
            case ENTRY_TYPE_NO_OP -> new JournalEntry(id.getIndex(), id.getTerm(), NO_CONTENT, ByteBuffer.allocate(0));
            case ENTRY_TYPE_UNKNOWN -> throw new IllegalArgumentException("an entry of no type: " + id);
        };
    }

    private static ByteBuffer encodedMembers(LogEntry entry) {
        List<PeerId> voters = entry.getPeers();
        Check.check(voters != null, "a configuration has voters");
        return new Peers.Members(voters, entry.getLearners(), entry.getOldPeers(), entry.getOldLearners()).encode();
    }

    static Peers.Members members(JournalEntry entry) {
        return Peers.Members.decode(entry.body().duplicate());
    }

    static LogEntry toEngine(JournalEntry entry) {
        LogEntry converted = new LogEntry(typeOf(entry));
        converted.setId(new LogId(entry.index(), entry.term()));
        switch (converted.getType()) {
            case ENTRY_TYPE_DATA -> converted.setData(entry.body().duplicate());
            case ENTRY_TYPE_CONFIGURATION -> setMembers(converted, members(entry));
            case ENTRY_TYPE_NO_OP, ENTRY_TYPE_UNKNOWN -> {}
        }
        return converted;
    }

    private static EntryType typeOf(JournalEntry entry) {
        return switch (entry.type()) {
            case DATA -> EntryType.ENTRY_TYPE_DATA;
            case CONFIGURATION -> EntryType.ENTRY_TYPE_CONFIGURATION;
            case NO_CONTENT -> EntryType.ENTRY_TYPE_NO_OP;
            default ->
                throw new IllegalArgumentException(
                        "entry " + entry.index() + " has type " + entry.type() + ", which this release does not know");
        };
    }

    private static void setMembers(LogEntry target, Peers.Members members) {
        target.setPeers(members.voters());
        target.setLearners(members.learners());
        target.setOldPeers(members.oldVoters());
        target.setOldLearners(members.oldLearners());
    }
}
