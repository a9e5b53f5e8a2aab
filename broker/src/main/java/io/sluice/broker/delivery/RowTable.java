package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The open rows of a group in a partition, sorted by offset, none overlapping another.
 *
 * <pre>
 *   chunk 0 [ row row row … ]  chunk 1 [ row row ]  …   at most 512 rows each; found by binary search, twice
 * </pre>
 *
 * A million rows are 2,000 chunks and some 25 MB. What time brings is found by each chunk's earliest time, which needs no
 * memory per row; so is the lowest available row. A place in the table is a number that is good until the next change. Rows
 * that have a key are single records; what is in flight of each key is kept only where somebody asks ({@link #keys}).
 *
 * <p>Owner: the shard's apply thread. {@link #share} gives chunks to a snapshot; what changes later changes copies.
 */
final class RowTable {
    /** No such place. */
    static final long NOWHERE = -1;

    private static final Comparator<Row> OLDEST_FIRST =
            Comparator.comparingLong(Row::timeMs).thenComparingLong(Row::offset);

    private final List<RowChunk> chunks = new ArrayList<>();
    private final long[] records = new long[RowState.COUNT];
    private @Nullable KeyIndex keys;
    private long rowCount;
    private long scheduledRecords;

    /** No chunk before this one has available rows. */
    private int readyFrom;

    /** No row's time is before this. */
    private long dueMs = Long.MAX_VALUE;

    /** Number of rows. */
    long rowCount() {
        return rowCount;
    }

    boolean isEmpty() {
        return rowCount == 0;
    }

    /** Number of records whose rows have the state. */
    long records(byte state) {
        return records[state];
    }

    /** Number of records in all rows. */
    long records() {
        long sum = 0;
        for (long each : records) {
            sum += each;
        }
        return sum;
    }

    /** Number of records that nobody had yet, because their time has not come or has come just now. */
    long scheduledRecords() {
        return scheduledRecords;
    }

    /** Number of records that a member had. */
    long pendingRecords() {
        return records() - scheduledRecords - records[RowState.BLOCKED];
    }

    /** What is in flight of each key, if the group is ordered by key: made when it is first asked for. */
    KeyIndex keys() {
        KeyIndex known = keys;
        if (known == null) {
            known = new KeyIndex();
            for (RowChunk chunk : chunks) {
                for (int row = 0; row < chunk.size(); row++) {
                    known.count(chunk.state(row), chunk.member(row), chunk.key(row), chunk.offset(row), 1);
                }
            }
            keys = known;
        }
        return known;
    }

    /** Nobody here decides any more. */
    void forgetKeys() {
        keys = null;
    }

    private void count(byte state, int member, long change) {
        records[state] += change;
        if (member == Members.THE_CLOCK) {
            scheduledRecords += change;
        }
    }

    private void countKey(RowChunk chunk, int row, int change) {
        KeyIndex known = keys;
        if (known != null) {
            known.count(chunk.state(row), chunk.member(row), chunk.key(row), chunk.offset(row), change);
        }
    }

    /** The lowest offset of a row; the table has one. */
    long firstOffset() {
        return chunks.getFirst().firstOffset();
    }

    /** The highest offset of a row; the table has one. */
    long lastOffset() {
        RowChunk last = chunks.getLast();
        return last.last(last.size() - 1);
    }

    /** The first row that ends at or behind the offset. */
    long seek(long offset) {
        int at = Math.max(0, chunkOf(offset));
        if (at >= chunks.size()) {
            return NOWHERE;
        }
        int row = chunks.get(at).indexOf(offset);
        if (row < chunks.get(at).size()) {
            return place(at, row);
        }
        return at + 1 < chunks.size() ? place(at + 1, 0) : NOWHERE;
    }

    /** The first row whose entry id is not before this one; in tables whose rows all have ids, which rise with offsets. */
    long seekId(long idHigh, long idLow) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).compareId(0, idHigh, idLow) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int at = Math.max(0, low - 1);
        if (at >= chunks.size()) {
            return NOWHERE;
        }
        int row = chunks.get(at).indexOfId(idHigh, idLow);
        if (row < chunks.get(at).size()) {
            return place(at, row);
        }
        return at + 1 < chunks.size() ? place(at + 1, 0) : NOWHERE;
    }

    /** Whether the row has that entry id. */
    boolean hasId(long place, long idHigh, long idLow) {
        return chunk(place).compareId(rowIndex(place), idHigh, idLow) == 0;
    }

    /** The earliest time of a row; {@link Long#MAX_VALUE} if there is none. */
    long oldestMs() {
        long oldest = Long.MAX_VALUE;
        for (RowChunk chunk : chunks) {
            oldest = Math.min(oldest, chunk.oldestMs());
        }
        return oldest;
    }

    /** Those rows whose times come first, none after {@code latestMs}; earliest first, and by offset within a time. */
    List<Row> oldest(long latestMs, int countMax) {
        PriorityQueue<Row> youngestFirst = new PriorityQueue<>(OLDEST_FIRST.reversed());
        for (RowChunk chunk : chunks) {
            long bound = youngestFirst.size() < countMax || youngestFirst.isEmpty()
                    ? latestMs
                    : Math.min(latestMs, youngestFirst.peek().timeMs() - 1);
            for (int row = chunk.oldestMs() > bound ? chunk.size() : 0; row < chunk.size(); row++) {
                if (chunk.timeMs(row) <= bound) {
                    youngestFirst.add(chunk.row(row));
                }
                if (youngestFirst.size() > countMax) {
                    youngestFirst.remove();
                }
            }
        }
        List<Row> rows = new ArrayList<>(youngestFirst);
        rows.sort(OLDEST_FIRST);
        return rows;
    }

    /** The row behind that one. */
    long next(long place) {
        int at = chunkIndex(place);
        int row = rowIndex(place) + 1;
        if (row < chunks.get(at).size()) {
            return place(at, row);
        }
        return at + 1 < chunks.size() ? place(at + 1, 0) : NOWHERE;
    }

    /** The first row, if there is one. */
    long first() {
        return chunks.isEmpty() ? NOWHERE : place(0, 0);
    }

    long offset(long place) {
        return chunk(place).offset(rowIndex(place));
    }

    long last(long place) {
        return chunk(place).last(rowIndex(place));
    }

    int length(long place) {
        return chunk(place).length(rowIndex(place));
    }

    byte state(long place) {
        return chunk(place).state(rowIndex(place));
    }

    int member(long place) {
        return chunk(place).member(rowIndex(place));
    }

    long timeMs(long place) {
        return chunk(place).timeMs(rowIndex(place));
    }

    int count(long place) {
        return chunk(place).count(rowIndex(place));
    }

    Row row(long place) {
        return chunk(place).row(rowIndex(place));
    }

    /** The row that holds the offset. */
    @Nullable
    Row find(long offset) {
        long place = seek(offset);
        return place == NOWHERE || offset(place) > offset ? null : row(place);
    }

    /** The first offset from this one on that lies in a row; {@link Long#MAX_VALUE} if none does. */
    long nextPresent(long offset) {
        long place = seek(offset);
        return place == NOWHERE ? Long.MAX_VALUE : Math.max(offset, offset(place));
    }

    /** The first offset from this one on that lies in no row. */
    long nextAbsent(long offset) {
        long absent = offset;
        long place = seek(offset);
        while (place != NOWHERE && offset(place) <= absent) {
            RowChunk chunk = chunk(place);
            int row = chunk.isGapless() ? chunk.size() - 1 : rowIndex(place);
            absent = chunk.last(row) + 1;
            place = next(place(chunkIndex(place), row));
        }
        return absent;
    }

    /** The lowest available row from the offset on. */
    long nextReady(long offset) {
        if (records[RowState.AVAILABLE] == 0) {
            return NOWHERE;
        }
        while (readyFrom < chunks.size() && chunks.get(readyFrom).readyRows() == 0) {
            readyFrom++;
        }
        for (int at = Math.max(readyFrom, chunkOf(offset)); at < chunks.size(); at++) {
            RowChunk chunk = chunks.get(at);
            int row = chunk.readyRows() == 0 ? chunk.size() : chunk.indexOf(offset);
            while (row < chunk.size() && chunk.state(row) != RowState.AVAILABLE) {
                row++;
            }
            if (row < chunk.size()) {
                return place(at, row);
            }
        }
        return NOWHERE;
    }

    /** When the first row may have its time; {@link Long#MAX_VALUE} if none has one. Sometimes too early. */
    long dueMs() {
        return dueMs;
    }

    /** Asked for each row whose time has come; {@link #due} stops at the first no. */
    interface DueVisitor {
        /** Whether to go on; the table must not change meanwhile. */
        boolean visit(Row row);
    }

    /**
     * Makes delayed rows whose time has come available, and shows the acquired ones until the visitor has enough.
     * {@link #recountDue} once the visitor's events have changed their states.
     */
    void due(long nowMs, DueVisitor visitor) {
        boolean goesOn = dueMs <= nowMs;
        for (int at = 0; goesOn && at < chunks.size(); at++) {
            if (chunks.get(at).dueMs() <= nowMs) {
                goesOn = due(at, nowMs, visitor);
            }
        }
    }

    private boolean due(int at, long nowMs, DueVisitor visitor) {
        RowChunk chunk = mutable(at);
        for (int row = 0; row < chunk.size(); row++) {
            if (chunk.timeMs(row) > nowMs) {
                continue;
            }
            if (chunk.state(row) == RowState.DELAYED) {
                ripen(at, chunk, row);
            } else if (chunk.state(row) == RowState.ACQUIRED && !visitor.visit(chunk.row(row))) {
                return false;
            }
        }
        return true;
    }

    /** Finds {@link #dueMs} again, where it has passed. */
    void recountDue(long nowMs) {
        if (dueMs > nowMs) {
            return;
        }
        dueMs = Long.MAX_VALUE;
        for (RowChunk chunk : chunks) {
            if (chunk.dueMs() <= nowMs) {
                chunk.recount();
            }
            dueMs = Math.min(dueMs, chunk.dueMs());
        }
    }

    private void ripen(int at, RowChunk chunk, int row) {
        records[RowState.DELAYED] -= chunk.length(row);
        records[RowState.AVAILABLE] += chunk.length(row);
        countKey(chunk, row, -1);
        chunk.ripen(row);
        countKey(chunk, row, 1);
        readyFrom = Math.min(readyFrom, at);
    }

    /** Rows that overlap the range, whole. */
    List<Row> overlapping(long first, long last) {
        List<Row> rows = new ArrayList<>();
        for (long at = seek(first); at != NOWHERE && offset(at) <= last; at = next(at)) {
            rows.add(row(at));
        }
        return rows;
    }

    /** Puts the row over whatever is there: rows that it overlaps in part keep the other part. */
    void put(Row row) {
        if (chunks.isEmpty() || lastOffset() < row.offset()) {
            insert(row);
            return;
        }
        long place = seek(row.offset());
        if (place != NOWHERE && offset(place) == row.offset() && length(place) == row.length()) {
            replace(place, row);
            return;
        }
        remove(row.offset(), row.last());
        insert(row);
    }

    private void replace(long place, Row row) {
        int at = chunkIndex(place);
        RowChunk chunk = mutable(at);
        count(chunk.state(rowIndex(place)), chunk.member(rowIndex(place)), -row.length());
        countKey(chunk, rowIndex(place), -1);
        chunk.set(rowIndex(place), row);
        added(at, row);
        rowCount--;
    }

    /** Takes the offsets out; rows that reach beyond keep what is outside. */
    void remove(long first, long last) {
        int at = Math.max(0, chunkOf(first));
        while (at < chunks.size() && chunks.get(at).firstOffset() <= last) {
            RowChunk chunk = chunks.get(at);
            int from = chunk.indexOf(first);
            if (from < chunk.size() && chunk.offset(from) < first && cutHead(at, from, first, last)) {
                return;
            }
            from = from < chunk.size() && chunks.get(at).offset(from) < first ? from + 1 : from;
            at = removeWithin(at, from, last) ? at : at + 1;
        }
    }

    /** The row begins before the range: it ends there; what it has behind the range is a row of its own. Answers whether it has. */
    private boolean cutHead(int at, int row, long first, long last) {
        Row whole = chunks.get(at).row(row);
        RowChunk chunk = mutable(at);
        chunk.resizeRow(row, whole.offset(), (int) (first - whole.offset()));
        count(whole.state(), whole.member(), first - whole.last() - 1);
        if (whole.last() <= last) {
            return false;
        }
        insert(part(whole, last + 1, whole.last()));
        return true;
    }

    /** Takes out the chunk's rows from the index up to the offset; answers whether the chunk itself is gone. */
    private boolean removeWithin(int at, int from, long last) {
        RowChunk chunk = chunks.get(at);
        int to = from;
        while (to < chunk.size() && chunk.last(to) <= last) {
            count(chunk.state(to), chunk.member(to), -chunk.length(to));
            countKey(chunk, to, -1);
            to++;
        }
        if (from == 0 && to == chunk.size()) {
            rowCount -= to;
            chunks.remove(at);
            readyFrom = readyFrom > at ? readyFrom - 1 : readyFrom;
            return true;
        }
        if (to < chunk.size() && chunk.offset(to) <= last) {
            cutTail(mutable(at), to, last);
        }
        if (to > from) {
            mutable(at).remove(from, to);
            rowCount -= to - from;
            return mergedWithNext(at);
        }
        return false;
    }

    private void cutTail(RowChunk chunk, int row, long last) {
        int kept = (int) (chunk.last(row) - last);
        count(chunk.state(row), chunk.member(row), kept - chunk.length(row));
        chunk.resizeRow(row, last + 1, kept);
    }

    /** Few rows in many chunks would be worse than an object each. Answers whether another chunk is at the index now. */
    private boolean mergedWithNext(int at) {
        if (at + 1 < chunks.size() && chunks.get(at).size() + chunks.get(at + 1).size() <= RowChunk.CAPACITY / 4) {
            mutable(at).append(chunks.get(at + 1));
            chunks.remove(at + 1);
            readyFrom = Math.min(readyFrom, at);
            return true;
        }
        return false;
    }

    static Row part(Row row, long first, long last) {
        return new Row(
                first,
                (int) (last - first + 1),
                row.state(),
                row.member(),
                row.timeMs(),
                row.count(),
                row.idHigh(),
                row.idLow());
    }

    /** Adds a row where none is. */
    void insert(Row row) {
        if (chunks.isEmpty()) {
            chunks.add(new RowChunk());
        }
        int at = Math.max(0, chunkOf(row.offset()));
        RowChunk chunk = chunks.get(at);
        int index = chunk.indexOf(row.offset());
        check(index == chunk.size() || chunk.offset(index) > row.last(), "row %s overlaps one that is there", row);
        if (!chunk.isFull()) {
            mutable(at).insert(index, row);
            added(at, row);
        } else if (index == chunk.size() && at == chunks.size() - 1) {
            // Rows mostly come in order: full chunks stay full.
            chunks.add(new RowChunk());
            chunks.getLast().insert(0, row);
            added(at + 1, row);
        } else {
            chunks.add(at + 1, mutable(at).splitAt(RowChunk.CAPACITY / 2));
            readyFrom = Math.min(readyFrom, at);
            insert(row);
        }
    }

    private void added(int at, Row row) {
        rowCount++;
        count(row.state(), row.member(), row.length());
        KeyIndex known = keys;
        if (known != null) {
            known.count(row.state(), row.member(), row.key(), row.offset(), 1);
        }
        if (row.state() == RowState.AVAILABLE) {
            readyFrom = Math.min(readyFrom, at);
        }
        if (RowState.isTimed(row.state())) {
            dueMs = Math.min(dueMs, row.timeMs());
        }
    }

    /** Takes everything out. */
    void clear() {
        chunks.clear();
        Arrays.fill(records, 0);
        rowCount = 0;
        scheduledRecords = 0;
        readyFrom = 0;
        dueMs = Long.MAX_VALUE;
        keys = null;
    }

    /** The rows as they are now, for ever. */
    List<RowChunk> share() {
        chunks.forEach(RowChunk::share);
        return List.copyOf(chunks);
    }

    private RowChunk mutable(int at) {
        RowChunk chunk = chunks.get(at);
        if (!chunk.isShared()) {
            return chunk;
        }
        RowChunk own = chunk.copy();
        chunks.set(at, own);
        return own;
    }

    /** The last chunk that begins at or before the offset, −1 if none does. */
    private int chunkOf(long offset) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).firstOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private RowChunk chunk(long place) {
        return chunks.get(chunkIndex(place));
    }

    private static long place(int chunk, int row) {
        return ((long) chunk << Integer.SIZE) | row;
    }

    private static int chunkIndex(long place) {
        return (int) (place >>> Integer.SIZE);
    }

    private static int rowIndex(long place) {
        return (int) place;
    }
}
