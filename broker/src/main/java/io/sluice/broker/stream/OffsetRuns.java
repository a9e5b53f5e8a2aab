package io.sluice.broker.stream;

import static io.sluice.common.Check.check;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Offsets in bytes: what is deleted together lies together, so that ten million of them may take a few bytes, and those that are
 * scattered two or three each. Numbers are those of {@link ByteWriter#putUnsigned}.
 *
 * <pre>
 * runs × (length, at least 1 | offsets between the run before, or 0, and this one) | 0
 * </pre>
 */
final class OffsetRuns {
    /** A set is copied for each lot that is added to it, and a run takes more memory than a lot of its bits. */
    private static final int LOT = 100_000;

    private OffsetRuns() {}

    static void write(ByteWriter out, OffsetSet offsets) {
        long end = 0;
        for (long from = offsets.nextPresent(0); from >= 0; from = offsets.nextPresent(end)) {
            long to = offsets.nextAbsent(from);
            out.putUnsigned(to - from).putUnsigned(from - end);
            end = to;
        }
        out.putUnsigned(0);
    }

    /** Those of a stream that ends there: what lies beyond is damage, and would be any number of offsets. */
    static OffsetSet read(ByteReader in, long endOffset) {
        OffsetSet offsets = OffsetSet.EMPTY;
        List<OffsetSet.Run> runs = new ArrayList<>();
        long end = 0;
        for (long length = in.getUnsigned(); length != 0; length = in.getUnsigned()) {
            long from = end + in.getUnsigned();
            check(
                    length > 0 && from >= end && from <= endOffset - length,
                    "%s deleted offsets from %s on, of a stream that ends at %s",
                    length,
                    from,
                    endOffset);
            end = from + length;
            runs.add(new OffsetSet.Run(from, end));
            if (runs.size() == LOT) {
                offsets = offsets.with(runs);
                runs.clear();
            }
        }
        return runs.isEmpty() ? offsets : offsets.with(runs);
    }
}
