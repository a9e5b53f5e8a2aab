package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Run;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what a member gets: first what came back, lowest offset first, then new records from the position on. Reads the
 * state, writes changes; used for one decision.
 *
 * <p>In a group ordered by key a record goes only if no other of its key is under way, and none is before it: it becomes a row
 * that is blocked, and others flow around it. {@link SlotTurn} frees it when those before it are done.
 *
 * <p>What fails again and again comes back in smaller pieces, as in Kafka (KIP-932), so that one bad record does not take a
 * whole batch with it: whole until half of the attempts, then half as much with each attempt, at the last one record.
 */
final class AcquireDecider {
    private static final int WHOLE_ATTEMPTS_MIN = 2;

    /** So many records may wait for others of their key; the group gets nothing new then. */
    static final int BLOCKED_MAX = 20_000;

    /** An entry has so much room: what is to be given up or forgotten beyond it is left to the next decision. */
    private static final int CHANGES_MAX = 10_000;

    private final StoredGroup group;
    private final LogView log;
    private final Order order;
    private final RowChanges out;
    private final Failures failures;
    private final List<Run> runs = new ArrayList<>();
    private long records;
    private long bytes;
    private long redelivered;
    private long newRecords;
    private long blocked;
    private int changes;
    private final Set<Long> keysTaken = new HashSet<>();
    private boolean needsLog;
    private boolean isThrottled;

    /**
     * What is asked.
     *
     * @param recordsMax most records
     * @param bytesMax about so many bytes
     * @param limit what happens at the most records
     * @param member number of the member
     * @param options of the group, now
     */
    record Order(int recordsMax, int bytesMax, Limit limit, int member, DeliveryOptions options) {
        Order(Acquire request, int member, DeliveryOptions options) {
            this(request.recordsMax(), request.bytesMax(), request.limit(), member, options);
        }
    }

    AcquireDecider(StoredGroup group, LogView log, Order order, RowChanges out, Failures failures) {
        this.group = group;
        this.log = log;
        this.order = order;
        this.out = out;
        this.failures = failures;
    }

    /** What the member gets; empty if there is nothing for it now. */
    List<Run> decide() {
        forgetBelowStart(group, log, out);
        if (order.options().ordering() == Ordering.PARTITION && isSomethingOnItsWay()) {
            return runs;
        }
        takeReturned();
        boolean mustWait = order.options().ordering() == Ordering.PARTITION && !runs.isEmpty();
        if (!mustWait && !isThrottled) {
            takeNew();
        }
        return runs;
    }

    /** As {@link #decide} answered. */
    List<Run> runs() {
        return runs;
    }

    /** Whether the log must be read before more can be said. */
    boolean needsLog() {
        return needsLog;
    }

    /** Whether rows became something else that nobody got: the next attempt may find what this one did not. */
    boolean hasProgress() {
        return changes > 0;
    }

    /** Records among the runs that were delivered before. */
    long redelivered() {
        return redelivered;
    }

    /** Records that retention took are settled; dead letters tell that their record is gone. */
    static void forgetBelowStart(StoredGroup group, LogView log, RowChanges out) {
        long start = log.startOffset();
        RowTable rows = group.rows();
        int changes = 0;
        for (long at = rows.first(); isBelow(rows, at, start) && changes < CHANGES_MAX; at = rows.next(at)) {
            if (rows.state(at) != RowState.DEAD_LETTERING) {
                out.settle(rows.offset(at), Math.min(rows.last(at), start - 1));
                changes++;
            }
        }
        if (out.position() < start) {
            out.moveTo(start);
        }
    }

    private static boolean isBelow(RowTable rows, long at, long start) {
        return at != RowTable.NOWHERE && rows.offset(at) < start;
    }

    private boolean isSomethingOnItsWay() {
        RowTable rows = group.rows();
        return rows.records(RowState.ACQUIRED) + rows.records(RowState.HELD) + rows.records(RowState.DELAYED) > 0;
    }

    private boolean isOrderedByKey() {
        return order.options().ordering() == Ordering.KEY;
    }

    private void takeReturned() {
        RowTable rows = group.rows();
        long at = rows.nextReady(log.startOffset());
        while (at != RowTable.NOWHERE && hasRoom() && !isThrottled && changes < CHANGES_MAX) {
            Row row = rows.row(at);
            takeReturned(RowTable.part(row, Math.max(row.offset(), log.startOffset()), row.last()));
            at = rows.nextReady(row.last() + 1);
        }
    }

    private void takeReturned(Row row) {
        if (failures.isExhausted(row.count())) {
            failures.giveUp(row, Cause.ABANDONED, "");
            changes++;
            return;
        }
        if (isOrderedByKey() && row.key() != KeyHashes.NONE && mayNotGo(row)) {
            out.putAs(row, RowState.BLOCKED, Members.NOBODY, out.nowMs(), row.count());
            changes++;
            return;
        }
        int length = throttled(row);
        isThrottled = length < row.length();
        if (order.limit() == Limit.EXACT) {
            length = (int) Math.min(length, order.recordsMax() - records);
        }
        Row taken = RowTable.part(row, row.offset(), row.offset() + length - 1);
        hold(taken, taken.count() + 1);
        redelivered += row.count() > 0 ? length : 0;
        bytes += (long) length * log.bytesPerRecord();
    }

    /** How much of the row may go with its next attempt. */
    private int throttled(Row row) {
        int attemptsMax = order.options().attemptsMax();
        int wholeUntil = Math.max(WHOLE_ATTEMPTS_MIN, (attemptsMax + 1) / 2);
        if (attemptsMax == 0 || row.count() < wholeUntil) {
            return row.length();
        }
        return row.count() == attemptsMax - 1 ? 1 : Math.max(1, row.length() >> (row.count() - wholeUntil + 1));
    }

    private void hold(Row row, int count) {
        long lockMs = order.options().lockMs();
        if (lockMs > 0) {
            out.putAs(row, RowState.ACQUIRED, order.member(), out.nowMs() + lockMs, count);
        } else {
            out.putAs(row, RowState.HELD, order.member(), out.nowMs(), count);
        }
        runs.add(new Run(row.offset(), row.last(), count));
        records += row.length();
        if (row.key() != KeyHashes.NONE) {
            keysTaken.add(row.key());
        }
    }

    /** Whether another record of the row's key is under way, or comes first. */
    private boolean mayNotGo(Row row) {
        return keysTaken.contains(row.key()) || group.rows().keys().holdsBack(row.key(), row.offset());
    }

    private void takeNew() {
        if (!mayTakeMore() || out.position() >= log.endOffset()) {
            return;
        }
        int bytesLeft = (int) Math.max(0, order.bytesMax() - bytes);
        LogView.Spans spans = log.spans(out.position(), bytesLeft);
        needsLog = spans.isCold();
        for (LogView.BatchSpan span : spans.batches()) {
            if (!mayTakeMore() || !runs.isEmpty() && bytes + span.lengthBytes() > order.bytesMax()) {
                return;
            }
            if (isOrderedByKey() && span.keys().length > 0) {
                takeKeyed(span);
            } else if (span.dueMs().length == 0) {
                takeNew(Math.max(span.firstOffset(), out.position()), span.lastOffset());
            } else {
                takeDue(span);
            }
            bytes += runs.isEmpty() ? 0 : span.lengthBytes();
        }
        // What compaction left no record of has no batch either.
        boolean isThrough = spans.batches().isEmpty()
                || out.position() > spans.batches().getLast().lastOffset();
        if (isThrough && spans.untilOffset() > out.position()) {
            out.moveTo(spans.untilOffset());
        }
        // Nothing but records whose time has not come: there is more behind them.
        needsLog |= runs.isEmpty() && out.position() > group.position() && out.position() < log.endOffset();
    }

    /** New records of one batch; rows may be there already, if somebody put them above the position. */
    private void takeNew(long first, long last) {
        long end = order.limit() == Limit.EXACT ? Math.min(last, first + order.recordsMax() - records - 1) : last;
        RowTable rows = group.rows();
        long from = first;
        long at = rows.seek(first);
        while (from <= end) {
            boolean isFree = at == RowTable.NOWHERE || rows.offset(at) > from;
            long to = at == RowTable.NOWHERE ? end : Math.min(end, isFree ? rows.offset(at) - 1 : rows.last(at));
            if (isFree) {
                hold(new Row(from, (int) (to - from + 1), RowState.AVAILABLE, Members.NOBODY, 0, 0), 1);
                newRecords += to - from + 1;
            } else {
                at = rows.next(at);
            }
            from = to + 1;
        }
        out.moveTo(end + 1);
    }

    /** New records of a batch of which some must wait for their time: these get rows of their own and are nobody's yet. */
    private void takeDue(LogView.BatchSpan span) {
        long from = Math.max(span.firstOffset(), out.position());
        while (from <= span.lastOffset() && records < order.recordsMax()) {
            long dueMs = waitsUntil(span, from);
            long to = from;
            while (to < span.lastOffset() && waitsUntil(span, to + 1) == dueMs) {
                to++;
            }
            if (dueMs == 0) {
                takeNew(from, to);
            } else {
                out.put(from, to, RowState.DELAYED, Members.THE_CLOCK, dueMs - group.wallOffsetMs(), 0);
                out.moveTo(to + 1);
            }
            from = out.position();
        }
    }

    /** New records of a batch one by one: each has a row of its own, with its key. */
    private void takeKeyed(LogView.BatchSpan span) {
        int firstRun = runs.size();
        while (out.position() <= span.lastOffset() && records < order.recordsMax() && mayTakeMore()) {
            long offset = Math.max(span.firstOffset(), out.position());
            long at = group.rows().seek(offset);
            if (at == RowTable.NOWHERE || group.rows().offset(at) > offset) {
                takeKeyed(new Row(
                        offset,
                        1,
                        RowState.AVAILABLE,
                        Members.NOBODY,
                        waitsUntil(span, offset),
                        0,
                        0,
                        span.key(offset)));
            }
            out.moveTo(offset + 1);
        }
        joinRuns(firstRun);
    }

    private void takeKeyed(Row row) {
        boolean hasKey = row.key() != KeyHashes.NONE;
        if (row.timeMs() > 0) {
            out.putAs(row, RowState.DELAYED, Members.THE_CLOCK, row.timeMs() - group.wallOffsetMs(), 0);
        } else if (hasKey
                && (keysTaken.contains(row.key()) || group.rows().keys().hasAny(row.key()))) {
            out.putAs(row, RowState.BLOCKED, Members.NOBODY, out.nowMs(), 0);
            blocked++;
        } else {
            hold(row, 1);
            newRecords++;
        }
    }

    /** Neighbours of one batch are told as one. */
    private void joinRuns(int from) {
        List<Run> single = List.copyOf(runs.subList(from, runs.size()));
        runs.subList(from, runs.size()).clear();
        for (Run run : single) {
            Run last = runs.size() > from ? runs.getLast() : null;
            if (last != null && last.lastOffset() + 1 == run.firstOffset()) {
                runs.set(runs.size() - 1, new Run(last.firstOffset(), run.lastOffset(), 1));
            } else {
                runs.add(run);
            }
        }
    }

    private long waitsUntil(LogView.BatchSpan span, long offset) {
        long dueMs = span.dueMs(offset);
        return dueMs <= log.wallMs() ? 0 : dueMs;
    }

    private boolean hasRoom() {
        return records < order.recordsMax() && (runs.isEmpty() || bytes < order.bytesMax());
    }

    /** What came back counts as unsettled already, what nobody had yet does not. */
    private boolean mayTakeMore() {
        int pendingMax = order.options().pendingMax();
        boolean mayHoldMore = pendingMax == 0 || group.rows().pendingRecords() + newRecords < pendingMax;
        return hasRoom() && mayHoldMore && group.rows().records(RowState.BLOCKED) + blocked < BLOCKED_MAX;
    }
}
