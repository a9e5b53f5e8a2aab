package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.EventsOnly;
import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.EventBatch;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One slot with one partition in one thread and virtual time. Commands are decided in an open batch, which the test commits,
 * loses, or leaves to a failover. Holds the machine to its contract: a lost batch leaves the snapshot of before, a replay
 * gives the same.
 */
final class SimulatedSlot implements CommandRunner {
    static final TopicId TOPIC = new TopicId(7, 7);
    static final DeliveryGroup GROUP = new DeliveryGroup(DeliveryKind.SHARE, "workers", TOPIC, 0);

    private final SimulatedLog log;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final List<EventBatch.Append> deadLetters = new ArrayList<>();
    private final List<ByteBuffer> journal = new ArrayList<>();
    private final Deque<Queued<?>> queue = new ArrayDeque<>();
    private @Nullable ByteBuffer checkpoint;
    private int checkpointed;
    private DeliverySlot slot;
    private @Nullable Batch open;
    private boolean isDeciding;
    private boolean isKnown = true;
    private long nowMs = 1_000_000;
    private long wallOffsetMs = 5_000_000;

    SimulatedSlot(DeliveryOptions options) {
        log = new SimulatedLog(options, () -> this);
        log.wallClock(() -> nowMs + wallOffsetMs);
        slot = newSlot();
        slot.leaderStarted(nowMs);
    }

    /** Wall time less shard time. */
    long wallOffsetMs() {
        return wallOffsetMs;
    }

    /** Whether the partition is there for whoever looks for it. */
    void partitionIsKnown(boolean isThere) {
        isKnown = isThere;
    }

    /** The wall clock goes on while nobody leads. */
    void nobodyLeadsFor(long durationMs) {
        wallOffsetMs += durationMs;
    }

    private DeliverySlot newSlot() {
        return new DeliverySlot(0, new OnePartition(), counters);
    }

    /** Where it is not here it is in another shard. */
    private final class OnePartition implements Partitions {
        @Override
        public @Nullable OpenPartition find(DeliveryGroup group) {
            return isKnown && group.topicId().equals(TOPIC) ? log : null;
        }

        @Override
        public ErrorCode absence(DeliveryGroup group) {
            return group.topicId().equals(TOPIC)
                    ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
    }

    /** What was appended to the dead-letter topic. */
    List<EventBatch.Append> deadLetters() {
        return deadLetters;
    }

    /** What is appended if the open batch commits. */
    List<EventBatch.Append> openAppends() {
        Batch batch = open;
        return batch == null ? List.of() : List.copyOf(batch.appends);
    }

    SimulatedLog log() {
        return log;
    }

    DeliverySlot slot() {
        return slot;
    }

    DeliveryCounters counters() {
        return counters;
    }

    long nowMs() {
        return nowMs;
    }

    @Nullable
    StoredGroup group() {
        return slot.state().find(GROUP);
    }

    /** Decides a call in the open batch, and what it submits. */
    <A> CompletableFuture<A> decide(SlotCommand.Body<A> body, Function<ErrorCode, A> failed) {
        SlotCommand<A> command = new SlotCommand<>(body, failed);
        submit(slot, command);
        return command.answer();
    }

    /** As {@link #decide}, and commits. */
    <A> CompletableFuture<A> call(SlotCommand.Body<A> body, Function<ErrorCode, A> failed) {
        CompletableFuture<A> answer = decide(body, failed);
        commit();
        return answer;
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        if (machine != slot) {
            command.refused(ErrorCode.NOT_COORDINATOR);
            return;
        }
        queue.add(new Queued<>(machine, command));
        drain();
    }

    private void drain() {
        if (isDeciding) {
            return;
        }
        isDeciding = true;
        while (!queue.isEmpty()) {
            queue.removeFirst().decide(batch(), nowMs);
        }
        isDeciding = false;
    }

    private Batch batch() {
        Batch current = open;
        if (current == null) {
            current = new Batch();
            open = current;
        }
        return current;
    }

    /** Commits the open batch, and what is decided because of that. */
    void commit() {
        for (Batch batch = open; batch != null; batch = open) {
            open = null;
            journal.addAll(batch.events);
            deadLetters.addAll(batch.appends);
            batch.onCommitted.forEach(Runnable::run);
        }
    }

    /** The open batch is lost. */
    void lose() {
        Batch batch = open;
        open = null;
        if (batch != null) {
            batch.undo();
            batch.onFailed.forEach(each -> each.accept(ErrorCode.NOT_COORDINATOR));
        }
    }

    /** Time passes; true if the slot had something to do at the end of it, which is committed. */
    boolean pass(long durationMs) {
        nowMs += durationMs;
        if (slot.nextDeadlineMs() > nowMs) {
            return false;
        }
        isDeciding = true;
        slot.deadlinePassed(batch(), nowMs);
        isDeciding = false;
        assertThat(slot.nextDeadlineMs()).isGreaterThan(nowMs);
        drain();
        commit();
        return true;
    }

    void checkpoint() {
        checkpoint = slot.captureSnapshot().get();
        checkpointed = journal.size();
    }

    /** Another takes over, with the open batch or without it. */
    void failOver(boolean openCommits) {
        Batch batch = open;
        open = null;
        slot.leaderStopped(ErrorCode.NOT_COORDINATOR);
        if (batch != null) {
            batch.undo();
            batch.onFailed.forEach(each -> each.accept(ErrorCode.NOT_COORDINATOR));
            if (openCommits) {
                batch.events.forEach(event -> slot.apply(event.duplicate(), UndoLog.NONE));
                journal.addAll(batch.events);
                deadLetters.addAll(batch.appends);
            }
        }
        DeliverySlot successor = newSlot();
        if (checkpoint != null) {
            successor.restore(checkpoint.duplicate());
        }
        journal.subList(checkpointed, journal.size())
                .forEach(event -> successor.apply(event.duplicate(), UndoLog.NONE));
        assertThat(successor.snapshot()).as("state after replay").isEqualTo(slot.snapshot());
        slot = successor;
        slot.leaderStarted(nowMs);
    }

    /**
     * The partition moves to another shard with another clock; so many attempts to bring its groups there are lost, each with a
     * leader or without one. What is open is committed before, as the seal is behind it in the journal.
     */
    void moveTo(long otherNowMs, int lostAttempts) {
        isKnown = false;
        GroupMoves.Leaving leaving = call(
                        (SlotTurn turn, CompletableFuture<Result<GroupMoves.Leaving>> answer) ->
                                GroupMoves.leave(turn, TOPIC, 0, answer),
                        Result::failed)
                .join()
                .get();
        ByteBuffer snapshot = leaving.snapshot().get();
        slot.leaderStopped(ErrorCode.NOT_COORDINATOR);
        journal.clear();
        checkpoint = null;
        checkpointed = 0;
        wallOffsetMs += nowMs - otherNowMs;
        nowMs = otherNowMs;
        slot = newSlot();
        slot.leaderStarted(nowMs);
        for (int lost = 0; lost < lostAttempts; lost++) {
            CompletableFuture<ErrorCode> unused = arrive(leaving.shardTimeMs(), snapshot);
            if (lost % 2 == 0) {
                commit();
                failOver(false);
            } else {
                lose();
            }
        }
        CompletableFuture<ErrorCode> arrived = arrive(leaving.shardTimeMs(), snapshot);
        commit();
        assertThat(arrived.join()).isEqualTo(ErrorCode.NONE);
        assertThat(slot.state().all()).hasSize(1);
        isKnown = true;
    }

    private CompletableFuture<ErrorCode> arrive(long leftAtMs, ByteBuffer snapshot) {
        GroupsArrival arrival = new GroupsArrival(this, GroupMoves.read(snapshot.duplicate(), TOPIC, 0), leftAtMs);
        return decide(
                (turn, answer) -> arrival.begin(turn, group -> group.topicId().equals(TOPIC), answer),
                Function.identity());
    }

    private record Queued<M extends StateMachine>(M machine, Command<M> command) {
        void decide(Decision decision, long nowMs) {
            command.decide(machine, decision, nowMs);
        }
    }

    private final class Batch extends EventsOnly {
        private final List<ByteBuffer> events = new ArrayList<>();
        private final List<EventBatch.Append> appends = new ArrayList<>();
        private final List<Runnable> onCommitted = new ArrayList<>();
        private final List<Consumer<ErrorCode>> onFailed = new ArrayList<>();
        private final Deque<Runnable> inverses = new ArrayDeque<>();
        private final ByteBuffer before = slot.snapshot();

        @Override
        public void emit(ByteBuffer event) {
            events.add(event);
            slot.apply(event.duplicate(), inverses::push);
        }

        @Override
        public void append(EventBatch.Append append) {
            assertThat(events).isNotEmpty();
            appends.add(append);
        }

        @Override
        public void afterCommit(Runnable whenCommitted, Consumer<ErrorCode> whenFailed) {
            onCommitted.add(whenCommitted);
            onFailed.add(whenFailed);
        }

        void undo() {
            while (!inverses.isEmpty()) {
                inverses.pop().run();
            }
            assertThat(slot.snapshot()).as("state after undo").isEqualTo(before);
        }
    }
}
