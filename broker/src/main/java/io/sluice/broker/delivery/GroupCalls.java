package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.broker.delivery.LogView.BatchSpan;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Every call but the handing out: each decides on one group in one turn. Shard's apply thread. */
final class GroupCalls {
    private GroupCalls() {}

    private static DeliveryOptions options(OpenPartition partition, DeliveryGroup id) {
        return partition.options(id.kind(), id.name());
    }

    static void settle(
            SlotTurn turn,
            DeliveryGroup id,
            String member,
            List<Settlement> settlements,
            CompletableFuture<ErrorCode> answer) {
        OpenPartition partition = turn.slot().partitions().find(id);
        StoredGroup group = turn.slot().state().find(id);
        if (partition == null) {
            answer.complete(turn.slot().partitions().absence(id));
            return;
        }
        if (group == null) {
            answer.complete(ErrorCode.INVALID_RECORD_STATE);
            return;
        }
        DeliveryOptions options = options(partition, id);
        RowChanges out = new RowChanges(group, turn.nowMs());
        Failures failures = new Failures(options, out);
        SettleDecider decider = new SettleDecider(group, group.members().numberOf(member), options, out, failures);
        ErrorCode error = decider.decide(settlements, partition.startOffset());
        if (error == ErrorCode.NONE) {
            turn.emit(out);
            turn.givenUp(group, partition, failures);
            turn.slot().counters().acknowledged.add(decider.acknowledged());
            turn.serve(group, partition, Hints.NONE);
        }
        turn.answer(answer, error);
    }

    /** {@code before} records were released by earlier turns of the same call: a member may hold more than an entry takes. */
    static void releaseMember(
            SlotTurn turn, DeliveryGroup id, String member, long before, CompletableFuture<Result<Long>> answer) {
        OpenPartition partition = turn.slot().partitions().find(id);
        StoredGroup group = turn.slot().state().find(id);
        int number = group == null ? Members.NOBODY : group.members().numberOf(member);
        if (group != null && isElsewhere(turn, id)) {
            answer.complete(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER));
            return;
        }
        if (partition == null || group == null || number == Members.NOBODY) {
            turn.answer(answer, Result.of(before), Result::failed);
            return;
        }
        RowChanges out = new RowChanges(group, turn.nowMs());
        Failures failures = new Failures(options(partition, id), out);
        ReturnDecider.Released released = ReturnDecider.release(group, number, failures);
        long records = before + released.records();
        turn.emit(out);
        if (released.isAll()) {
            turn.emit(DeliveryEvents.membersForgotten(group, List.of(number)));
        }
        turn.givenUp(group, partition, failures);
        turn.serve(group, partition, Hints.NONE);
        if (released.isAll()) {
            turn.answer(answer, Result.of(records), Result::failed);
        } else {
            partition
                    .runner()
                    .submit(
                            turn.slot(),
                            new SlotCommand<>(
                                    (next, same) -> releaseMember(next, id, member, records, same),
                                    Result::failed,
                                    answer));
        }
    }

    static void open(SlotTurn turn, DeliveryGroup id, CompletableFuture<ErrorCode> answer) {
        new Call<>(id, Function.identity(), answer, (next, opened) -> next.answer(answer, ErrorCode.NONE))
                .decide(turn, Hints.NONE);
    }

    static void awaitWork(SlotTurn turn, DeliveryGroup id, long bytesMin, CompletableFuture<ErrorCode> answer) {
        Body body = (next, opened) -> {
            if (opened.workBytes() >= bytesMin) {
                answer.complete(ErrorCode.NONE);
            } else {
                Desk desk = next.slot().desk(opened.group());
                desk.await(answer, bytesMin);
                next.listen(opened.group(), desk, opened.partition());
            }
        };
        new Call<>(id, Function.identity(), answer, body).decide(turn, Hints.NONE);
    }

    static void workBytes(SlotTurn turn, DeliveryGroup id, CompletableFuture<Result<Long>> answer) {
        Body body = (next, opened) -> answer.complete(Result.of(opened.workBytes()));
        new Call<>(id, Result::failed, answer, body).decide(turn, Hints.NONE);
    }

    /** A group that is there, begun by this turn if need be. */
    private record Opened(OpenPartition partition, StoredGroup group, DeliveryOptions options) {
        long workBytes() {
            return SlotTurn.workBytes(group, partition, options);
        }
    }

    /** What a call does with its group. */
    private interface Body {
        void decide(SlotTurn turn, Opened opened);
    }

    /** A call that begins its group where that is not there, and comes again if its options or its start must be looked up first. */
    private record Call<A>(DeliveryGroup id, Function<ErrorCode, A> failed, CompletableFuture<A> answer, Body body) {
        void decide(SlotTurn turn, Hints hints) {
            OpenPartition partition = turn.slot().partitions().find(id);
            if (partition == null || !turn.hasRoomFor(id)) {
                ErrorCode error =
                        partition == null ? turn.slot().partitions().absence(id) : ErrorCode.GROUP_MAX_SIZE_REACHED;
                answer.complete(failed.apply(error));
                return;
            }
            Consumer<Hints> again = found -> partition
                    .runner()
                    .submit(turn.slot(), new SlotCommand<>((next, same) -> decide(next, found), failed, answer));
            if (!turn.mayBegin(id, partition, hints, again, error -> answer.complete(failed.apply(error)))) {
                return;
            }
            DeliveryOptions options = options(partition, id);
            StoredGroup group = turn.opened(id, partition, options, hints, again);
            if (group != null) {
                body.decide(turn, new Opened(partition, group, options));
            }
        }
    }

    static void reset(
            SlotTurn turn, DeliveryGroup id, DeliveryStart start, Hints hints, CompletableFuture<Result<Long>> answer) {
        OpenPartition partition = turn.slot().partitions().find(id);
        if (partition == null) {
            answer.complete(Result.failed(turn.slot().partitions().absence(id)));
            return;
        }
        Consumer<Hints> again = found -> partition
                .runner()
                .submit(
                        turn.slot(),
                        new SlotCommand<>((next, same) -> reset(next, id, start, found, same), Result::failed, answer));
        OptionalLong position = turn.locate(partition, start, hints, again);
        if (position.isEmpty()) {
            return;
        }
        StoredGroup group = turn.slot().state().find(id);
        if (group == null) {
            turn.emit(DeliveryEvents.opened(turn.slot().state().nextNumber(), id, position.getAsLong()));
        } else {
            turn.emit(DeliveryEvents.reset(group, position.getAsLong()));
            turn.serve(group, partition, Hints.NONE);
        }
        turn.answer(answer, Result.of(position.getAsLong()), Result::failed);
    }

    /** In a group that is ordered by key {@code keys} are what was looked up of the record, empty at first. */
    static void reopen(
            SlotTurn turn, DeliveryGroup id, long offset, List<BatchSpan> keys, CompletableFuture<ErrorCode> answer) {
        OpenPartition partition = turn.slot().partitions().find(id);
        StoredGroup group = turn.slot().state().find(id);
        if (partition == null || group == null) {
            answer.complete(partition == null ? turn.slot().partitions().absence(id) : ErrorCode.GROUP_ID_NOT_FOUND);
        } else if (offset < partition.startOffset() || offset >= partition.endOffset()) {
            answer.complete(ErrorCode.OFFSET_OUT_OF_RANGE);
        } else if (offset >= group.position() || group.rows().find(offset) != null) {
            answer.complete(ErrorCode.INVALID_RECORD_STATE);
        } else if (keys.isEmpty() && options(partition, id).ordering() == Ordering.KEY) {
            partition.load(
                    offset,
                    true,
                    spans -> partition
                            .runner()
                            .submit(
                                    turn.slot(),
                                    new SlotCommand<>(
                                            (next, same) -> reopen(next, id, offset, found(offset, spans), same),
                                            Function.identity(),
                                            answer)));
        } else {
            RowChanges out = new RowChanges(group, turn.nowMs());
            long key = keys.isEmpty() ? KeyHashes.NONE : keys.getFirst().key(offset);
            Row row = new Row(offset, 1, RowState.AVAILABLE, Members.NOBODY, turn.nowMs(), 0, 0, key);
            out.putAs(row, RowState.AVAILABLE, Members.NOBODY, turn.nowMs(), 0);
            turn.emit(out);
            turn.serve(group, partition, Hints.NONE);
            turn.answer(answer, ErrorCode.NONE);
        }
    }

    /** The batch that has the offset; one without keys if nobody can read it. */
    private static List<BatchSpan> found(long offset, LogView.Spans spans) {
        return List.of(spans.batches().stream()
                .filter(batch -> batch.firstOffset() <= offset && offset <= batch.lastOffset())
                .findFirst()
                .orElse(new BatchSpan(offset, offset, 0)));
    }

    static void delete(SlotTurn turn, DeliveryGroup id, CompletableFuture<ErrorCode> answer) {
        StoredGroup group = turn.slot().state().find(id);
        if (isElsewhere(turn, id)) {
            // What was deleted here would come with the partition all the same.
            answer.complete(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            return;
        }
        if (group == null) {
            answer.complete(ErrorCode.GROUP_ID_NOT_FOUND);
            return;
        }
        delete(turn, group, ErrorCode.GROUP_ID_NOT_FOUND);
        turn.answer(answer, ErrorCode.NONE);
    }

    private static boolean isElsewhere(SlotTurn turn, DeliveryGroup id) {
        Partitions partitions = turn.slot().partitions();
        return partitions.find(id) == null && partitions.absence(id) == ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    private static void delete(SlotTurn turn, StoredGroup group, ErrorCode reason) {
        turn.emit(DeliveryEvents.deleted(group));
        turn.slot().closeDesk(group, reason);
    }

    /** Forgets groups whose partitions are no more. */
    static void forget(SlotTurn turn, Predicate<DeliveryGroup> isGone, CompletableFuture<ErrorCode> answer) {
        forget(turn, isGone);
        turn.answer(answer, ErrorCode.NONE);
    }

    /** As the other, without an answer. */
    static void forget(SlotTurn turn, Predicate<DeliveryGroup> isGone) {
        for (StoredGroup group : List.copyOf(turn.slot().state().all())) {
            if (isGone.test(group.id())) {
                delete(turn, group, turn.slot().partitions().absence(group.id()));
            }
        }
    }

    static void describe(SlotTurn turn, DeliveryGroup id, CompletableFuture<Result<Description>> answer) {
        StoredGroup group = turn.slot().state().find(id);
        OpenPartition partition = turn.slot().partitions().find(id);
        ErrorCode absence = isElsewhere(turn, id) ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.GROUP_ID_NOT_FOUND;
        Result<Description> result = group == null || partition == null
                ? Result.failed(absence)
                : Result.of(description(turn, group, partition));
        turn.answer(answer, result, Result::failed);
    }

    static void list(SlotTurn turn, Predicate<DeliveryGroup> wanted, CompletableFuture<List<Description>> answer) {
        List<Description> found = new ArrayList<>();
        for (StoredGroup group : turn.slot().state().all()) {
            OpenPartition partition =
                    wanted.test(group.id()) ? turn.slot().partitions().find(group.id()) : null;
            if (partition != null) {
                found.add(description(turn, group, partition));
            }
        }
        turn.answer(answer, List.copyOf(found), error -> List.of());
    }

    private static Description description(SlotTurn turn, StoredGroup group, OpenPartition partition) {
        RowTable rows = group.rows();
        Desk desk = turn.slot().deskIfAny(group);
        return new Description(
                group.id(),
                group.position(),
                group.firstOpenOffset(),
                partition.endOffset(),
                rows.records(RowState.ACQUIRED) + rows.records(RowState.HELD),
                rows.records(RowState.AVAILABLE) + rows.records(RowState.BLOCKED),
                rows.records(RowState.DELAYED),
                rows.records(RowState.DEAD_LETTERING),
                oldestHeldMs(rows, options(partition, group.id()).lockMs(), turn.nowMs()),
                desk == null ? 0 : desk.redelivered(),
                desk == null ? 0 : desk.deadLetters());
    }

    /** Of the rows that a member has, or -1. */
    private static long oldestHeldMs(RowTable rows, long lockMs, long nowMs) {
        long earliest = Long.MAX_VALUE;
        for (long at = rows.first(); at != RowTable.NOWHERE; at = rows.next(at)) {
            if (RowState.isWithMember(rows.state(at))) {
                long sinceMs = rows.state(at) == RowState.ACQUIRED ? rows.timeMs(at) - lockMs : rows.timeMs(at);
                earliest = Math.min(earliest, sinceMs);
            }
        }
        return earliest == Long.MAX_VALUE ? -1 : Math.max(0, nowMs - earliest);
    }
}
