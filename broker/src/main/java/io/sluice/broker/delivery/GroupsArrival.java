package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.CommandRunner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Groups on their way into a slot of another shard, as the events that any group could have come to be by: a portion in each
 * decision, since one may have a million rows. Times go by the clock of the new shard; what a leader had handed out that is void
 * for the next is so here too. One is made for each attempt. Shard's apply thread, after it is made.
 */
final class GroupsArrival {
    private static final int PORTION_BYTES = 256 << 10;

    /** About what its beginning takes, and that of each member, beside its name. */
    private static final int OPENING_BYTES = 64;

    private final CommandRunner runner;
    private final List<StoredGroup> groups;
    private final long leftAtMs;
    private long arrivedAtMs;
    private int at;
    private boolean isOpened;
    private long nextOffset;
    private long portionBytes;

    /** Of groups that are nobody else's, as they were at that time of their old shard. */
    GroupsArrival(CommandRunner runner, List<StoredGroup> groups, long leftAtMs) {
        this.runner = runner;
        this.groups = groups;
        this.leftAtMs = leftAtMs;
    }

    /** Forgets what an attempt before left, and begins. */
    void begin(SlotTurn turn, Predicate<DeliveryGroup> isReplaced, CompletableFuture<ErrorCode> answer) {
        arrivedAtMs = turn.nowMs();
        GroupCalls.forget(turn, isReplaced);
        if (turn.slot().state().all().size() + groups.size() > SlotTurn.GROUPS_MAX) {
            turn.answer(answer, ErrorCode.GROUP_MAX_SIZE_REACHED);
        } else {
            goOn(turn, answer);
        }
    }

    private void goOn(SlotTurn turn, CompletableFuture<ErrorCode> answer) {
        portionBytes = 0;
        while (at < groups.size() && portionBytes < PORTION_BYTES) {
            Optional<StoredGroup> arrived = arrived(turn);
            if (arrived.isEmpty()) {
                // Its topic was deleted, or an event was lost with the leadership.
                answer.complete(ErrorCode.NOT_LEADER_OR_FOLLOWER);
                return;
            }
            putRows(turn, arrived.get(), groups.get(at));
        }
        if (at == groups.size()) {
            turn.answer(answer, ErrorCode.NONE);
        } else {
            runner.submit(turn.slot(), new SlotCommand<>(this::goOn, Function.identity(), answer));
        }
    }

    /** The group under way, with its members. */
    private Optional<StoredGroup> arrived(SlotTurn turn) {
        StoredGroup left = groups.get(at);
        if (!isOpened) {
            turn.emit(DeliveryEvents.opened(turn.slot().state().nextNumber(), left.id(), left.position()));
            isOpened = true;
            nextOffset = 0;
            portionBytes += OPENING_BYTES;
            Optional.ofNullable(turn.slot().state().find(left.id())).ifPresent(group -> putMembers(turn, group, left));
        }
        return Optional.ofNullable(turn.slot().state().find(left.id()));
    }

    private void putMembers(SlotTurn turn, StoredGroup group, StoredGroup left) {
        if (left.rows().scheduledRecords() > 0) {
            turn.emit(DeliveryEvents.clockSet(group, left.wallOffsetMs() + leftAtMs - arrivedAtMs));
        }
        for (int number : left.members().numbers()) {
            String name = left.members().nameOf(number).orElse("");
            turn.emit(DeliveryEvents.memberAdded(group, number, name));
            portionBytes += OPENING_BYTES + name.length();
        }
    }

    private void putRows(SlotTurn turn, StoredGroup group, StoredGroup left) {
        RowChanges out = new RowChanges(group, arrivedAtMs);
        RowTable rows = left.rows();
        long place = rows.isEmpty() ? RowTable.NOWHERE : rows.seek(nextOffset);
        while (place != RowTable.NOWHERE && out.lengthBytes() < PORTION_BYTES) {
            Row row = rows.row(place);
            put(out, row, group.id().kind());
            nextOffset = row.last() + 1;
            place = rows.next(place);
        }
        portionBytes += out.lengthBytes();
        if (!out.isEmpty()) {
            // As they are: what waits for its key must not go before the rest is here.
            turn.emit(out.take());
        }
        if (place == RowTable.NOWHERE) {
            turn.slot().arrived(group, turn.nowMs());
            isOpened = false;
            at++;
        }
    }

    private void put(RowChanges out, Row row, DeliveryKind kind) {
        long timeMs = Math.max(0, row.timeMs() - leftAtMs + arrivedAtMs);
        boolean isVoid = kind == DeliveryKind.SHARE && row.state() == RowState.ACQUIRED;
        boolean isRipe =
                row.state() == RowState.DELAYED && row.member() != Members.THE_CLOCK && row.timeMs() <= leftAtMs;
        if (isVoid) {
            out.putAs(row, RowState.AVAILABLE, Members.NOBODY, arrivedAtMs, row.count());
        } else {
            out.putAs(row, isRipe ? RowState.AVAILABLE : row.state(), row.member(), timeMs, row.count());
        }
    }
}
