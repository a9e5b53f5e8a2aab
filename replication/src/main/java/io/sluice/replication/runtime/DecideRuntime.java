package io.sluice.replication.runtime;

import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hosts the state machines of a shard. Everything runs on the shard's apply thread.
 *
 * <p>At most one batch of events is on its way: commands that arrive meanwhile wait and form the next, which is group
 * commit for free. Events change the state when they are emitted, with one undo list for the batch; answers wait for the
 * commit. A batch that is not taken is undone, its commands are told so. A batch for which nobody waits ({@link
 * Decision#unhurried}) is kept open for a moment, and what is decided meanwhile goes into it.
 *
 * <pre>
 *  following ──leaderStarted──► leading, idle ──commands with events──► leading, batch on its way
 *      ▲                          ▲  │ commands without events: answered at once      │
 *      └─────leaderStopped────────┘  └──────────◄───── committed | rejected ──────────┘
 * </pre>
 */
public final class DecideRuntime {
    private static final int COMMANDS_PER_BATCH_MAX = 16 << 10;

    /** A batch for which nobody waits is submitted after so long. */
    private static final long OPEN_MS_MAX = 5;

    private final Map<Integer, StateMachine> machines = new HashMap<>();
    private final EventSink sink;
    private final ArrayDeque<Queued<?>> commands = new ArrayDeque<>();
    private final ArrayDeque<Runnable> undoInReverse = new ArrayDeque<>();
    private final List<Answer> answers = new ArrayList<>();
    private final Set<StateMachine> changed = new HashSet<>();
    private final Set<StateMachine> unpublished = new HashSet<>();
    private @Nullable EventBatch underWay;
    /** Only while none is under way. */
    private @Nullable Batch open;

    private boolean leading;

    /** For these machines; events go to the sink. */
    public DecideRuntime(List<StateMachine> machines, EventSink sink) {
        this.sink = sink;
        for (StateMachine machine : machines) {
            Check.check(this.machines.put(machine.id(), machine) == null, "two machines share id %d", machine.id());
            unpublished.add(machine);
        }
    }

    /** The machines, in no order. */
    public Iterable<StateMachine> machines() {
        return machines.values();
    }

    /** The term's first entry is applied: decide from now on. */
    public void leaderStarted(long nowMs) {
        publish();
        leading = true;
        machines.values().forEach(machine -> machine.leaderStarted(nowMs));
    }

    /**
     * Decide no more: what waits is refused for the reason. What is under way may still commit, but nobody here will be told:
     * its answers fail with {@link ErrorCode#NOT_LEADER_OR_FOLLOWER}.
     */
    public void leaderStopped(ErrorCode reason) {
        leading = false;
        undo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        machines.values().forEach(machine -> machine.leaderStopped(reason));
        commands.forEach(queued -> queued.command().refused(reason));
        commands.clear();
    }

    /** Queues a command; {@link #run} decides it. */
    public <M extends StateMachine> void enqueue(M machine, Command<M> command) {
        if (leading) {
            commands.add(new Queued<>(machine, command));
        } else {
            command.refused(ErrorCode.NOT_COORDINATOR);
        }
    }

    /** Decides what is due, unless a batch is on its way; answers whether a batch was given to the sink, and is. */
    public boolean run(long nowMs) {
        if (underWay != null) {
            return false;
        }
        if (open == null) {
            publish();
        }
        while (leading && underWay == null && (!commands.isEmpty() || nextDeadlineMs() <= nowMs)) {
            Batch batch = open == null ? new Batch(nowMs + OPEN_MS_MAX) : open;
            open = null;
            fireDeadlines(batch, nowMs);
            for (int i = 0; i < COMMANDS_PER_BATCH_MAX && !commands.isEmpty() && batch.hasRoom(); i++) {
                decide(commands.removeFirst(), batch, nowMs);
            }
            if (batch.mayStayOpen(nowMs)) {
                open = batch;
            } else {
                finish(batch);
            }
        }
        return underWay != null;
    }

    /** Submits what nobody waits for, if there is any. */
    public void flush() {
        Batch batch = open;
        if (batch != null) {
            open = null;
            finish(batch);
        }
    }

    /** Shows what is committed: called where nothing is undecided. */
    private void publish() {
        if (!unpublished.isEmpty()) {
            unpublished.forEach(StateMachine::published);
            unpublished.clear();
        }
    }

    private void fireDeadlines(Batch batch, long nowMs) {
        for (StateMachine machine : machines.values()) {
            if (batch.hasRoom() && machine.nextDeadlineMs() <= nowMs) {
                batch.begin(machine);
                machine.deadlinePassed(batch, nowMs);
                batch.end();
                Check.check(
                        machine.nextDeadlineMs() > nowMs || !batch.hasRoom(),
                        "machine %s leaves a passed deadline",
                        machine.name());
                Check.check(!batch.isTooLarge(), "machine %s emits too much at a deadline", machine.name());
            }
        }
    }

    private <M extends StateMachine> void decide(Queued<M> queued, Batch batch, long nowMs) {
        batch.begin(queued.machine());
        queued.command().decide(queued.machine(), batch, nowMs);
        if (batch.isTooLarge()) {
            takeBack(batch);
        }
        batch.end();
    }

    /** An entry that the journal does not take would end the node, whoever sent the command. */
    private void takeBack(Batch batch) {
        undoDownTo(batch.undosBefore);
        List<Answer> own = answers.subList(batch.answersBefore, answers.size());
        List<Answer> failed = List.copyOf(own);
        own.clear();
        batch.takeBack();
        failed.forEach(answer -> answer.onFailed().accept(ErrorCode.MESSAGE_TOO_LARGE));
    }

    private void finish(Batch batch) {
        if (batch.events.isEmpty()) {
            Check.check(batch.items.isEmpty(), "records were attached to no event");
            answerAll();
            return;
        }
        batch.complete();
        EventBatch events = new EventBatch(batch.events, batch.appends, batch.items);
        underWay = events;
        if (!sink.submit(events)) {
            undo(ErrorCode.NOT_COORDINATOR);
        }
    }

    /** The batch is committed: its state stands, its commands are answered. */
    public void committed(EventBatch batch) {
        if (batch != underWay) {
            applyCommitted(batch);
            return;
        }
        underWay = null;
        undoInReverse.clear();
        batch.events().forEach(event -> unpublished.add(event.machine()));
        publish();
        answerAll();
    }

    /** The batch was undone here and yet committed: its events count like those of another leader. */
    private void applyCommitted(EventBatch batch) {
        undoChanges();
        for (EventBatch.Event event : batch.events()) {
            changed.add(event.machine());
            unpublished.add(event.machine());
            event.machine().apply(event.bytes().duplicate(), UndoLog.NONE);
        }
        redoUnderWay();
    }

    /**
     * Snapshots of the machines that changed since the last call, by name: of committed events only. Events that are on
     * their way are taken back for the moment and applied again.
     */
    public Map<String, Supplier<ByteBuffer>> takeSnapshots() {
        undoChanges();
        Map<String, Supplier<ByteBuffer>> snapshots = new HashMap<>();
        for (StateMachine machine : changed) {
            snapshots.put(machine.name(), machine.captureSnapshot());
        }
        changed.clear();
        redoUnderWay();
        return snapshots;
    }

    /** Committed events come first, in the journal's order; what is on its way comes behind them. */
    private void redoUnderWay() {
        EventBatch batch = underWay;
        Batch kept = open;
        List<EventBatch.Event> events = batch != null ? batch.events() : kept != null ? kept.events : List.of();
        for (EventBatch.Event event : events) {
            applyForNow(event.machine(), event.bytes());
        }
    }

    private void applyForNow(StateMachine machine, ByteBuffer event) {
        changed.add(machine);
        machine.apply(event.duplicate(), undoInReverse::addLast);
    }

    private void undoChanges() {
        undoDownTo(0);
    }

    private void undoDownTo(int count) {
        while (undoInReverse.size() > count) {
            undoInReverse.removeLast().run();
        }
    }

    /** The batch failed here: undone, its commands are told. If it commits after all, it comes as foreign events. */
    public void rejected(EventBatch batch, ErrorCode reason) {
        if (batch == underWay) {
            undo(reason);
        }
    }

    /** A committed event that was not decided here, or before the last start. */
    public void applyReplayed(int machineId, ByteBuffer event) {
        StateMachine machine = machines.get(machineId);
        Check.check(machine != null, "an event names machine %d, which this version does not know", machineId);
        if (machine != null) {
            undoChanges();
            changed.add(machine);
            unpublished.add(machine);
            machine.apply(event, UndoLog.NONE);
            redoUnderWay();
        }
    }

    /** All machines were put back to another state; nothing is under way. */
    public void restored() {
        Check.check(!leading && underWay == null && open == null, "a leader's state was replaced");
        undoInReverse.clear();
        changed.clear();
        unpublished.addAll(machines.values());
    }

    /**
     * Makes the machine's committed state anew from a snapshot of it, as a start does. Soft state stays; events that are on
     * their way are taken back for the moment and applied again.
     */
    public void reload(StateMachine machine) {
        undoChanges();
        machine.restore(machine.snapshot());
        unpublished.add(machine);
        redoUnderWay();
    }

    /** When {@link #run} has something to do without a command; {@link Long#MAX_VALUE} if never. */
    public long nextDeadlineMs() {
        if (!leading || underWay != null) {
            return Long.MAX_VALUE;
        }
        Batch kept = open;
        long next = kept == null ? Long.MAX_VALUE : kept.openUntilMs;
        for (StateMachine machine : machines.values()) {
            next = Math.min(next, machine.nextDeadlineMs());
        }
        return next;
    }

    private void undo(ErrorCode reason) {
        underWay = null;
        open = null;
        undoChanges();
        List<Answer> failed = List.copyOf(answers);
        answers.clear();
        failed.forEach(answer -> answer.onFailed().accept(reason));
    }

    private void answerAll() {
        List<Answer> ready = List.copyOf(answers);
        answers.clear();
        ready.forEach(answer -> answer.onCommitted().run());
    }

    private record Queued<M extends StateMachine>(M machine, Command<M> command) {}

    private record Answer(Runnable onCommitted, Consumer<ErrorCode> onFailed) {}

    private final class Batch implements Decision {
        private final List<EventBatch.Event> events = new ArrayList<>();
        private final List<EventBatch.Append> appends = new ArrayList<>();
        private final List<EntryItem> items = new ArrayList<>();
        private final Set<StateMachine> deciders = new LinkedHashSet<>();
        private final long openUntilMs;
        private boolean isHurried;
        private boolean isUnhurriedNow;
        private long eventBytes;
        private @Nullable StateMachine machine;
        private int eventsBefore;
        private int appendsBefore;
        private int itemsBefore;
        private long bytesBefore;
        private int undosBefore;
        private int answersBefore;

        /** It is submitted at that time at the latest. */
        Batch(long openUntilMs) {
            this.openUntilMs = openUntilMs;
        }

        /** Whether it holds something, but nothing that anybody waits for. */
        boolean mayStayOpen(long nowMs) {
            return !isHurried
                    && !events.isEmpty()
                    && items.isEmpty()
                    && appends.isEmpty()
                    && hasRoom()
                    && nowMs < openUntilMs;
        }

        /** The decision is made. */
        void end() {
            isHurried |= !isUnhurriedNow && (events.size() > eventsBefore || answers.size() > answersBefore);
        }

        @Override
        public void unhurried() {
            isUnhurriedNow = true;
        }

        /** Of the next decision. */
        void begin(StateMachine decider) {
            isUnhurriedNow = false;
            machine = decider;
            deciders.add(decider);
            eventsBefore = events.size();
            appendsBefore = appends.size();
            itemsBefore = items.size();
            bytesBefore = eventBytes;
            undosBefore = undoInReverse.size();
            answersBefore = answers.size();
        }

        boolean isTooLarge() {
            return eventBytes - bytesBefore > EventBatch.DECISION_BYTES_MAX;
        }

        void takeBack() {
            events.subList(eventsBefore, events.size()).clear();
            appends.subList(appendsBefore, appends.size()).clear();
            items.subList(itemsBefore, items.size()).clear();
            eventBytes = bytesBefore;
        }

        /** Nothing further is decided in it. */
        void complete() {
            for (StateMachine decider : deciders) {
                machine = decider;
                decider.completing(this);
            }
        }

        @Override
        public void attach(EntryItem item) {
            eventBytes += item.lengthBytes();
            items.add(item);
        }

        @Override
        public void expect(int lengthBytes) {
            eventBytes += lengthBytes;
        }

        @Override
        public boolean hasRoom() {
            return eventBytes < EventBatch.FULL_BYTES;
        }

        @Override
        public void emit(ByteBuffer event) {
            StateMachine target = machine;
            Check.check(target != null, "an event was emitted outside of a decision");
            if (target != null) {
                eventBytes += event.remaining() + EventBatch.OVERHEAD_BYTES;
                events.add(new EventBatch.Event(target, event));
                applyForNow(target, event);
            }
        }

        @Override
        public void append(EventBatch.Append append) {
            Check.check(events.size() > eventsBefore, "a decision appends without an event");
            eventBytes += append.batch().remaining() + EventBatch.OVERHEAD_BYTES;
            appends.add(append);
        }

        @Override
        public void afterCommit(Runnable onCommitted, Consumer<ErrorCode> onFailed) {
            answers.add(new Answer(onCommitted, onFailed));
        }
    }
}
