package io.sluice.replication.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.option.RaftOptions;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a member stand for election soon after its connection with the leader has broken: a process that died closes its
 * connections at once, and only one that is cut off or hangs has to be waited for. If it was the connection alone, the leader
 * is heard again over the next one, and members that hear it all the time do not vote for anybody else.
 */
final class HastyElection implements IntConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(HastyElection.class);
    private static final int SHARE = 5;
    private static final int LEAST_MS = 40;

    private final Node node;
    private final RaftOptions options;
    private final int usualMs;
    private final ScheduledExecutorService timer;

    /** For a member whose leader may be silent so long. */
    HastyElection(Node node, RaftOptions options, int usualMs, ScheduledExecutorService timer) {
        this.node = node;
        this.options = options;
        this.usualMs = usualMs;
        this.timer = timer;
    }

    /** A connection with the node has broken. */
    @Override
    public void accept(int nodeId) {
        try {
            timer.execute(() -> lost(nodeId));
        } catch (RejectedExecutionException stopped) {
            LOG.debug("a connection broke after the member had stopped", stopped);
        }
    }

    private void lost(int nodeId) {
        var leader = node.getLeaderId();
        if (leader == null || leader.isEmpty() || Peers.nodeId(leader) != nodeId || node.isLeader(false)) {
            return;
        }
        use(Math.max(LEAST_MS, usualMs / SHARE));
        try {
            var unused = timer.schedule(() -> use(usualMs), 2L * usualMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("a connection broke while the member stopped", stopped);
        }
    }

    private void use(int timeoutMs) {
        options.setMaxElectionDelayMs(timeoutMs);
        node.resetElectionTimeoutMs(timeoutMs);
    }
}
