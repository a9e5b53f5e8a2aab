package io.sluice.broker.delivery;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings given-up records into the dead-letter topic: reads them off the shard's thread, one job at a time per group, then
 * settles and appends in one entry, or settles what was appended in another shard. What is to be done is what the rows say;
 * only the reasons that members gave are kept here. Owner: the shard's apply thread.
 *
 * <pre>
 *   row DEAD_LETTERING ──read──► prepared ──row still there──► settled + appended, one entry
 *          ▲                        │
 *          └──── later, or the row changed meanwhile
 * </pre>
 */
final class DeadLetterDesk {
    private static final long RETRY_MS = 1_000;
    private static final int REASONS_MAX = 10_000;

    private final DeliverySlot slot;
    private final Map<Integer, Work> works = new HashMap<>();

    /** Of one group. */
    private static final class Work {
        private final TreeMap<Long, String> reasons = new TreeMap<>();
        private boolean isUnderWay;
        /** Records up to here may have letters that somebody wrote who could not say so. */
        private long unsureUntil = -1;

        private long retryMs = Long.MAX_VALUE;
    }

    DeadLetterDesk(DeliverySlot slot) {
        this.slot = slot;
    }

    /** There are rows to be brought; {@code givenUp} may have what their members said. */
    void take(StoredGroup group, OpenPartition partition, List<Failures.GivenUp> givenUp) {
        Work work = works.computeIfAbsent(group.number(), number -> new Work());
        if (slot.takeLeftOver(group) && !group.rows().isEmpty()) {
            // Perhaps the last leader wrote some of it.
            work.unsureUntil = group.rows().lastOffset();
        }
        for (Failures.GivenUp each : givenUp) {
            if (!each.reason().isEmpty() && work.reasons.size() < REASONS_MAX) {
                work.reasons.put(each.firstOffset(), each.reason());
            }
        }
        begin(group, partition, work);
    }

    private void begin(StoredGroup group, OpenPartition partition, Work work) {
        if (work.isUnderWay || work.retryMs != Long.MAX_VALUE) {
            return;
        }
        List<Failures.GivenUp> records = next(group, work);
        if (records.isEmpty()) {
            works.remove(group.number());
            return;
        }
        work.isUnderWay = true;
        boolean mayBeWritten = records.getFirst().firstOffset() <= work.unsureUntil;
        DeadLetterJob job = new DeadLetterJob(group.id(), records, mayBeWritten);
        int number = group.number();
        partition.prepare(job, prepared -> partition.runner().submit(slot, new Write(this, number, prepared)));
    }

    private static List<Failures.GivenUp> next(StoredGroup group, Work work) {
        List<Failures.GivenUp> records = new ArrayList<>();
        RowTable rows = group.rows();
        long count = rows.records(RowState.DEAD_LETTERING) == 0 ? DeadLetterJob.RECORDS_MAX : 0;
        long endOffset = Long.MAX_VALUE;
        for (long at = rows.first(); at != RowTable.NOWHERE && count < DeadLetterJob.RECORDS_MAX; at = rows.next(at)) {
            if (rows.offset(at) >= endOffset) {
                return records;
            }
            if (rows.state(at) == RowState.DEAD_LETTERING) {
                if (records.isEmpty()) {
                    endOffset = rows.offset(at) + DeadLetterJob.OFFSETS_MAX;
                }
                long last = Math.min(rows.last(at), rows.offset(at) + DeadLetterJob.RECORDS_MAX - count - 1);
                Map.Entry<Long, String> reason = work.reasons.floorEntry(rows.offset(at));
                records.add(new Failures.GivenUp(
                        rows.offset(at),
                        last,
                        rows.count(at),
                        Cause.of(rows.member(at)),
                        reason == null || reason.getKey() < rows.offset(at) ? "" : reason.getValue()));
                count += last - rows.offset(at) + 1;
            }
        }
        return records;
    }

    /** When something is to be tried again. */
    long retryMs() {
        long earliest = Long.MAX_VALUE;
        for (Work work : works.values()) {
            earliest = Math.min(earliest, work.retryMs);
        }
        return earliest;
    }

    /** Tries again what is due. */
    void retry(long nowMs) {
        for (Map.Entry<Integer, Work> each : List.copyOf(works.entrySet())) {
            StoredGroup group = slot.state().find(each.getKey());
            OpenPartition partition = group == null ? null : slot.partitions().find(group.id());
            if (each.getValue().retryMs <= nowMs) {
                each.getValue().retryMs = Long.MAX_VALUE;
                if (group == null) {
                    works.remove(each.getKey());
                } else if (partition == null) {
                    // Sealed, and perhaps taken back: then nobody else knows of it.
                    later(each.getValue(), nowMs);
                } else {
                    begin(group, partition, each.getValue());
                }
            }
        }
    }

    /** This node leads no more. */
    void clear() {
        works.clear();
    }

    private void later(Work work, long nowMs) {
        work.retryMs = nowMs + RETRY_MS;
        slot.noteDeadline(work.retryMs);
    }

    /** The prepared letters, to be written if nothing has changed. */
    private record Write(DeadLetterDesk desk, int number, DeadLetterJob.Prepared prepared)
            implements Command<DeliverySlot> {
        @Override
        public void decide(DeliverySlot slot, Decision decision, long nowMs) {
            Work work = desk.works.get(number);
            StoredGroup group = slot.state().find(number);
            OpenPartition partition = group == null ? null : slot.partitions().find(group.id());
            if (work == null || group == null) {
                desk.works.remove(number);
            } else if (partition == null || prepared.records().isEmpty()) {
                work.isUnderWay = false;
                desk.later(work, nowMs);
            } else if (!isUnchanged(group)) {
                work.isUnderWay = false;
                desk.begin(group, partition, work);
            } else if (prepared.sending().isPresent()) {
                send(prepared.sending().get(), partition, decision, nowMs);
            } else {
                desk.settle(group, prepared, decision, nowMs);
                slot.turn(decision, nowMs).serve(group, partition, Hints.NONE);
            }
        }

        /** Only what is given up for good may be written where it cannot be taken back. */
        private void send(DeadLetterJob.Sending sending, OpenPartition partition, Decision decision, long nowMs) {
            decision.afterCommit(
                    () -> sending.send(error ->
                            partition.runner().submit(desk.slot, new Sent(desk, number, prepared.records(), error))),
                    reason -> desk.failed(number, prepared.records(), nowMs));
        }

        private boolean isUnchanged(StoredGroup group) {
            return prepared.records().stream().allMatch(each -> isDeadLettering(group, each));
        }

        @Override
        public void refused(ErrorCode reason) {
            // The next leader finds the rows.
        }
    }

    private static boolean isDeadLettering(StoredGroup group, Failures.GivenUp each) {
        RowTable rows = group.rows();
        long at = rows.seek(each.firstOffset());
        return at != RowTable.NOWHERE
                && rows.offset(at) <= each.firstOffset()
                && rows.last(at) >= each.lastOffset()
                && rows.state(at) == RowState.DEAD_LETTERING;
    }

    /** Letters were written elsewhere, or nobody knows. */
    private record Sent(DeadLetterDesk desk, int number, List<Failures.GivenUp> records, ErrorCode error)
            implements Command<DeliverySlot> {
        @Override
        public void decide(DeliverySlot slot, Decision decision, long nowMs) {
            StoredGroup group = slot.state().find(number);
            OpenPartition partition = group == null ? null : slot.partitions().find(group.id());
            if (error != ErrorCode.NONE || group == null || partition == null) {
                desk.failed(number, records, nowMs);
                return;
            }
            List<Failures.GivenUp> left = records.stream()
                    .filter(each -> isDeadLettering(group, each))
                    .toList();
            desk.settle(group, DeadLetterJob.Prepared.written(left), decision, nowMs);
            slot.turn(decision, nowMs).serve(group, partition, Hints.NONE);
        }

        @Override
        public void refused(ErrorCode reason) {
            // The next leader finds the rows, and the letters.
        }
    }

    private void settle(StoredGroup group, DeadLetterJob.Prepared prepared, Decision decision, long nowMs) {
        RowChanges out = new RowChanges(group, nowMs);
        long records = 0;
        for (Failures.GivenUp each : prepared.records()) {
            out.settle(each.firstOffset(), each.lastOffset());
            records += each.lastOffset() - each.firstOffset() + 1;
        }
        if (!out.isEmpty()) {
            decision.emit(out.take());
        }
        prepared.append().ifPresent(decision::append);
        int number = group.number();
        long written = records;
        decision.afterCommit(
                () -> written(number, written, nowMs), reason -> failed(number, prepared.records(), nowMs));
    }

    private void written(int number, long records, long nowMs) {
        slot.counters().deadLetters.add(records);
        Work work = works.get(number);
        StoredGroup group = slot.state().find(number);
        OpenPartition partition = group == null ? null : slot.partitions().find(group.id());
        if (work == null || group == null) {
            works.remove(number);
            return;
        }
        work.isUnderWay = false;
        if (partition == null) {
            later(work, nowMs);
            return;
        }
        work.reasons
                .headMap(group.rows().isEmpty() ? Long.MAX_VALUE : group.rows().firstOffset())
                .clear();
        begin(group, partition, work);
    }

    private void failed(int number, List<Failures.GivenUp> records, long nowMs) {
        Work work = works.get(number);
        if (work != null) {
            work.isUnderWay = false;
            if (!records.isEmpty()) {
                work.unsureUntil = Math.max(work.unsureUntil, records.getLast().lastOffset());
            }
            later(work, nowMs);
        }
    }
}
