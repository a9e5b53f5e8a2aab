package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.EventsOnly;
import io.sluice.broker.group.stored.GroupEvent;
import io.sluice.broker.group.stored.GroupEventCodec;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A shard's runtime in one thread with virtual time. Either every command commits at once, or the test says when queued
 * commands are decided and whether that batch commits. Holds the machines to their contract: a failed batch leaves
 * the snapshot of before, byte for byte, and a replay gives the same snapshot.
 */
final class SimulatedRunner implements CommandRunner {
    private final Deque<Queued<?>> queue = new ArrayDeque<>();
    private final Map<Integer, Journal> journals = new HashMap<>();
    private final boolean commitsAtOnce;
    private List<StateMachine> machines = List.of();
    private @Nullable Batch open;
    private BiConsumer<StateMachine, GroupEvent> onCommitted = (machine, event) -> {};
    private long nowMs = 1_000_000;

    SimulatedRunner(boolean commitsAtOnce) {
        this.commitsAtOnce = commitsAtOnce;
    }

    /** Begins to lead with new machines. */
    void lead(List<StateMachine> newMachines) {
        machines = newMachines;
        machines.forEach(machine -> machine.leaderStarted(nowMs));
    }

    /** Tells of every event that committed, in order. */
    void onCommitted(BiConsumer<StateMachine, GroupEvent> listener) {
        onCommitted = listener;
    }

    long nowMs() {
        return nowMs;
    }

    boolean hasQueued() {
        return !queue.isEmpty();
    }

    boolean hasOpenBatch() {
        return open != null;
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        if (!machines.contains(machine)) {
            command.refused(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            return;
        }
        queue.add(new Queued<>(machine, command));
        if (commitsAtOnce && open == null) {
            decide(Integer.MAX_VALUE);
            commit();
        }
    }

    /** Decides due deadlines and at most so many queued commands as one batch. */
    void decide(int commandsMax) {
        Batch batch = new Batch();
        open = batch;
        for (StateMachine machine : machines) {
            if (machine.nextDeadlineMs() <= nowMs) {
                machine.deadlinePassed(batch.decision(machine), nowMs);
                assertThat(machine.nextDeadlineMs()).as("next deadline").isGreaterThan(nowMs);
            }
        }
        for (int i = 0; i < commandsMax && !queue.isEmpty(); i++) {
            queue.remove().decide(batch, nowMs);
        }
    }

    /** The open batch becomes durable. */
    void commit() {
        Batch batch = close();
        batch.onCommitted.forEach(Runnable::run);
    }

    /** The open batch is lost. */
    void fail(ErrorCode reason) {
        fail(reason, false);
    }

    /** The open batch is given up; it may commit all the same, while this leader goes on. */
    void fail(ErrorCode reason, boolean commitsLater) {
        Batch batch = close();
        batch.undo();
        batch.onFailed.forEach(callback -> callback.accept(reason));
        if (commitsLater) {
            batch.events.forEach(event -> event.machine.apply(event.bytes.duplicate(), UndoLog.NONE));
            batch.events.forEach(this::journal);
        }
    }

    /** Passes time; what falls due on the way is decided and committed in time. */
    void advance(long durationMs) {
        long endMs = nowMs + durationMs;
        for (long dueMs = nextDeadlineMs(); dueMs <= endMs; dueMs = nextDeadlineMs()) {
            nowMs = Math.max(nowMs, dueMs);
            decide(Integer.MAX_VALUE);
            commit();
        }
        nowMs = endMs;
    }

    /** Time jumps; nothing is decided. */
    void jump(long durationMs) {
        nowMs += durationMs;
    }

    long nextDeadlineMs() {
        return machines.stream().mapToLong(StateMachine::nextDeadlineMs).min().orElse(Long.MAX_VALUE);
    }

    /** Keeps a snapshot of every machine: a later failover starts from it. An open batch is taken back for the moment. */
    void checkpoint() {
        Batch batch = open;
        if (batch != null) {
            batch.undo();
        }
        takeSnapshots();
        if (batch != null) {
            batch.applyAgain();
        }
    }

    private void takeSnapshots() {
        for (StateMachine machine : machines) {
            Journal journal = journalOf(machine);
            journal.snapshot = copy(machine.snapshot());
            journal.snapshotIndex = journal.events.size();
        }
    }

    /**
     * The leader stops, others take over from the last checkpoint and the events after it. What was in the open batch is
     * lost for the old leader's clients in any case; it may have committed all the same.
     */
    void failOver(List<StateMachine> successors, boolean openBatchCommits) {
        Batch batch = open;
        open = null;
        machines.forEach(machine -> machine.leaderStopped(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        if (batch != null) {
            batch.undo();
            batch.onFailed.forEach(callback -> callback.accept(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        }
        if (batch != null && openBatchCommits) {
            batch.events.forEach(event -> event.machine.apply(event.bytes.duplicate(), UndoLog.NONE));
            batch.events.forEach(this::journal);
        }
        List<StateMachine> stopped = machines;
        // Who asks again at once, on hearing of a refusal, is refused again.
        machines = List.of();
        queue.forEach(queued -> queued.command.refused(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        queue.clear();
        for (int i = 0; i < stopped.size(); i++) {
            recover(successors.get(i));
            assertThat(successors.get(i).snapshot())
                    .as("state of %s after replay", stopped.get(i).name())
                    .isEqualTo(stopped.get(i).snapshot());
        }
        lead(successors);
    }

    private void recover(StateMachine machine) {
        Journal journal = journalOf(machine);
        ByteBuffer snapshot = journal.snapshot;
        if (snapshot != null) {
            machine.restore(snapshot.duplicate());
        }
        journal.events
                .subList(journal.snapshotIndex, journal.events.size())
                .forEach(event -> machine.apply(event.duplicate(), UndoLog.NONE));
    }

    private Batch close() {
        Batch batch = open;
        assertThat(batch).isNotNull();
        open = null;
        return batch;
    }

    private void journal(Emitted event) {
        journalOf(event.machine).events.add(event.bytes);
        onCommitted.accept(event.machine, GroupEventCodec.decode(event.bytes.duplicate()));
    }

    private Journal journalOf(StateMachine machine) {
        return journals.computeIfAbsent(machine.id(), id -> new Journal());
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private record Emitted(StateMachine machine, ByteBuffer bytes) {}

    private record Queued<M extends StateMachine>(M machine, Command<M> command) {
        void decide(Batch batch, long nowMs) {
            command.decide(machine, batch.decision(machine), nowMs);
        }
    }

    private static final class Journal {
        private final List<ByteBuffer> events = new ArrayList<>();
        private @Nullable ByteBuffer snapshot;
        private int snapshotIndex;
    }

    private final class Batch {
        private final List<Emitted> events = new ArrayList<>();
        private final List<Runnable> onCommitted = new ArrayList<>();
        private final List<Consumer<ErrorCode>> onFailed = new ArrayList<>();
        private final Deque<Runnable> inverses = new ArrayDeque<>();
        private final Map<StateMachine, ByteBuffer> before = new HashMap<>();

        Decision decision(StateMachine machine) {
            return new EventsOnly() {
                @Override
                public void emit(ByteBuffer event) {
                    before.computeIfAbsent(machine, key -> copy(key.snapshot()));
                    ByteBuffer bytes = copy(event);
                    Emitted emitted = new Emitted(machine, bytes);
                    events.add(emitted);
                    // Among the answers, so that an observer hears of events and answers in the order of decisions.
                    onCommitted.add(() -> journal(emitted));
                    machine.apply(bytes.duplicate(), inverses::push);
                }

                @Override
                public void afterCommit(Runnable whenCommitted, Consumer<ErrorCode> whenFailed) {
                    onCommitted.add(whenCommitted);
                    onFailed.add(whenFailed);
                }
            };
        }

        void applyAgain() {
            events.forEach(event -> event.machine.apply(event.bytes.duplicate(), inverses::push));
        }

        void undo() {
            while (!inverses.isEmpty()) {
                inverses.pop().run();
            }
            before.forEach((machine, bytes) -> assertThat(machine.snapshot())
                    .as("state of %s after undo", machine.name())
                    .isEqualTo(bytes));
        }
    }
}
