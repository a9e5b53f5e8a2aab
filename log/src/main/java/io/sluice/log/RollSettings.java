package io.sluice.log;

import org.jspecify.annotations.Nullable;

/**
 * Segment settings by offset: the newest whose offset is at or below a batch's base offset decide over it. So it does not
 * matter when a batch is written, and segments end at the same records on every replica. Immutable.
 *
 * @param settings in force from the offset on
 * @param fromOffset where they begin
 * @param earlier what is in force below it; null if all that lies there is written
 */
record RollSettings(
        SegmentSettings settings, long fromOffset, @Nullable RollSettings earlier) {
    static RollSettings always(SegmentSettings settings) {
        return new RollSettings(settings, Long.MIN_VALUE, null);
    }

    /** The settings for the batch that begins at the offset. */
    SegmentSettings at(long baseOffset) {
        RollSettings found = this;
        for (RollSettings older = found.earlier;
                found.fromOffset > baseOffset && older != null;
                older = found.earlier) {
            found = older;
        }
        return found.settings;
    }

    /** These and others behind them; what only matters to batches below {@code writtenOffset} is forgotten. */
    RollSettings with(SegmentSettings changed, long changedFrom, long writtenOffset) {
        RollSettings kept = fromOffset <= writtenOffset ? new RollSettings(settings, fromOffset, null) : this;
        return new RollSettings(changed, changedFrom, changedFrom <= writtenOffset ? null : kept);
    }
}
