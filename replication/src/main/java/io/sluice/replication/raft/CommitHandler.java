package io.sluice.replication.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.Submission;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the engine calls when entries are committed or the leadership changes, all on one thread of its own. */
final class CommitHandler extends StateMachineAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(CommitHandler.class);

    private final String group;
    private final FlightControl flights;
    private final long checkpointIndex;
    private final Halt halt;
    private volatile long committedIndex;
    private volatile long term;

    /** The shard has applied the entries up to its checkpoint; they are not handed over again. */
    CommitHandler(String group, FlightControl flights, long checkpointIndex, long term, Halt halt) {
        this.group = group;
        this.flights = flights;
        this.checkpointIndex = checkpointIndex;
        this.halt = halt;
        committedIndex = checkpointIndex;
        this.term = term;
    }

    long committedIndex() {
        return committedIndex;
    }

    /** The newest term that was seen here. */
    long term() {
        return term;
    }

    @Override
    public void onApply(Iterator entries) {
        List<CommittedEntry> committed = new ArrayList<>();
        while (entries.hasNext()) {
            long index = entries.getIndex();
            if (index > checkpointIndex) {
                committed.add(committed(entries, index));
            }
            entries.next();
        }
        if (!committed.isEmpty()) {
            CommittedEntry last = committed.getLast();
            term = Math.max(term, last.term());
            flights.committed(committed);
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
        LOG.info("leads group={} term={}", group, newTerm);
        term = newTerm;
        flights.leadershipWon(newTerm);
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
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        LOG.info("follows no more group={} node={} reason={}", group, context.getLeaderId(), context.getStatus());
    }

    @Override
    public void onConfigurationCommitted(Configuration configuration) {
        LOG.info("members group={} nodes={}", group, configuration);
    }

    /** The checkpoint is made already: all there is to save is its record. */
    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        done.run(Status.OK());
    }

    /** At start the shard has restored its checkpoint itself. Another node's never comes this way. */
    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        return true;
    }

    /** The engine does nothing from here on and says nothing to anybody. */
    @Override
    public void onError(RaftException error) {
        halt.halt(new IllegalStateException("the raft engine of " + group + " failed: " + error.getStatus()));
    }

    @Override
    public void onShutdown() {
        LOG.debug("stopped group={}", group);
    }
}
