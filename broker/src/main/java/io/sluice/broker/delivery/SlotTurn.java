package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One decision of a slot: handing out, and what every other call needs too. Shard's apply thread. */
final class SlotTurn {
    private static final int MEMBERS_MAX = 10_000;
    private static final long CLOCK_STEP_MS = 10;
    static final int GROUPS_MAX = 100_000;

    private final DeliverySlot slot;
    private final Decision decision;
    private final long nowMs;

    SlotTurn(DeliverySlot slot, Decision decision, long nowMs) {
        this.slot = slot;
        this.decision = decision;
        this.nowMs = nowMs;
    }

    DeliverySlot slot() {
        return slot;
    }

    long nowMs() {
        return nowMs;
    }

    void emit(ByteBuffer event) {
        decision.emit(event);
    }

    /** In the same entry, what waited for the records that are done now may go. */
    void emit(RowChanges changes) {
        if (!changes.isEmpty()) {
            decision.emit(changes.take());
            free(changes.group());
        }
    }

    private void free(StoredGroup group) {
        RowTable rows = group.rows();
        if (rows.records(RowState.BLOCKED) == 0) {
            return;
        }
        RowChanges out = new RowChanges(group, nowMs);
        for (long offset : rows.keys().freed()) {
            Row row = rows.row(rows.seek(offset));
            out.putAs(row, RowState.AVAILABLE, Members.NOBODY, nowMs, row.count());
        }
        if (!out.isEmpty()) {
            decision.emit(out.take());
        }
    }

    /** Answers once everything this decision saw is durable. */
    <A> void answer(CompletableFuture<A> future, A answer, Function<ErrorCode, A> failed) {
        decision.afterCommit(
                () -> future.complete(answer), error -> future.complete(failed.apply(Answers.forClients(error))));
    }

    void answer(CompletableFuture<ErrorCode> future, ErrorCode error) {
        answer(future, error, Function.identity());
    }

    /** Whether the slot can take one more group, if this one is new to it. */
    boolean hasRoomFor(DeliveryGroup id) {
        return slot.state().find(id) != null || slot.state().all().size() < GROUPS_MAX;
    }

    /**
     * Whether the group is there or may begin by the options that are known here. Where a group begins is decided once, and with
     * older options than its members were promised it might pass over records. If not, {@code again} gets it when they are
     * known, or {@code failed} why they are not.
     */
    boolean mayBegin(
            DeliveryGroup id, OpenPartition partition, Hints hints, Consumer<Hints> again, Consumer<ErrorCode> failed) {
        if (hints.hasNewOptions() || slot.state().find(id) != null) {
            return true;
        }
        partition.learnOptions(isKnown -> {
            if (isKnown) {
                again.accept(hints.withNewOptions());
            } else {
                failed.accept(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            }
        });
        return false;
    }

    /**
     * The group, which begins at its start if it was not there. Null if that must be looked up first: then {@code again}
     * gets it, in another turn's place.
     */
    @Nullable
    StoredGroup opened(
            DeliveryGroup id, OpenPartition partition, DeliveryOptions options, Hints hints, Consumer<Hints> again) {
        StoredGroup known = slot.state().find(id);
        if (known != null) {
            return known;
        }
        OptionalLong position = locate(partition, options.start(), hints, again);
        if (position.isEmpty()) {
            return null;
        }
        emit(DeliveryEvents.opened(slot.state().nextNumber(), id, position.getAsLong()));
        return slot.state().find(id);
    }

    /** The offset of a start, if it is known without the disk or was looked up; otherwise {@code again} gets it later. */
    OptionalLong locate(OpenPartition partition, DeliveryStart start, Hints hints, Consumer<Hints> again) {
        if (hints.start().isPresent()) {
            return OptionalLong.of(within(partition, hints.start().getAsLong()));
        }
        return switch (start) {
            case DeliveryStart.Earliest earliest -> OptionalLong.of(partition.startOffset());
            case DeliveryStart.Latest latest -> OptionalLong.of(partition.endOffset());
            case DeliveryStart.Offset offset -> OptionalLong.of(within(partition, offset.offset()));
            case DeliveryStart.Last last ->
                OptionalLong.of(within(partition, partition.endOffset() - last.recordCount()));
            case DeliveryStart.Time time -> {
                partition.locate(time.timestampMs(), offset -> again.accept(hints.withStart(offset)));
                yield OptionalLong.empty();
            }
            case DeliveryStart.Ago ago -> {
                partition.locateAgo(ago.durationMs(), offset -> again.accept(hints.withStart(offset)));
                yield OptionalLong.empty();
            }
        };
    }

    private static long within(OpenPartition partition, long offset) {
        return Math.max(partition.startOffset(), Math.min(offset, partition.endOffset()));
    }

    /** A member asks for records. */
    void acquire(Acquire request, Hints hints, CompletableFuture<Result<Acquired>> answer) {
        OpenPartition partition = slot.partitions().find(request.group());
        if (partition == null) {
            answer.complete(Result.failed(slot.partitions().absence(request.group())));
            return;
        }
        if (!hasRoomFor(request.group())) {
            answer.complete(Result.failed(ErrorCode.GROUP_MAX_SIZE_REACHED));
            return;
        }
        Consumer<Hints> again = found -> partition
                .runner()
                .submit(
                        slot,
                        new SlotCommand<>((turn, same) -> turn.acquire(request, found, same), Result::failed, answer));
        if (!mayBegin(request.group(), partition, hints, again, error -> answer.complete(Result.failed(error)))) {
            return;
        }
        DeliveryOptions options =
                partition.options(request.group().kind(), request.group().name());
        StoredGroup group = opened(request.group(), partition, options, hints, again);
        if (group == null) {
            return;
        }
        if (request.isGone().getAsBoolean()) {
            answer.complete(Result.of(new Acquired(List.of(), options.lockMs())));
            return;
        }
        long before = group.position();
        AcquireDecider attempt = handOut(group, partition, options, request);
        boolean goesOn = hints.mayTryAgain() || group.position() > before;
        if (!attempt.runs().isEmpty()) {
            answerWith(attempt.runs(), options, answer);
            lookAhead(group, partition, options);
        } else if (attempt.needsLog() && goesOn) {
            Hints next = hints.next(group.position() > before);
            lookUp(group, partition, options, () -> again.accept(next));
        } else if (request.waitMs() > 0) {
            park(group, partition, new Desk.Parked(request, answer, nowMs + request.waitMs()), options.lockMs());
        } else {
            answer.complete(Result.of(new Acquired(List.of(), options.lockMs())));
        }
    }

    /** Where there is an order, a lost entry must not leave a record with two: what is handed out is durable first. */
    private void answerWith(List<Run> runs, DeliveryOptions options, CompletableFuture<Result<Acquired>> answer) {
        Result<Acquired> result = Result.of(new Acquired(runs, options.lockMs()));
        if (options.ordering() == Ordering.NONE) {
            answer.complete(result);
        } else {
            answer(answer, result, Result::failed);
        }
    }

    /** Goes on once the log at the group's position is known; however many wait for it, it is looked up once. */
    private void lookUp(StoredGroup group, OpenPartition partition, DeliveryOptions options, Runnable then) {
        if (slot.desk(group).lookFor(then)) {
            look(group, partition, options, group.position());
        }
    }

    /** While a group goes through old records, where the next ones lie is looked up before somebody wants them. */
    private void lookAhead(StoredGroup group, OpenPartition partition, DeliveryOptions options) {
        Desk desk = slot.deskIfAny(group);
        OptionalLong offset = desk == null
                ? OptionalLong.empty()
                : desk.knownSpans().unknownBehind(group.position(), partition.endOffset());
        if (desk != null && offset.isPresent() && desk.beginLook()) {
            look(group, partition, options, offset.getAsLong());
        }
    }

    private void look(StoredGroup group, OpenPartition partition, DeliveryOptions options, long offset) {
        boolean withKeys = options.ordering() == Ordering.KEY;
        int number = group.number();
        partition.load(
                offset,
                withKeys,
                spans -> partition.runner().submit(slot, new GroupListener.Looked(number, offset, withKeys, spans)));
    }

    private void park(StoredGroup group, OpenPartition partition, Desk.Parked request, long lockMs) {
        Desk desk = slot.desk(group);
        if (!desk.park(request)) {
            request.answerEmpty(lockMs);
            return;
        }
        slot.noteDeadline(group, request.deadlineMs());
        listen(group, desk, partition);
    }

    /** From now on growth of the partition wakes who waits. */
    void listen(StoredGroup group, Desk desk, OpenPartition partition) {
        if (desk.listener() == null) {
            GroupListener listener = new GroupListener(slot, group.number(), partition);
            desk.listenWith(listener);
            partition.addListener(listener);
        }
    }

    /** Giving up records without attempts may fill a decision, or free the next of a key: then there may be something again. */
    private AcquireDecider handOut(
            StoredGroup group, OpenPartition partition, DeliveryOptions options, Acquire request) {
        keepClock(group, partition);
        AcquireDecider attempt = handOutOnce(group, partition, options, request);
        while (attempt.runs().isEmpty() && attempt.hasProgress() && hasReturned(group) && decision.hasRoom()) {
            attempt = handOutOnce(group, partition, options, request);
        }
        return attempt;
    }

    private static boolean hasReturned(StoredGroup group) {
        return group.rows().records(RowState.AVAILABLE) > 0;
    }

    private AcquireDecider handOutOnce(
            StoredGroup group, OpenPartition partition, DeliveryOptions options, Acquire request) {
        LogView log = logOf(group, partition, options);
        RowChanges out = new RowChanges(group, nowMs);
        Failures failures = new Failures(options, out);
        int known = group.members().numberOf(request.member());
        int member = known == Members.NOBODY ? group.members().nextNumber() : known;
        AcquireDecider decider =
                new AcquireDecider(group, log, new AcquireDecider.Order(request, member, options), out, failures);
        List<Run> runs = decider.decide();
        if (!runs.isEmpty() && known == Members.NOBODY) {
            makeRoomForMember(group);
            emit(DeliveryEvents.memberAdded(group, member, request.member()));
        }
        emit(out);
        givenUp(group, partition, failures);
        long records = runs.stream()
                .mapToLong(run -> run.lastOffset() - run.firstOffset() + 1)
                .sum();
        slot.counters().delivered.add(records);
        if (decider.redelivered() > 0) {
            slot.counters().redelivered.add(decider.redelivered());
            slot.desk(group).countRedelivered(decider.redelivered());
        }
        return decider;
    }

    private LogView logOf(StoredGroup group, OpenPartition partition, DeliveryOptions options) {
        boolean withKeys = options.ordering() == Ordering.KEY;
        Desk desk = withKeys ? slot.desk(group) : slot.deskIfAny(group);
        return desk == null ? partition : desk.knownSpans().over(partition, withKeys);
    }

    /** What is scheduled from now on is scheduled by the clock of now; what is already, by that of then. */
    private void keepClock(StoredGroup group, OpenPartition partition) {
        if (partition.hasDelays() && group.rows().scheduledRecords() == 0) {
            setClock(group, partition);
        }
    }

    /** The wall clock went on while nobody led, or was set. */
    void setClock(StoredGroup group, OpenPartition partition) {
        long wallOffsetMs = partition.wallMs() - nowMs;
        if (Math.abs(wallOffsetMs - group.wallOffsetMs()) > CLOCK_STEP_MS) {
            emit(DeliveryEvents.clockSet(group, wallOffsetMs));
        }
    }

    /** Members that came and went without a word leave their names behind. */
    private void makeRoomForMember(StoredGroup group) {
        if (group.members().count() < MEMBERS_MAX) {
            return;
        }
        Set<Integer> idle = new HashSet<>(group.members().numbers());
        RowTable rows = group.rows();
        for (long at = rows.first(); at != RowTable.NOWHERE; at = rows.next(at)) {
            idle.remove(rows.member(at));
        }
        emit(DeliveryEvents.membersForgotten(group, new ArrayList<>(idle)));
    }

    /** Counts what was given up, and sees to its dead letters. */
    void givenUp(StoredGroup group, OpenPartition partition, Failures failures) {
        long records = failures.settledRecords();
        for (Failures.GivenUp each : failures.givenUp()) {
            records += each.lastOffset() - each.firstOffset() + 1;
        }
        if (records > 0) {
            slot.counters().givenUp.add(records);
            slot.desk(group).countDeadLetters(records);
        }
        if (!failures.givenUp().isEmpty()) {
            slot.deadLetters().take(group, partition, failures.givenUp());
        }
    }

    /** Serves who waits for the group, in their order, as far as there is something. */
    void serve(StoredGroup group, OpenPartition partition, Hints hints) {
        Desk desk = slot.deskIfAny(group);
        if (desk == null || !desk.hasWaiters()) {
            return;
        }
        DeliveryOptions options =
                partition.options(group.id().kind(), group.id().name());
        boolean goesOn = true;
        Desk.Parked next = desk.next();
        while (goesOn && next != null) {
            goesOn = serve(group, partition, options, hints, next);
            if (goesOn) {
                desk.served();
                next = desk.next();
            }
        }
        desk.callAwaiting(workBytes(group, partition, options));
    }

    /** Whether the request is done with. */
    private boolean serve(
            StoredGroup group, OpenPartition partition, DeliveryOptions options, Hints hints, Desk.Parked parked) {
        if (parked.isOver(nowMs)) {
            parked.answerEmpty(options.lockMs());
            return true;
        }
        long before = group.position();
        AcquireDecider attempt = handOut(group, partition, options, parked.request());
        if (!attempt.runs().isEmpty()) {
            answerWith(attempt.runs(), options, parked.answer());
            lookAhead(group, partition, options);
            return true;
        }
        if (attempt.needsLog() && (hints.mayTryAgain() || group.position() > before)) {
            Hints next = hints.next(group.position() > before);
            int number = group.number();
            lookUp(
                    group,
                    partition,
                    options,
                    () -> partition.runner().submit(slot, new GroupListener.Wake(number, next)));
        }
        return false;
    }

    /** About how many bytes an acquire may find; 0 if it finds nothing. */
    static long workBytes(StoredGroup group, LogView log, DeliveryOptions options) {
        RowTable rows = group.rows();
        boolean isBlocked = options.ordering() == Ordering.PARTITION
                && rows.records(RowState.ACQUIRED) + rows.records(RowState.HELD) + rows.records(RowState.DELAYED) > 0;
        if (isBlocked) {
            return 0;
        }
        boolean mayTakeMore = (options.pendingMax() == 0 || rows.pendingRecords() < options.pendingMax())
                && rows.records(RowState.BLOCKED) < AcquireDecider.BLOCKED_MAX;
        long newRecords = log.endOffset() - Math.max(group.position(), log.startOffset());
        long records = rows.records(RowState.AVAILABLE) + (mayTakeMore ? Math.max(0, newRecords) : 0);
        return records * Math.max(1, log.bytesPerRecord());
    }

    /** Brings what time brings; answers false if the entry is full before all is done. */
    boolean expire(StoredGroup group, OpenPartition partition) {
        DeliveryOptions options =
                partition.options(group.id().kind(), group.id().name());
        boolean isDone = false;
        while (!isDone && decision.hasRoom()) {
            List<Row> due = new ArrayList<>();
            group.rows().due(nowMs, row -> {
                due.add(row);
                return due.size() < ReturnDecider.ROWS_MAX;
            });
            RowChanges out = new RowChanges(group, nowMs);
            Failures failures = new Failures(options, out);
            ReturnDecider.expire(due, failures);
            emit(out);
            givenUp(group, partition, failures);
            slot.counters().expired.add(due.stream().mapToLong(Row::length).sum());
            group.rows().recountDue(nowMs);
            isDone = group.rows().dueMs() > nowMs;
        }
        Desk desk = slot.deskIfAny(group);
        if (desk != null) {
            desk.dismiss(nowMs, options.lockMs());
        }
        serve(group, partition, Hints.NONE);
        return isDone;
    }
}
