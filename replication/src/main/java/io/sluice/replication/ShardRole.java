package io.sluice.replication;

import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.DecideRuntime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node leads its shard, and what follows from it: only a leader takes appends and decides commands, and only
 * then does the shard clock go on. The apply thread changes it, any thread asks.
 *
 * <pre>
 *   following ──elected──► elected ──won: its first entry is applied──► leading
 *     ▲ └─follows─┘           │                                           │
 *     └──────────lost─────────┴───────────────────lost────────────────────┘
 * </pre>
 *
 * A node that stands alone begins to lead with its first entry and does so until it stops.
 */
final class ShardRole implements ApplyLoop.Election {
    private final int nodeId;
    private final Clock clock;
    private final PartitionTable table;
    private final DecideRuntime runtime;
    private final EntryQueue queue;
    private final EntryApplier applier;
    /** Some want to be forgotten as soon as they have heard. */
    private final List<Consumer<Leadership>> listeners = new CopyOnWriteArrayList<>();

    private boolean isRetired;
    private volatile Leadership leadership = new Leadership(0, 0, false);
    private volatile ClockAnchor clockAnchor = ClockAnchor.STANDING;

    /** Shard time at a moment of the monotonic clock from which on both go on together. */
    private record ClockAnchor(boolean isGoing, long timeMs, long nanoTime) {
        static final ClockAnchor STANDING = new ClockAnchor(false, 0, 0);
    }

    ShardRole(
            int nodeId,
            Clock clock,
            PartitionTable table,
            DecideRuntime runtime,
            EntryQueue queue,
            EntryApplier applier) {
        this.nodeId = nodeId;
        this.clock = clock;
        this.table = table;
        this.runtime = runtime;
        this.queue = queue;
        this.applier = applier;
    }

    Leadership leadership() {
        return leadership;
    }

    /** The shard clock in milliseconds. */
    long timeMs() {
        ClockAnchor base = clockAnchor;
        return base.isGoing() ? base.timeMs() + (clock.nanoTime() - base.nanoTime()) / 1_000_000 : applier.timeMs();
    }

    /** Before the threads start: this node will lead in the term as soon as its first entry is applied. */
    void standAlone(long term) {
        leadership = new Leadership(term, nodeId, false);
        clockAnchor = new ClockAnchor(true, applier.timeMs(), clock.nanoTime());
    }

    /** Before the threads start: others will say who leads; the newest term that is in the checkpoint is known. */
    void joinGroup(long term) {
        leadership = new Leadership(term, 0, false);
        queue.refuse();
    }

    /** Apply thread: tells the listener now and whenever it changes. */
    void listen(Consumer<Leadership> listener) {
        listeners.add(listener);
        listener.accept(leadership);
    }

    /** Apply thread: tells the listener nothing more. */
    void forget(Consumer<Leadership> listener) {
        listeners.remove(listener);
    }

    /** Apply thread: the shard stops, and leads no more whatever the others want. */
    void retire() {
        isRetired = true;
        runtime.flush();
        queue.refuse();
        queue.announce();
        runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
        become(new Leadership(leadership.term(), 0, false));
    }

    @Override
    public @Nullable PendingEntry elected(long term) {
        if (isRetired) {
            return null;
        }
        clockAnchor = new ClockAnchor(true, timeMs(), clock.nanoTime());
        queue.accept(term);
        return queue.addMark();
    }

    @Override
    public void won(long term) {
        if (!isRetired) {
            runtime.leaderStarted(timeMs());
            become(new Leadership(term, nodeId, true));
        }
    }

    @Override
    public void lost() {
        queue.refuse();
        clockAnchor = ClockAnchor.STANDING;
        if (leadership.isHere()) {
            runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
            become(new Leadership(leadership.term(), 0, false));
        }
    }

    @Override
    public void follows(long term, int leaderId) {
        become(new Leadership(Math.max(term, leadership.term()), leaderId, false));
    }

    private void become(Leadership next) {
        boolean isMove = next.isHere() != leadership.isHere();
        leadership = next;
        if (isMove) {
            table.topics().forEach(topic -> PartitionTable.present(topic).forEach(PartitionReplica::leadershipChanged));
        }
        listeners.forEach(listener -> listener.accept(next));
    }
}
