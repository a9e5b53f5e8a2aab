package io.sluice.broker.append;

import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.log.batch.BatchLimits;

/**
 * What a topic demands of a batch.
 *
 * @param limits size and timestamps
 * @param segmentBytesMax a larger batch fits into no segment
 * @param delayMaxMs how far ahead a record may ask to be delivered; −1 if the topic has no delays, or keeps records for ever
 */
public record AppendRules(BatchLimits limits, int segmentBytesMax, long delayMaxMs) {
    /** Of a topic's settings; each record of a compacted topic must have a key. */
    public static AppendRules of(TopicSettings settings, int segmentBytesMax) {
        BatchLimits limits = new BatchLimits(
                settings.maxMessageBytes(),
                settings.cleanup().compacts(),
                settings.logAppendTime(),
                settings.timestampBeforeMaxMs(),
                settings.timestampAfterMaxMs());
        String hasDelays = settings.explicit().get(TopicConfigs.DELIVERY_DELAY.name());
        boolean ends = settings.cleanup().deletes()
                && settings.retentionMs() >= 0
                && settings.retentionMs() < Long.MAX_VALUE / 2;
        return new AppendRules(
                limits, segmentBytesMax, Boolean.parseBoolean(hasDelays) && ends ? settings.retentionMs() : -1);
    }
}
