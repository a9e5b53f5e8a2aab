package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.DeliveryService.Settlement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a delivery group should be, record by record and without any thought of speed. */
final class NaiveGroup {
    /** A record that is open. */
    record Open(byte state, String member, long timeMs, int count) {}

    private final TreeMap<Long, Open> open = new TreeMap<>();
    private final Set<Long> dead = new HashSet<>();
    private long position;

    NaiveGroup(long position) {
        this.position = position;
    }

    NaiveGroup copy() {
        NaiveGroup copy = new NaiveGroup(position);
        copy.open.putAll(open);
        copy.dead.addAll(dead);
        return copy;
    }

    long position() {
        return position;
    }

    TreeMap<Long, Open> open() {
        return open;
    }

    /** Who has what nobody had yet. */
    static final String CLOCK = "the clock";

    /** Records that an acquire came upon before their time. */
    void scheduled(TreeMap<Long, Open> seen, SimulatedLog log, long wallOffsetMs, long nowMs) {
        seen.tailMap(position).forEach((offset, row) -> {
            if (row.member().equals(CLOCK) && !open.containsKey(offset)) {
                assertThat(log.dueMs(offset)).as("time of %d", offset).isGreaterThan(nowMs + wallOffsetMs);
                open.put(offset, new Open(RowState.DELAYED, CLOCK, log.dueMs(offset) - wallOffsetMs, 0));
            }
        });
    }

    /** A new leader: its wall clock went on. */
    void clockSet(SimulatedLog log, long wallOffsetMs, long nowMs) {
        open.replaceAll((offset, row) -> {
            long timeMs = log.dueMs(offset) - wallOffsetMs;
            byte state = timeMs <= nowMs ? RowState.AVAILABLE : RowState.DELAYED;
            return row.member().equals(CLOCK) ? new Open(state, CLOCK, timeMs, 0) : row;
        });
    }

    /** Records that an acquire put aside because others of their key come first. */
    void putAside(TreeMap<Long, Open> seen, SimulatedLog log, long nowMs) {
        seen.forEach((offset, row) -> {
            Open before = open.get(offset);
            boolean isNew = before == null && row.count() == 0 && row.member().isEmpty() && offset >= position;
            boolean isHeldBack =
                    before != null && before.state() == RowState.AVAILABLE && row.state() == RowState.BLOCKED;
            if ((isNew || isHeldBack) && row.state() == RowState.BLOCKED) {
                assertThat(seen.entrySet().stream().filter(other -> isBefore(other, offset, log)))
                        .as("why %d waits", offset)
                        .isNotEmpty();
            }
            if (isNew || isHeldBack) {
                assertThat(row.timeMs()).isEqualTo(nowMs);
                open.put(offset, row);
            } else if (before != null && isFreedAgain(before, row, nowMs)) {
                open.put(offset, row);
            }
        });
    }

    /** It was put aside for one before it that is gone in the same acquire: without attempts, or below the log's start. */
    private static boolean isFreedAgain(Open before, Open row, long nowMs) {
        return before.state() == RowState.AVAILABLE
                && row.state() == RowState.AVAILABLE
                && before.timeMs() != nowMs
                && row.timeMs() == nowMs;
    }

    /** Whether the other record holds this one back: it is of the same key, and before it or under way. */
    private static boolean isBefore(Map.Entry<Long, Open> other, long offset, SimulatedLog log) {
        byte state = other.getValue().state();
        boolean isNobodys = state == RowState.DEAD_LETTERING
                || state == RowState.DELAYED && other.getValue().member().equals(CLOCK);
        boolean isUnderWay = state == RowState.ACQUIRED || state == RowState.DELAYED;
        return other.getKey() != offset
                && log.key(offset) != KeyHashes.NONE
                && log.key(offset) == log.key(other.getKey())
                && !isNobodys
                && (isUnderWay || other.getKey() < offset);
    }

    /** Of each key of which nothing but blocked records is left, the first may go. */
    void free(SimulatedLog log, long nowMs) {
        Map<Long, Long> firstBlocked = new TreeMap<>();
        Set<Long> taken = new HashSet<>();
        open.forEach((offset, row) -> {
            boolean isNobodys = row.state() == RowState.DEAD_LETTERING
                    || row.state() == RowState.DELAYED && row.member().equals(CLOCK);
            if (row.state() == RowState.BLOCKED) {
                firstBlocked.putIfAbsent(log.key(offset), offset);
            } else if (!isNobodys) {
                taken.add(log.key(offset));
            }
        });
        firstBlocked.keySet().removeAll(taken);
        firstBlocked
                .values()
                .forEach(offset -> open.computeIfPresent(
                        offset, (same, row) -> new Open(RowState.AVAILABLE, "", nowMs, row.count())));
    }

    /** The record comes again. */
    void reopened(long offset, long nowMs) {
        open.put(offset, new Open(RowState.AVAILABLE, "", nowMs, 0));
    }

    /** Everything that was ever given up. */
    Set<Long> dead() {
        return dead;
    }

    private void giveUp(long offset, DeliveryOptions options, long nowMs) {
        Open row = open.remove(offset);
        if (options.deadLetters().isOn()) {
            assertThat(dead.add(offset)).as("given up once").isTrue();
            open.put(offset, new Open(RowState.DEAD_LETTERING, "", nowMs, row.count()));
        }
    }

    /** Its dead letter is written. */
    void buried(long offset) {
        Open row = open.remove(offset);
        assertThat(row).as("dead letter of %d", offset).isNotNull();
        assertThat(row.state()).as("dead letter of %d", offset).isEqualTo(RowState.DEAD_LETTERING);
    }

    /** Everything a member holds, in order. */
    List<Long> heldBy(String member) {
        return open.entrySet().stream()
                .filter(entry -> entry.getValue().state() == RowState.ACQUIRED
                        && entry.getValue().member().equals(member))
                .map(entry -> entry.getKey())
                .toList();
    }

    void forgetBelow(long start) {
        open.headMap(start).values().removeIf(row -> row.state() != RowState.DEAD_LETTERING);
        position = Math.max(position, start);
    }

    /** Checks what a member got and makes it so; answers the offsets. */
    List<Long> acquired(List<Run> runs, String member, DeliveryOptions options, SimulatedLog log, long nowMs) {
        List<Long> offsets = new ArrayList<>();
        long last = -1;
        for (Run run : runs) {
            for (long offset = run.firstOffset(); offset <= run.lastOffset(); offset++) {
                assertThat(offset).as("order").isGreaterThan(last);
                last = offset;
                take(offset, run.deliveryCount(), member, options, log, nowMs);
                offsets.add(offset);
            }
        }
        return offsets;
    }

    private void take(long offset, int count, String member, DeliveryOptions options, SimulatedLog log, long nowMs) {
        if (options.ordering() == Ordering.KEY) {
            giveUpExhausted(offset, options, nowMs);
            if (open.containsKey(offset) && open.get(offset).state() == RowState.BLOCKED) {
                // The same acquire found nothing at first but records without attempts.
                giveUpExhausted(Long.MAX_VALUE, options, nowMs);
                free(log, nowMs);
            }
            assertThat(open.entrySet().stream().filter(other -> isBefore(other, offset, log)))
                    .as("what comes before %d", offset)
                    .isEmpty();
        }
        Open before = open.get(offset);
        if (before == null) {
            assertThat(offset).as("what is settled does not come back").isGreaterThanOrEqualTo(position);
            assertThat(log.has(offset)).as("there is a record").isTrue();
            assertThat(count).isEqualTo(1);
            for (long skipped = position; skipped < offset; skipped++) {
                assertThat(log.has(skipped) && !open.containsKey(skipped))
                        .as("nothing is skipped")
                        .isFalse();
            }
            position = offset + 1;
        } else {
            assertThat(before.state()).as("only what is available").isEqualTo(RowState.AVAILABLE);
            assertThat(count).isEqualTo(before.count() + 1);
            giveUpExhausted(offset, options, nowMs);
            if (options.ordering() != Ordering.KEY) {
                // What this very decision frees may go with the next.
                assertThat(firstAvailable()).as("the lowest first").isEqualTo(offset);
            }
        }
        if (options.attemptsMax() > 0) {
            assertThat(count).as("attempts").isLessThanOrEqualTo(options.attemptsMax());
        }
        open.put(offset, new Open(RowState.ACQUIRED, member, nowMs + options.lockMs(), count));
    }

    private long firstAvailable() {
        return open.entrySet().stream()
                .filter(entry -> entry.getValue().state() == RowState.AVAILABLE)
                .mapToLong(entry -> entry.getKey())
                .min()
                .orElse(-1);
    }

    private void giveUpExhausted(long below, DeliveryOptions options, long nowMs) {
        List<Long> exhausted = open.headMap(below).entrySet().stream()
                .filter(entry -> isExhausted(entry.getValue(), options))
                .map(entry -> entry.getKey())
                .toList();
        exhausted.forEach(each -> giveUp(each, options, nowMs));
    }

    private static boolean isExhausted(Open each, DeliveryOptions options) {
        return each.state() == RowState.AVAILABLE && options.attemptsMax() > 0 && each.count() >= options.attemptsMax();
    }

    /** What an acquire may have given up on its way: only what has no attempt left. */
    void adoptGivenUp(TreeMap<Long, Open> seen, DeliveryOptions options, long nowMs) {
        for (long offset : List.copyOf(open.keySet())) {
            boolean isGone = !seen.containsKey(offset) || seen.get(offset).state() == RowState.DEAD_LETTERING;
            if (isExhausted(open.get(offset), options) && isGone) {
                giveUp(offset, options, nowMs);
            }
        }
    }

    void adoptPosition(long seen, SimulatedLog log) {
        for (long skipped = position; skipped < seen; skipped++) {
            assertThat(log.has(skipped) && !open.containsKey(skipped))
                    .as("nothing is lost")
                    .isFalse();
        }
        position = seen;
    }

    boolean maySettle(List<Settlement> settlements, String member, long start) {
        return settlements.stream().allMatch(each -> {
            for (long offset = Math.max(start, each.firstOffset()); offset <= each.lastOffset(); offset++) {
                Open row = open.get(offset);
                boolean isHeld = row != null
                        && row.state() == RowState.ACQUIRED
                        && row.member().equals(member);
                if (!isHeld) {
                    return false;
                }
            }
            return true;
        });
    }

    void settle(List<Settlement> settlements, DeliveryOptions options, long start, long nowMs) {
        for (Settlement each : settlements) {
            for (long offset = Math.max(start, each.firstOffset()); offset <= each.lastOffset(); offset++) {
                Open row = open.get(offset);
                switch (each.verdict()) {
                    case ACKNOWLEDGE, GAP -> open.remove(offset);
                    case REJECT -> giveUp(offset, options, nowMs);
                    case RELEASE -> fail(offset, options, each.delayMs(), nowMs);
                    case RENEW ->
                        open.put(
                                offset,
                                new Open(RowState.ACQUIRED, row.member(), nowMs + options.lockMs(), row.count()));
                }
            }
        }
    }

    private void fail(long offset, DeliveryOptions options, long delayMs, long nowMs) {
        Open row = open.get(offset);
        long waitMs = delayMs < 0 ? options.backoff().afterMs(row.count()) : delayMs;
        if (options.attemptsMax() > 0 && row.count() >= options.attemptsMax()) {
            giveUp(offset, options, nowMs);
        } else {
            byte state = waitMs > 0 ? RowState.DELAYED : RowState.AVAILABLE;
            open.put(offset, new Open(state, "", nowMs + waitMs, row.count()));
        }
    }

    void expire(DeliveryOptions options, long nowMs) {
        for (long offset : List.copyOf(open.keySet())) {
            Open row = open.get(offset);
            if (row.timeMs() <= nowMs && row.state() == RowState.DELAYED) {
                open.put(offset, new Open(RowState.AVAILABLE, row.member(), row.timeMs(), row.count()));
            } else if (row.timeMs() <= nowMs && row.state() == RowState.ACQUIRED) {
                fail(offset, options, -1, nowMs);
            }
        }
    }

    void release(String member, DeliveryOptions options, long nowMs) {
        heldBy(member).forEach(offset -> fail(offset, options, 0, nowMs));
    }

    /** Its shard is another one, whose clock says so much more. */
    void moved(long laterMs) {
        open.replaceAll((offset, row) -> new Open(row.state(), row.member(), row.timeMs() + laterMs, row.count()));
    }

    /** A new leader: what was held is available. */
    void voidAcquired(long nowMs) {
        open.replaceAll((offset, row) ->
                row.state() == RowState.ACQUIRED ? new Open(RowState.AVAILABLE, "", nowMs, row.count()) : row);
    }

    /** What the table has, in the same form. */
    static TreeMap<Long, Open> of(StoredGroup group) {
        TreeMap<Long, Open> seen = new TreeMap<>();
        RowTable rows = group.rows();
        for (long at = rows.first(); at != RowTable.NOWHERE; at = rows.next(at)) {
            boolean isDead = rows.state(at) == RowState.DEAD_LETTERING;
            boolean isClocks = rows.member(at) == Members.THE_CLOCK;
            String unheld = isClocks ? CLOCK : "";
            String member =
                    isDead ? "" : group.members().nameOf(rows.member(at)).orElse(unheld);
            for (long offset = rows.offset(at); offset <= rows.last(at); offset++) {
                seen.put(offset, new Open(rows.state(at), member, rows.timeMs(at), rows.count(at)));
            }
        }
        return seen;
    }
}
