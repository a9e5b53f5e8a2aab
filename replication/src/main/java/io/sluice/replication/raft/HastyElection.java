package io.sluice.replication.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.option.RaftOptions;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a member stand for election soon after its connection with the leader has broken: a process that died closes its
 * connections at once, and only one that is cut off or hangs has to be waited for. If it was the connection alone, the leader
 * is heard again over the next one, and members that hear it all the time do not vote for anybody else. For the same reason a
 * member that has just started need not wait long for a leader: when all have been away there is none.
 *
 * <p>In haste once for each loss: each change of the time begins to count it anew, so that a member that was reminded often
 * enough would never stand. And no longer than until somebody leads: heartbeats come as slowly as ever, so that a leader in
 * haste would give up before it hears the next answer.
 */
final class HastyElection implements IntConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(HastyElection.class);
    private static final int SHARE = 10;
    private static final int LEAST_MS = 40;

    /** Others start meanwhile, and each of them slows the others down. */
    private static final int START_SHARE = 4;

    private static final int START_TIMES = 10;

    private final Node node;
    private final RaftOptions options;
    private final int usualMs;
    private final ScheduledExecutorService timer;

    /** The end of the haste; null while there is none. Timer's thread only. */
    private @Nullable Future<?> end;

    /** For a member whose leader may be silent so long. */
    HastyElection(Node node, RaftOptions options, int usualMs, ScheduledExecutorService timer) {
        this.node = node;
        this.options = options;
        this.usualMs = usualMs;
        this.timer = timer;
    }

    /** The member has just started and knows of no leader. */
    void started() {
        onTimer(() -> {
            var leader = node.getLeaderId();
            if (leader == null || leader.isEmpty()) {
                hurry(START_SHARE, START_TIMES * usualMs);
            }
        });
    }

    /** A connection with the node has broken. */
    @Override
    public void accept(int nodeId) {
        onTimer(() -> lost(nodeId));
    }

    /** Somebody leads, be it this member: there is time again. */
    void somebodyLeads() {
        onTimer(this::calm);
    }

    private void onTimer(Runnable task) {
        try {
            timer.execute(task);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("something was heard after the member had stopped", stopped);
        }
    }

    private void lost(int nodeId) {
        var leader = node.getLeaderId();
        boolean isLeader = leader != null && !leader.isEmpty() && Peers.nodeId(leader) == nodeId;
        if (isLeader && !node.isLeader(false)) {
            hurry(SHARE, 2 * usualMs);
        }
    }

    private void hurry(int share, int longestMs) {
        if (end == null) {
            use(Math.max(LEAST_MS, usualMs / share));
            end = timer.schedule(this::calm, longestMs, TimeUnit.MILLISECONDS);
        }
    }

    private void calm() {
        Future<?> ending = end;
        if (ending != null) {
            ending.cancel(false);
            end = null;
            use(usualMs);
        }
    }

    private void use(int timeoutMs) {
        options.setMaxElectionDelayMs(timeoutMs);
        node.resetElectionTimeoutMs(timeoutMs);
    }
}
