package io.sluice.broker.topic;

import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.append.AppendRules;
import io.sluice.broker.config.TopicConfig;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.log.SegmentSettings;

/**
 * What follows from a topic's configurations. Topics that are configured alike share one.
 *
 * @param isStream whether a stream made it: then its records come through the stream only
 */
record TopicRules(
        TopicConfig config, TopicSettings settings, SegmentSettings segments, AppendRules append, boolean isStream) {
    static TopicRules of(TopicConfig config) {
        TopicSettings settings = config.settings();
        SegmentSettings segments = config.segments();
        return new TopicRules(
                config,
                settings,
                segments,
                AppendRules.of(settings, segments.segmentBytesMax()),
                config.topic().get(TopicConfigs.REDIS_IDS).equals("time"));
    }
}
