package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of the delivery groups of one slot of a shard: those of the partitions whose ids have this hash. The
 * replicated part is {@link SlotState}; what only a leader needs (who waits, what is due) is beside it and begins empty.
 */
final class DeliverySlot implements StateMachine {
    static final int COUNT = 16;
    private static final int FIRST_ID = 200;

    /** Deadlines are met in steps, so that many single ones are one event. */
    private static final long STEP_MS = 10;

    /** How long a group waits whose partition is not known here. */
    private static final long UNKNOWN_RETRY_MS = 100;

    private final int index;
    private final Partitions partitions;
    private final DeliveryCounters counters;
    private final SlotState state = new SlotState();
    private final Map<Integer, Desk> desks = new HashMap<>();
    private final DeadLetterDesk deadLetters = new DeadLetterDesk(this);
    private final DueGroups due = new DueGroups();
    private final TreeSet<Integer> toVoid = new TreeSet<>();
    private final TreeSet<Integer> toBury = new TreeSet<>();
    private final TreeSet<Integer> toSchedule = new TreeSet<>();
    private boolean isLeading;
    private long nextMs = Long.MAX_VALUE;

    DeliverySlot(int index, Partitions partitions, DeliveryCounters counters) {
        this.index = index;
        this.partitions = partitions;
        this.counters = counters;
    }

    @Override
    public int id() {
        return FIRST_ID + index;
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "deliveries-%02d", index);
    }

    SlotState state() {
        return state;
    }

    Partitions partitions() {
        return partitions;
    }

    DeliveryCounters counters() {
        return counters;
    }

    DeadLetterDesk deadLetters() {
        return deadLetters;
    }

    /** What a leader knows of the group; made when it is first asked for. */
    Desk desk(StoredGroup group) {
        return desks.computeIfAbsent(group.number(), number -> new Desk());
    }

    /** The group is gone: who waits there hears of it. */
    void closeDesk(StoredGroup group, ErrorCode reason) {
        Desk desk = desks.remove(group.number());
        if (desk != null) {
            close(group, desk, reason);
        }
    }

    private void close(StoredGroup group, Desk desk, ErrorCode reason) {
        OpenPartition.Listener listener = desk.listener();
        OpenPartition partition = partitions.find(group.id());
        if (listener != null && partition != null) {
            partition.removeListener(listener);
        }
        desk.close(reason);
    }

    SlotTurn turn(Decision decision, long nowMs) {
        check(isLeading, "%s decides without leading", name());
        return new SlotTurn(this, decision, nowMs);
    }

    /** Something is to be done with the group at this time, or a little later. */
    void noteDeadline(StoredGroup group, long timeMs) {
        due.note(group.number(), timeMs);
        noteDeadline(timeMs);
    }

    /** Something is to be done at this time, or a little later. */
    void noteDeadline(long timeMs) {
        nextMs = Math.min(nextMs, stepAfter(timeMs));
    }

    private static long stepAfter(long timeMs) {
        return timeMs >= Long.MAX_VALUE - STEP_MS ? Long.MAX_VALUE : Math.ceilDiv(timeMs, STEP_MS) * STEP_MS;
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        StoredGroup group = state.apply(event, undo);
        if (group != null && isLeading) {
            noteDeadline(group, group.rows().dueMs());
        }
    }

    @Override
    public void leaderStarted(long nowMs) {
        check(!isLeading, "%s starts to lead twice", name());
        isLeading = true;
        nextMs = Long.MAX_VALUE;
        for (StoredGroup group : state.all()) {
            noteDeadline(group, group.rows().dueMs());
            if (group.id().kind() == DeliveryKind.SHARE && group.rows().records(RowState.ACQUIRED) > 0) {
                toVoid.add(group.number());
                nextMs = nowMs;
            }
            if (group.rows().scheduledRecords() > 0) {
                toSchedule.add(group.number());
                nextMs = nowMs;
            }
            if (group.rows().records(RowState.DEAD_LETTERING) > 0) {
                toBury.add(group.number());
                nextMs = nowMs;
            }
        }
    }

    @Override
    public void leaderStopped(ErrorCode reason) {
        isLeading = false;
        nextMs = Long.MAX_VALUE;
        toVoid.clear();
        toBury.clear();
        toSchedule.clear();
        due.clear();
        deadLetters.clear();
        state.all().forEach(group -> group.rows().forgetKeys());
        Map<Integer, Desk> closing = new HashMap<>(desks);
        desks.clear();
        closing.forEach((number, desk) -> {
            StoredGroup group = state.find(number);
            if (group == null) {
                desk.close(Answers.forClients(reason));
            } else {
                close(group, desk, Answers.forClients(reason));
            }
        });
    }

    @Override
    public long nextDeadlineMs() {
        return nextMs;
    }

    @Override
    public void deadlinePassed(Decision decision, long nowMs) {
        SlotTurn turn = turn(decision, nowMs);
        voidAcquired(turn);
        buryLeftOver();
        setClocks(turn);
        deadLetters.retry(nowMs);
        boolean isComplete = true;
        for (int number : due.take(nowMs)) {
            StoredGroup group = state.find(number);
            if (group != null) {
                isComplete &= expire(group, turn, decision.hasRoom());
            }
        }
        nextMs = isComplete ? earliest(nowMs) : nowMs;
    }

    /** Answers false if more is due now than an entry has room for. */
    private boolean expire(StoredGroup group, SlotTurn turn, boolean hasRoom) {
        boolean isDue = dueMs(group) <= turn.nowMs();
        OpenPartition partition = isDue ? partitions.find(group.id()) : null;
        if (isDue && partition == null) {
            due.note(group.number(), turn.nowMs() + UNKNOWN_RETRY_MS);
            return true;
        }
        boolean isDone = partition == null || hasRoom && turn.expire(group, partition);
        due.note(group.number(), isDone ? dueMs(group) : turn.nowMs());
        return isDone;
    }

    private long dueMs(StoredGroup group) {
        Desk desk = desks.get(group.number());
        return Math.min(group.rows().dueMs(), desk == null ? Long.MAX_VALUE : desk.deadlineMs());
    }

    private void voidAcquired(SlotTurn turn) {
        for (int number : toVoid) {
            StoredGroup group = state.find(number);
            if (group != null) {
                turn.emit(DeliveryEvents.voided(group, turn.nowMs()));
            }
        }
        toVoid.clear();
    }

    /** Time went on while nobody led. */
    private void setClocks(SlotTurn turn) {
        for (int number : List.copyOf(toSchedule)) {
            StoredGroup group = state.find(number);
            OpenPartition partition = group == null ? null : partitions.find(group.id());
            if (group != null && partition != null) {
                turn.setClock(group, partition);
            }
            if (group == null || partition != null) {
                toSchedule.remove(number);
            }
        }
    }

    /** The group came from another shard: what was left over there has its turn once the partition is here. */
    void arrived(StoredGroup group, long nowMs) {
        if (group.rows().scheduledRecords() > 0) {
            toSchedule.add(group.number());
        }
        if (group.rows().records(RowState.DEAD_LETTERING) > 0) {
            toBury.add(group.number());
        }
        noteDeadline(nowMs + UNKNOWN_RETRY_MS);
    }

    /** Whether dead letters of the group were left over by the last leader; from now on they are not. */
    boolean takeLeftOver(StoredGroup group) {
        return toBury.remove(group.number());
    }

    /** What the last leader did not bring into the dead-letter topic. */
    private void buryLeftOver() {
        for (int number : List.copyOf(toBury)) {
            StoredGroup group = state.find(number);
            OpenPartition partition = group == null ? null : partitions.find(group.id());
            if (group != null && partition != null) {
                deadLetters.take(group, partition, List.of());
            }
            if (group == null) {
                toBury.remove(number);
            }
        }
    }

    private long earliest(long nowMs) {
        boolean isComplete = toBury.isEmpty() && toSchedule.isEmpty();
        long earliest = isComplete ? Long.MAX_VALUE : nowMs + UNKNOWN_RETRY_MS;
        earliest = Math.min(earliest, Math.max(nowMs + 1, deadLetters.retryMs()));
        return stepAfter(Math.min(earliest, Math.max(nowMs + 1, due.firstMs())));
    }

    /** Who waits for the group, if anybody ever did. */
    @Nullable
    Desk deskIfAny(StoredGroup group) {
        return desks.get(group.number());
    }

    @Override
    public ByteBuffer snapshot() {
        return captureSnapshot().get();
    }

    @Override
    public Supplier<ByteBuffer> captureSnapshot() {
        return state.capture();
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        check(!isLeading, "%s is restored while it leads", name());
        state.restore(snapshot);
    }
}
