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
    /** Of a topic's settings; keys are never demanded, since there is no compaction yet. */
    public static AppendRules of(TopicSettings settings, int segmentBytesMax) {
        BatchLimits limits = new BatchLimits(
                settings.maxMessageBytes(),
                false,
                settings.logAppendTime(),
                settings.timestampBeforeMaxMs(),
                settings.timestampAfterMaxMs());
        return new AppendRules(limits, segmentBytesMax);
    }
}
