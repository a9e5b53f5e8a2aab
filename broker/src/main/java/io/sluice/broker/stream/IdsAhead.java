package io.sluice.broker.stream;

import io.sluice.common.TopicId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries that groups read next, so that one look into the log serves many small reads. Soft state of whoever leads,
 * bounded. Owner: the shard's apply thread.
 */
final class IdsAhead {
    private static final int GROUPS_MAX = 64;

    private final Map<OfGroup, IdRun> runs = new LinkedHashMap<>(16, 0.75f, true);

    private record OfGroup(TopicId topicId, String group) {}

    /** Those that hold the offset. */
    @Nullable
    IdRun find(TopicId topicId, String group, long offset) {
        IdRun run = runs.get(new OfGroup(topicId, group));
        return run != null && run.holds(offset) ? run : null;
    }

    /** The group reads these next. */
    void keep(TopicId topicId, String group, IdRun run) {
        runs.put(new OfGroup(topicId, group), run);
        if (runs.size() > GROUPS_MAX) {
            runs.remove(runs.keySet().iterator().next());
        }
    }

    void clear() {
        runs.clear();
    }
}
