package io.sluice.broker.append;

import io.sluice.broker.api.TopicSettings;
import io.sluice.log.batch.BatchLimits;

/**
 * What a topic demands of a batch.
 *
 * @param limits size and timestamps
 * @param segmentBytesMax a larger batch fits into no segment
 */
public record AppendRules(BatchLimits limits, int segmentBytesMax) {
    /** Of a topic's settings; each record of a compacted topic must have a key. */
    public static AppendRules of(TopicSettings settings, int segmentBytesMax) {
        BatchLimits limits = new BatchLimits(
                settings.maxMessageBytes(),
                settings.cleanup().compacts(),
                settings.logAppendTime(),
                settings.timestampBeforeMaxMs(),
                settings.timestampAfterMaxMs());
        return new AppendRules(limits, segmentBytesMax);
    }
}
