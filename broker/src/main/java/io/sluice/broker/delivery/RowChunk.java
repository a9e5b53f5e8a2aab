package io.sluice.broker.delivery;

import java.util.Arrays;

/**
 * Up to {@link #CAPACITY} neighbouring rows as columns. Columns that most groups do not need (lengths other than 1, entry
 * ids) are empty until a row needs them. Once shared with a snapshot it never changes again: {@link RowTable} goes on with a
 * copy.
 *
 * <p>Memory: 25 bytes a row, 29 with lengths, 45 with entry ids.
 */
final class RowChunk {
    static final int CAPACITY = 512;
    private static final int FIRST_CAPACITY = 8;
    private static final int[] ALL_ONE = {};
    private static final long[] NO_IDS = {};
    private static final long UNCOUNTED = Long.MIN_VALUE;

    private long[] offsets;
    private int[] lengths = ALL_ONE;
    private byte[] states;
    private int[] members;
    private long[] times;
    private int[] counts;
    private long[] idHighs = NO_IDS;
    private long[] idLows = NO_IDS;
    private int size;
    private int readyRows;
    private long dueMs = Long.MAX_VALUE;
    private long oldestMs = UNCOUNTED;
    private boolean isShared;

    RowChunk() {
        offsets = new long[FIRST_CAPACITY];
        states = new byte[FIRST_CAPACITY];
        members = new int[FIRST_CAPACITY];
        times = new long[FIRST_CAPACITY];
        counts = new int[FIRST_CAPACITY];
    }

    private RowChunk(RowChunk other, int from, int to) {
        offsets = Arrays.copyOfRange(other.offsets, from, to);
        states = Arrays.copyOfRange(other.states, from, to);
        members = Arrays.copyOfRange(other.members, from, to);
        times = Arrays.copyOfRange(other.times, from, to);
        counts = Arrays.copyOfRange(other.counts, from, to);
        lengths = other.lengths == ALL_ONE ? ALL_ONE : Arrays.copyOfRange(other.lengths, from, to);
        idHighs = other.idHighs == NO_IDS ? NO_IDS : Arrays.copyOfRange(other.idHighs, from, to);
        idLows = other.idLows == NO_IDS ? NO_IDS : Arrays.copyOfRange(other.idLows, from, to);
        size = to - from;
        recount();
    }

    /** The same rows, to be changed. */
    RowChunk copy() {
        return new RowChunk(this, 0, size);
    }

    /** From now on nobody changes it. */
    void share() {
        isShared = true;
    }

    boolean isShared() {
        return isShared;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == CAPACITY;
    }

    long firstOffset() {
        return offsets[0];
    }

    /** Whether its rows are single records that follow each other. */
    boolean isGapless() {
        return lengths == ALL_ONE && offsets[size - 1] - offsets[0] == size - 1;
    }

    /** No row has its time before this. */
    long dueMs() {
        return dueMs;
    }

    /** Rows that are {@link RowState#AVAILABLE}. */
    int readyRows() {
        return readyRows;
    }

    long offset(int row) {
        return offsets[row];
    }

    int length(int row) {
        return lengths == ALL_ONE ? 1 : lengths[row];
    }

    long last(int row) {
        return offsets[row] + length(row) - 1;
    }

    byte state(int row) {
        return states[row];
    }

    int member(int row) {
        return members[row];
    }

    long timeMs(int row) {
        return times[row];
    }

    int count(int row) {
        return counts[row];
    }

    /** How the entry id of the row compares with another one. */
    int compareId(int row, long idHigh, long idLow) {
        int byHigh = Long.compareUnsigned(idHighs == NO_IDS ? 0 : idHighs[row], idHigh);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(idLows == NO_IDS ? 0 : idLows[row], idLow);
    }

    /** The first row whose entry id is not before this one; {@link #size} if none is. */
    int indexOfId(long idHigh, long idLow) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compareId(middle, idHigh, idLow) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The earliest time of a row, whatever its state; counted when it is asked for. */
    long oldestMs() {
        if (oldestMs == UNCOUNTED) {
            oldestMs = Long.MAX_VALUE;
            for (int i = 0; i < size; i++) {
                oldestMs = Math.min(oldestMs, times[i]);
            }
        }
        return oldestMs;
    }

    /** As {@link Row#key}. */
    long key(int row) {
        return idLows == NO_IDS ? KeyHashes.NONE : idLows[row];
    }

    Row row(int row) {
        boolean hasId = idHighs != NO_IDS;
        return new Row(
                offsets[row],
                length(row),
                states[row],
                members[row],
                times[row],
                counts[row],
                hasId ? idHighs[row] : 0,
                hasId ? idLows[row] : 0);
    }

    /** The first row that ends at or behind the offset; {@link #size} if none does. */
    int indexOf(long offset) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (last(middle) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Makes room at the index and puts the row there. */
    void insert(int at, Row row) {
        if (size == offsets.length) {
            resize(Math.min(CAPACITY, 2 * size));
        }
        int behind = size - at;
        System.arraycopy(offsets, at, offsets, at + 1, behind);
        System.arraycopy(states, at, states, at + 1, behind);
        System.arraycopy(members, at, members, at + 1, behind);
        System.arraycopy(times, at, times, at + 1, behind);
        System.arraycopy(counts, at, counts, at + 1, behind);
        if (lengths != ALL_ONE) {
            System.arraycopy(lengths, at, lengths, at + 1, behind);
        }
        if (idHighs != NO_IDS) {
            System.arraycopy(idHighs, at, idHighs, at + 1, behind);
            System.arraycopy(idLows, at, idLows, at + 1, behind);
        }
        size++;
        states[at] = 0;
        set(at, row);
    }

    /** Puts the row in the place of another. */
    void set(int at, Row row) {
        oldestMs = UNCOUNTED;
        if (states[at] == RowState.AVAILABLE) {
            readyRows--;
        }
        if (row.state() == RowState.AVAILABLE) {
            readyRows++;
        }
        if (RowState.isTimed(row.state())) {
            dueMs = Math.min(dueMs, row.timeMs());
        }
        offsets[at] = row.offset();
        states[at] = row.state();
        members[at] = row.member();
        times[at] = row.timeMs();
        counts[at] = row.count();
        setLength(at, row.length());
        setId(at, row);
    }

    private void setLength(int at, int length) {
        if (length != 1 && lengths == ALL_ONE) {
            lengths = new int[offsets.length];
            Arrays.fill(lengths, 1);
        }
        if (lengths != ALL_ONE) {
            lengths[at] = length;
        }
    }

    private void setId(int at, Row row) {
        if ((row.idHigh() != 0 || row.idLow() != 0) && idHighs == NO_IDS) {
            idHighs = new long[offsets.length];
            idLows = new long[offsets.length];
        }
        if (idHighs != NO_IDS) {
            idHighs[at] = row.idHigh();
            idLows[at] = row.idLow();
        }
    }

    /** Makes the row begin and end elsewhere, between its neighbours. */
    void resizeRow(int at, long offset, int length) {
        offsets[at] = offset;
        setLength(at, length);
    }

    /** Makes a delayed row available: its time has come. */
    void ripen(int at) {
        states[at] = RowState.AVAILABLE;
        readyRows++;
    }

    /** Takes out rows from one index to before the other. */
    void remove(int from, int to) {
        for (int i = from; i < to; i++) {
            if (states[i] == RowState.AVAILABLE) {
                readyRows--;
            }
        }
        int behind = size - to;
        System.arraycopy(offsets, to, offsets, from, behind);
        System.arraycopy(states, to, states, from, behind);
        System.arraycopy(members, to, members, from, behind);
        System.arraycopy(times, to, times, from, behind);
        System.arraycopy(counts, to, counts, from, behind);
        if (lengths != ALL_ONE) {
            System.arraycopy(lengths, to, lengths, from, behind);
        }
        if (idHighs != NO_IDS) {
            System.arraycopy(idHighs, to, idHighs, from, behind);
            System.arraycopy(idLows, to, idLows, from, behind);
        }
        size -= to - from;
        oldestMs = UNCOUNTED;
        if (size < offsets.length / 4 && offsets.length > FIRST_CAPACITY) {
            resize(Math.max(FIRST_CAPACITY, 2 * size));
        }
    }

    private void resize(int capacity) {
        offsets = Arrays.copyOf(offsets, capacity);
        states = Arrays.copyOf(states, capacity);
        members = Arrays.copyOf(members, capacity);
        times = Arrays.copyOf(times, capacity);
        counts = Arrays.copyOf(counts, capacity);
        lengths = lengths == ALL_ONE ? ALL_ONE : Arrays.copyOf(lengths, capacity);
        idHighs = idHighs == NO_IDS ? NO_IDS : Arrays.copyOf(idHighs, capacity);
        idLows = idLows == NO_IDS ? NO_IDS : Arrays.copyOf(idLows, capacity);
    }

    /** Keeps the rows before the index, answers the others. */
    RowChunk splitAt(int at) {
        RowChunk behind = new RowChunk(this, at, size);
        size = at;
        oldestMs = UNCOUNTED;
        recount();
        return behind;
    }

    /** Takes the rows of the chunk behind this one. */
    void append(RowChunk behind) {
        for (int i = 0; i < behind.size; i++) {
            insert(size, behind.row(i));
        }
    }

    /** Finds out again what is kept beside the rows. */
    void recount() {
        readyRows = 0;
        dueMs = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            if (states[i] == RowState.AVAILABLE) {
                readyRows++;
            } else if (RowState.isTimed(states[i])) {
                dueMs = Math.min(dueMs, times[i]);
            }
        }
    }
}
