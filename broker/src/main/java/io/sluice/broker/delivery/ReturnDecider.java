package io.sluice.broker.delivery;

import java.util.List;

/** Decides what becomes of records that come back without a word: their time is over, or their member is gone. */
final class ReturnDecider {
    /** An event has this many rows at most, so that a deadline can stop where the entry is full. */
    static final int ROWS_MAX = 2_000;

    private static final int RELEASED_ROWS_MAX = 50_000;

    private ReturnDecider() {}

    /** The time of these rows is over. */
    static void expire(List<Row> rows, Failures failures) {
        rows.forEach(row -> failures.failed(row, Cause.EXPIRED, -1, ""));
    }

    /**
     * The member is gone: what it holds is available at once.
     *
     * @param records how many that are
     * @param isAll whether it holds nothing any more; an entry has room for so many rows only
     */
    record Released(long records, boolean isAll) {}

    static Released release(StoredGroup group, int member, Failures failures) {
        RowTable rows = group.rows();
        long records = 0;
        int count = 0;
        long at = rows.first();
        while (at != RowTable.NOWHERE && count < RELEASED_ROWS_MAX) {
            if (rows.member(at) == member && RowState.isWithMember(rows.state(at))) {
                failures.failed(rows.row(at), Cause.ABANDONED, 0, "");
                records += rows.length(at);
                count++;
            }
            at = rows.next(at);
        }
        return new Released(records, at == RowTable.NOWHERE);
    }
}
