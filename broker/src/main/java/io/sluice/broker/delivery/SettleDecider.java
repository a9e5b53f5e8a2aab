package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.common.ErrorCode;
import java.util.List;

/** Decides what a member says of records it holds: everything of one call, or nothing. */
final class SettleDecider {
    private final StoredGroup group;
    private final int member;
    private final DeliveryOptions options;
    private final RowChanges out;
    private final Failures failures;
    private long acknowledged;

    SettleDecider(StoredGroup group, int member, DeliveryOptions options, RowChanges out, Failures failures) {
        this.group = group;
        this.member = member;
        this.options = options;
        this.out = out;
        this.failures = failures;
    }

    /** Writes the changes if all of it is allowed; otherwise what was written must not be used. */
    ErrorCode decide(List<Settlement> settlements, long startOffset) {
        long last = -1;
        for (Settlement settlement : settlements) {
            boolean isInOrder = settlement.firstOffset() > last && settlement.lastOffset() >= settlement.firstOffset();
            if (!isInOrder) {
                return ErrorCode.INVALID_REQUEST;
            }
            last = settlement.lastOffset();
            if (last >= startOffset && !settle(settlement, Math.max(startOffset, settlement.firstOffset()))) {
                return ErrorCode.INVALID_RECORD_STATE;
            }
        }
        return ErrorCode.NONE;
    }

    /** Records that are done. */
    long acknowledged() {
        return acknowledged;
    }

    private boolean settle(Settlement settlement, long first) {
        RowTable rows = group.rows();
        long from = first;
        for (long at = rows.seek(first); from <= settlement.lastOffset(); at = rows.next(at)) {
            boolean isHeld = at != RowTable.NOWHERE
                    && rows.offset(at) <= from
                    && member != Members.NOBODY
                    && rows.member(at) == member
                    && RowState.isWithMember(rows.state(at));
            if (!isHeld) {
                return false;
            }
            long to = Math.min(settlement.lastOffset(), rows.last(at));
            settle(RowTable.part(rows.row(at), from, to), settlement);
            from = to + 1;
        }
        return true;
    }

    private void settle(Row row, Settlement settlement) {
        switch (settlement.verdict()) {
            case ACKNOWLEDGE, GAP -> {
                out.settle(row.offset(), row.last());
                acknowledged += row.length();
            }
            case RELEASE -> failures.failed(row, Cause.RELEASED, settlement.delayMs(), settlement.reason());
            case REJECT -> failures.giveUp(row, Cause.REJECTED, settlement.reason());
            case RENEW -> renew(row);
        }
    }

    private void renew(Row row) {
        if (options.lockMs() > 0) {
            out.putAs(row, RowState.ACQUIRED, member, out.nowMs() + options.lockMs(), row.count());
        } else {
            out.putAs(row, RowState.HELD, member, out.nowMs(), row.count());
        }
    }
}
