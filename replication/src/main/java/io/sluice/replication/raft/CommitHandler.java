package io.sluice.replication.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.journal.TransferFailedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the engine calls when entries are committed or the leadership changes, all on one thread of its own. */
final class CommitHandler extends StateMachineAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(CommitHandler.class);

    private static final long PIECE_BYTES = 2L << 20;

    private final String group;
    private final FlightControl flights;
    private final Arrivals arrivals;
    private final CheckpointTransfer transfer;
    private final Checkpoints checkpoints;
    private final BooleanSupplier mayLead;
    private final Halt halt;
    private volatile boolean isStopping;
    private volatile long handedOverIndex;
    private volatile long committedIndex;
    private volatile long term;
    private volatile List<Integer> voters;
    private volatile Runnable whenSomebodyLeads = () -> {};

    /** The record of the checkpoint, for the engine, and where the checkpoint really is. */
    record Checkpoints(CheckpointStorage record, CheckpointPosition position) {}

    /** The shard has applied the entries up to its checkpoint; they are not handed over again. */
    CommitHandler(
            RaftGroup group,
            Checkpoints checkpoints,
            FlightControl flights,
            Arrivals arrivals,
            long term,
            BooleanSupplier mayLead,
            Halt halt) {
        this.mayLead = mayLead;
        this.group = group.name();
        this.voters = group.voters();
        this.flights = flights;
        this.arrivals = arrivals;
        this.transfer = group.transfer();
        this.checkpoints = checkpoints;
        this.halt = halt;
        committedIndex = group.checkpointIndex();
        handedOverIndex = checkpoints.record().recordedIndex();
        this.term = term;
    }

    /** Hears that an election has an end; on the engine's thread: it hands over only. */
    void whenSomebodyLeads(Runnable listener) {
        whenSomebodyLeads = listener;
    }

    long committedIndex() {
        return committedIndex;
    }

    /** Newest entry that the engine handed over, be it in a checkpoint already. */
    long handedOverIndex() {
        return handedOverIndex;
    }

    /** From now on nothing that fails ends the process: it ends anyway. */
    void stop() {
        isStopping = true;
    }

    List<Integer> voters() {
        return voters;
    }

    /** The newest term that was seen here. */
    long term() {
        return term;
    }

    /**
     * In pieces: after a restart everything behind the checkpoint is committed at once, which is more than fits into memory,
     * and the shard can hold back only who comes again.
     */
    @Override
    public void onApply(Iterator entries) {
        List<CommittedEntry> piece = new ArrayList<>();
        long pieceBytes = 0;
        long handedOver = handedOverIndex;
        while (entries.hasNext()) {
            handedOver = entries.getIndex();
            if (handedOver > committedIndex) {
                CommittedEntry entry = committed(entries, handedOver);
                piece.add(entry);
                pieceBytes += entry.body().remaining();
            }
            entries.next();
            if (pieceBytes >= PIECE_BYTES) {
                handOver(piece, handedOver);
                piece = new ArrayList<>();
                pieceBytes = 0;
            }
        }
        handOver(piece, handedOver);
        arrivals.applied(handedOver);
    }

    private void handOver(List<CommittedEntry> piece, long handedOver) {
        handedOverIndex = handedOver;
        if (!piece.isEmpty()) {
            CommittedEntry last = piece.getLast();
            term = Math.max(term, last.term());
            flights.committed(piece);
            committedIndex = last.index();
        }
    }

    private CommittedEntry committed(Iterator entries, long index) {
        if (entries.done() instanceof FlightControl.Flight flight) {
            Submission submission = flights.arrived(flight);
            if (submission != null) {
                return new CommittedEntry(index, entries.getTerm(), submission.body(), submission);
            }
        }
        ByteBuffer data = entries.getData();
        return new CommittedEntry(index, entries.getTerm(), data.duplicate(), null);
    }

    @Override
    public void onLeaderStart(long newTerm) {
        if (!mayLead.getAsBoolean()) {
            // Where all others have left the group there is nobody to ask for a vote.
            halt.halt(new IllegalStateException("this node leads " + group + " though it is in quarantine there"));
            return;
        }
        LOG.info("leads group={} term={}", group, newTerm);
        term = newTerm;
        flights.leadershipWon(newTerm);
        whenSomebodyLeads.run();
    }

    @Override
    public void onLeaderStop(Status status) {
        LOG.info("leads no more group={} reason={}", group, status);
        flights.leadershipLost();
    }

    @Override
    public void onStartFollowing(LeaderChangeContext context) {
        term = Math.max(term, context.getTerm());
        LOG.info("follows group={} node={} term={}", group, context.getLeaderId(), context.getTerm());
        flights.follows(term, Peers.nodeId(context.getLeaderId()));
        whenSomebodyLeads.run();
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        LOG.info("follows no more group={} node={} reason={}", group, context.getLeaderId(), context.getStatus());
        flights.follows(term, 0);
    }

    @Override
    public void onConfigurationCommitted(Configuration configuration) {
        LOG.info("members group={} nodes={}", group, configuration);
        voters = configuration.getPeers().stream().map(Peers::nodeId).sorted().toList();
    }

    /** The checkpoint is made already: all there is to save is its record. */
    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        done.run(Status.OK());
    }

    /** At start the shard has restored its checkpoint itself; another node's is installed unless it is in ours. */
    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        if (!(reader instanceof RecordReader record && record.isFetched())) {
            return true;
        }
        SnapshotMeta meta = record.load();
        try {
            if (checkpoints.position().index() < meta.getLastIncludedIndex()) {
                CheckpointTransfer.Position at = transfer.install();
                checkpoints.position().advance(at.index(), at.term());
                committedIndex = at.index();
                term = Math.max(term, at.term());
                LOG.info("took the state of another node group={} index={} term={}", group, at.index(), at.term());
            }
            checkpoints.record().saveFetched(meta);
            handedOverIndex = Math.max(handedOverIndex, meta.getLastIncludedIndex());
            arrivals.applied(handedOverIndex);
            return true;
        } catch (TransferFailedException stopped) {
            // The engine takes the answer for a failure, which it is not.
            isStopping = true;
            LOG.debug("another node's state was not taken group={}", group, stopped);
        } catch (RuntimeException failed) {
            halt.halt(failed);
        }
        return false;
    }

    /** The engine does nothing from here on and says nothing to anybody. */
    @Override
    public void onError(RaftException error) {
        if (!isStopping) {
            halt.halt(new IllegalStateException("the raft engine of " + group + " failed: " + error.getStatus()));
        }
    }

    @Override
    public void onShutdown() {
        LOG.debug("stopped group={}", group);
    }
}
