package io.sluice.broker.topic;

import java.util.HashMap;
import java.util.Map;

/** One map for all topics at which the same is set. Owner: shard 0's apply thread. */
final class SharedConfigs {
    private static final int KEPT_MAX = 1_000;

    private final Map<Map<String, String>, Map<String, String>> known = new HashMap<>();

    /** The same topic, perhaps with a map that others have too. */
    TopicRecord shared(TopicRecord topic) {
        if (known.size() >= KEPT_MAX) {
            known.clear();
        }
        Map<String, String> same = known.putIfAbsent(topic.configs(), topic.configs());
        return same == null || same == topic.configs() ? topic : topic.withConfigs(same);
    }
}
