package io.sluice.broker.stream;

import io.sluice.broker.delivery.EntryGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a trim may take that leaves alone what groups need: the oldest entries that every group has read and none has pending.
 * They are counted in runs, for there may be millions. Source: Redis 8.6, ACKED.
 *
 * @param endOffset they lie before it
 * @param count how many there are
 */
record UnneededEntries(long endOffset, long count) {
    /** Those before the offset, up to so many. */
    static UnneededEntries of(StreamState state, Collection<EntryGroup> groups, long beforeOffset, long countMax) {
        long before = Math.min(beforeOffset, state.endOffset());
        for (EntryGroup group : groups) {
            before = Math.min(before, group.nextOffset());
        }
        long count = 0;
        for (OffsetSet.Run run : runs(state.firstOffset(), before, groups)) {
            long entries = state.countBetween(run.from(), run.to());
            if (count + entries >= countMax) {
                return new UnneededEntries(state.offsetAhead(run.from(), countMax - count), countMax);
            }
            count += entries;
        }
        return new UnneededEntries(before, count);
    }

    /** The runs between the offsets that no group has pending, whether there are entries or not. */
    static List<OffsetSet.Run> runs(long fromOffset, long endOffset, Collection<EntryGroup> groups) {
        List<OffsetSet.Run> runs = new ArrayList<>();
        long at = nextNotPending(fromOffset, groups);
        while (at < endOffset) {
            long to = endOffset;
            for (EntryGroup group : groups) {
                to = Math.min(to, group.nextPending(at));
            }
            runs.add(new OffsetSet.Run(at, to));
            at = nextNotPending(to, groups);
        }
        return runs;
    }

    /** Not pending in any group. */
    private static long nextNotPending(long fromOffset, Collection<EntryGroup> groups) {
        long at = fromOffset;
        long before;
        do {
            before = at;
            for (EntryGroup group : groups) {
                at = group.nextNotPending(at);
            }
        } while (at > before);
        return at;
    }
}
