package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.PendingEntry;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group of a stream with entry ids, as Redis has them: a position that is an id, and a table of the entries that were
 * handed out and not acknowledged, each with its consumer, time and count. No lock runs out: an entry stays with its consumer
 * until it is acknowledged, claimed by another, or given back.
 *
 * <pre>
 *   entry   1   2   3   4   5   6   7
 *           ·   p   ·   p   │                  p = pending (a row), · = acknowledged or never asked for
 *                       lastId  nextOffset     every entry before nextOffset has an id up to lastId, none behind it has
 * </pre>
 *
 * The stream's machine decides; what changes is a {@link GroupChanges} event. Rows are found by id, for the entry may be long
 * deleted. Times are wall time. Owner: the shard's apply thread.
 */
public final class EntryGroup {
    /** The number of entries read is not known. */
    public static final long UNKNOWN = -1;

    /** More consumers are not taken. */
    public static final int CONSUMERS_MAX = 100_000;

    private final String name;
    private final RowTable rows = new RowTable();
    private final TreeMap<String, EntryConsumer> consumers = new TreeMap<>();
    private final TreeMap<Integer, EntryConsumer> byNumber = new TreeMap<>();
    private EntryId lastId;
    private long nextOffset;
    private long entriesRead;

    /** Without consumers. */
    public EntryGroup(String name, EntryId lastId, long nextOffset, long entriesRead) {
        this.name = name;
        this.lastId = lastId;
        this.nextOffset = nextOffset;
        this.entriesRead = entriesRead;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** It has handed out up to here. */
    public EntryId lastId() {
        return lastId;
    }

    /** Offset of the first entry behind {@link #lastId}. */
    public long nextOffset() {
        return nextOffset;
    }

    /** How many entries lie up to {@link #lastId}; {@link #UNKNOWN}. */
    public long entriesRead() {
        return entriesRead;
    }

    /** How many entries are pending. */
    public long pendingCount() {
        return rows.rowCount();
    }

    /** How many consumers there are. */
    public int consumerCount() {
        return consumers.size();
    }

    /** Whether there is a consumer of that name. */
    public boolean hasConsumer(String consumer) {
        return consumers.containsKey(consumer);
    }

    /** How many entries the consumer has. */
    public long pendingCount(String consumer) {
        EntryConsumer found = consumers.get(consumer);
        return found == null ? 0 : found.pendingCount();
    }

    Collection<EntryConsumer> consumers() {
        return consumers.values();
    }

    RowTable rows() {
        return rows;
    }

    @Nullable
    EntryConsumer consumer(String consumer) {
        return consumers.get(consumer);
    }

    long activeMs(int number) {
        return consumer(number).activeMs();
    }

    int nextNumber() {
        return byNumber.isEmpty() ? 1 : byNumber.lastKey() + 1;
    }

    /** Told of every consumer, in the order of names. */
    public interface ConsumerVisitor {
        /** Name, number of pending entries, when it last asked, when it last got something (negative for never). */
        void visit(String name, long pendingCount, long seenMs, long activeMs);
    }

    /** Shows the consumers. */
    public void visitConsumers(ConsumerVisitor visitor) {
        consumers
                .values()
                .forEach(each -> visitor.visit(each.name(), each.pendingCount(), each.lastSeenMs(), each.activeMs()));
    }

    /** The pending entry of that id. */
    public Optional<PendingEntry> find(EntryId id) {
        long place = rows.seekId(id.ms(), id.seq());
        return place == RowTable.NOWHERE || !rows.hasId(place, id.ms(), id.seq())
                ? Optional.empty()
                : Optional.of(pending(rows.row(place)));
    }

    /** Offset of the pending entry of that id, −1 if there is none. */
    public long offsetOf(EntryId id) {
        long place = rows.seekId(id.ms(), id.seq());
        return place != RowTable.NOWHERE && rows.hasId(place, id.ms(), id.seq()) ? rows.offset(place) : -1;
    }

    /** Whether the entry at the offset is pending. */
    public boolean isPending(long offset) {
        return rows.find(offset) != null;
    }

    /** Offset of the first pending entry from there on; {@link Long#MAX_VALUE} if there is none. */
    public long nextPending(long offset) {
        return rows.nextPresent(offset);
    }

    /** The first offset from there on whose entry is not pending. */
    public long nextNotPending(long offset) {
        return rows.nextAbsent(offset);
    }

    /** Asked for one pending entry after the other. */
    public interface PendingVisitor {
        /** Whether to go on; the group must not change meanwhile. */
        boolean visit(PendingEntry entry);
    }

    /** Shows pending entries from the id on, in the order of ids: all, or those of one consumer. */
    public void visitPending(EntryId from, Optional<String> ofConsumer, PendingVisitor visitor) {
        int number = Members.NOBODY;
        long left = Long.MAX_VALUE;
        if (ofConsumer.isPresent()) {
            EntryConsumer consumer = consumers.get(ofConsumer.get());
            left = consumer == null ? 0 : consumer.pendingCount();
            number = consumer == null ? number : consumer.number();
        }
        boolean goesOn = left > 0;
        long place = rows.seekId(from.ms(), from.seq());
        while (goesOn && place != RowTable.NOWHERE) {
            if (ofConsumer.isEmpty() || rows.member(place) == number) {
                goesOn = visitor.visit(pending(rows.row(place))) && --left > 0;
            }
            place = rows.next(place);
        }
    }

    /** The first pending entry. */
    public Optional<PendingEntry> firstPending() {
        return rows.isEmpty() ? Optional.empty() : Optional.of(pending(rows.row(rows.first())));
    }

    /** The last pending entry. */
    public Optional<PendingEntry> lastPending() {
        return rows.isEmpty() ? Optional.empty() : Optional.of(pending(rows.row(rows.seek(rows.lastOffset()))));
    }

    /** When the longest pending entry was handed out; {@link Long#MAX_VALUE} if nothing is pending. */
    public long oldestMs() {
        return rows.oldestMs();
    }

    /** Entries handed out no later than that, longest pending first. */
    public List<PendingEntry> oldest(long latestMs, int countMax) {
        List<PendingEntry> entries = new ArrayList<>();
        rows.oldest(latestMs, countMax).forEach(row -> entries.add(pending(row)));
        return entries;
    }

    /** Offsets of pending entries from one offset to before the other, rising. */
    public long[] pendingBetween(long fromOffset, long toOffset) {
        return fromOffset >= toOffset || rows.isEmpty()
                ? new long[0]
                : rows.overlapping(fromOffset, toOffset - 1).stream()
                        .mapToLong(Row::offset)
                        .toArray();
    }

    private PendingEntry pending(Row row) {
        EntryConsumer consumer = byNumber.get(row.member());
        return new PendingEntry(
                row.offset(),
                idOf(row),
                consumer == null ? "" : consumer.name(),
                row.timeMs(),
                GroupChanges.deliveriesOf(row.count()));
    }

    static EntryId idOf(Row row) {
        return new EntryId(row.idHigh(), row.idLow());
    }

    /** The consumer has asked in vain, of which nobody else has to know. */
    public void asked(String consumer, long wallMs) {
        EntryConsumer found = consumers.get(consumer);
        if (found != null) {
            found.asked(wallMs);
        }
    }

    /**
     * The stream has more entries, the last of which has that id; keeps {@link #nextOffset} true where the position lies ahead of
     * the stream.
     */
    public void streamGrew(long fromOffset, long toOffset, EntryId lastAdded, UndoLog undo) {
        if (fromOffset == nextOffset && !lastAdded.isAfter(lastId)) {
            nextOffset = toOffset;
            undo.add(() -> nextOffset = fromOffset);
        }
    }

    /** Applies what a {@link GroupChanges} wrote. */
    public void apply(ByteBuffer changes, UndoLog undo) {
        new GroupChangesReader(this, undo).apply(changes);
    }

    void position(EntryId newLastId, long newNextOffset, long newEntriesRead, UndoLog undo) {
        EntryId idBefore = lastId;
        long offsetBefore = nextOffset;
        long readBefore = entriesRead;
        undo.add(() -> {
            lastId = idBefore;
            nextOffset = offsetBefore;
            entriesRead = readBefore;
        });
        lastId = newLastId;
        nextOffset = newNextOffset;
        entriesRead = newEntriesRead;
    }

    void addConsumer(EntryConsumer consumer, UndoLog undo) {
        add(consumer);
        undo.add(() -> remove(consumer));
    }

    private void add(EntryConsumer consumer) {
        consumers.put(consumer.name(), consumer);
        byNumber.put(consumer.number(), consumer);
    }

    private void remove(EntryConsumer consumer) {
        consumers.remove(consumer.name());
        byNumber.remove(consumer.number());
    }

    void times(int number, long seenMs, long activeMs, UndoLog undo) {
        EntryConsumer consumer = consumer(number);
        long seenBefore = consumer.seenMs();
        long activeBefore = consumer.activeMs();
        consumer.times(seenMs, activeMs);
        undo.add(() -> consumer.times(seenBefore, activeBefore));
    }

    private EntryConsumer consumer(int number) {
        EntryConsumer consumer = byNumber.get(number);
        check(consumer != null, "group %s has no consumer %d", name, number);
        return consumer == null ? new EntryConsumer(number, "", 0, UNKNOWN) : consumer;
    }

    /** The consumer goes with everything it has. */
    void removeConsumer(int number, UndoLog undo) {
        EntryConsumer consumer = consumer(number);
        List<Row> taken = new ArrayList<>(consumer.pendingCount());
        long place = consumer.pendingCount() == 0 ? RowTable.NOWHERE : rows.first();
        while (place != RowTable.NOWHERE) {
            if (rows.member(place) == number) {
                taken.add(rows.row(place));
            }
            place = rows.next(place);
        }
        taken.forEach(row -> rows.remove(row.offset(), row.offset()));
        remove(consumer);
        undo.add(() -> {
            add(consumer);
            taken.forEach(rows::insert);
        });
    }

    /** Puts the row in the place of whatever is there; answers what was. */
    @Nullable
    Row put(Row row) {
        Row before = rows.find(row.offset());
        rows.put(row);
        count(before, -1);
        count(row, 1);
        return before;
    }

    /** Takes the row out; answers what was there. */
    @Nullable
    Row take(long offset) {
        Row before = rows.find(offset);
        if (before != null) {
            rows.remove(offset, offset);
            count(before, -1);
        }
        return before;
    }

    private void count(@Nullable Row row, int change) {
        if (row != null && row.member() != Members.NOBODY) {
            consumer(row.member()).addPending(change);
        }
    }

    /** As it is now, to be written later, on any one thread. */
    public EntryGroupSnapshot capture() {
        return EntryGroupSnapshot.of(this);
    }
}
