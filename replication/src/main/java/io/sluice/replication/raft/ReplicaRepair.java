package io.sluice.replication.raft;

import io.sluice.common.Worker;
import io.sluice.replication.journal.Quarantine;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quarantine of a replica whose journal was lost, and its end: asks the leader now and then what there is to be reached,
 * looks how far the engine has filled the new log, and lets the replica vote again once it may. On a thread of its own; any
 * thread asks.
 */
final class ReplicaRepair {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaRepair.class);
    private static final long LOOK_MS = 200;

    private final RaftMember member;
    private final RaftGroup group;
    private final String reason;
    private final Supplier<Optional<Integer>> leader;
    private final LongSupplier durableIndex;
    private final Worker worker = new Worker();
    private RepairGoal goal;
    private boolean isStopping;
    private volatile boolean isOver;

    /** Of a replica that kept its term, with the leader as far as it knows one, and the newest entry that is durable here. */
    ReplicaRepair(
            RaftMember member,
            RaftGroup group,
            long ownTerm,
            Supplier<Optional<Integer>> leader,
            LongSupplier durableIndex) {
        this.member = member;
        this.group = group;
        this.reason = QuarantineMark.reason(group.disk(), group.directory());
        this.leader = leader;
        this.durableIndex = durableIndex;
        this.goal = RepairGoal.of(ownTerm);
        LOG.warn(
                "in quarantine group={}: its journal was lost ({}), so it neither votes nor leads until the other nodes have"
                        + " filled it again",
                group.name(),
                reason);
    }

    /** Whether the replica may vote and stand for election. */
    boolean isOver() {
        return isOver;
    }

    /** How it stands, empty once it is over. */
    Optional<Quarantine> progress() {
        return isOver
                ? Optional.empty()
                : Optional.of(new Quarantine(reason, durableIndex.getAsLong(), goal().neededIndex()));
    }

    private synchronized RepairGoal goal() {
        return goal;
    }

    private synchronized void heard(LogEnds.LogEnd end) {
        goal = goal.heard(end);
    }

    void start() {
        worker.start(member.threads(), group.name() + "-repair", this::run);
    }

    /** Ends the thread; a quarantine that is not over goes on at the next start. */
    void stop() {
        synchronized (this) {
            isStopping = true;
            notifyAll();
        }
        worker.joinUnlessInterrupted();
    }

    private void run() {
        try {
            while (awaitNextLook()) {
                look();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            // Nobody would be left to end it.
            member.halt().halt(failed);
        }
    }

    private synchronized boolean awaitNextLook() throws InterruptedException {
        if (!isStopping && !isOver) {
            wait(LOOK_MS);
        }
        return !isStopping && !isOver;
    }

    private void look() {
        long reachedIndex = durableIndex.getAsLong();
        if (goal().isReached(reachedIndex)) {
            // In this order: it must not vote while a crash could bring the mark back, or its owner would not know why.
            QuarantineMark.remove(group.disk(), group.directory());
            isOver = true;
            LOG.info("quarantine is over group={}: it has entry {} and votes again", group.name(), reachedIndex);
            return;
        }
        leader.get().filter(node -> node != Peers.nodeId(member.peer())).ifPresent(this::ask);
    }

    private void ask(int node) {
        var unused = member.logEnds().ask(node, group.name()).whenComplete((end, failure) -> {
            if (failure == null) {
                heard(end);
            } else {
                LOG.debug("not told where the log ends group={} node={}", group.name(), node, failure);
            }
        });
    }
}
