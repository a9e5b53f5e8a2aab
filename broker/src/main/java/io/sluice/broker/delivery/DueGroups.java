package io.sluice.broker.delivery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which group has something to do, and when: of each group the earliest time that was noted since it was last taken out. So
 * what comes due costs as much as there is of it, however many groups there are. Owner: the shard's apply thread.
 */
final class DueGroups {
    private final TreeSet<Due> queue =
            new TreeSet<>(Comparator.comparingLong(Due::timeMs).thenComparingInt(Due::group));
    private final Map<Integer, Long> earliest = new HashMap<>();

    /** One for each group: a time that was overtaken by an earlier one is noted again when that has come. */
    private record Due(long timeMs, int group) {}

    /** {@link Long#MAX_VALUE} for never. */
    void note(int group, long timeMs) {
        long known = earliest.getOrDefault(group, Long.MAX_VALUE);
        if (timeMs < known) {
            earliest.put(group, timeMs);
            queue.remove(new Due(known, group));
            queue.add(new Due(timeMs, group));
        }
    }

    /** How many times are kept. */
    int size() {
        return queue.size();
    }

    /** The groups whose time has come; they must be noted again. */
    List<Integer> take(long nowMs) {
        List<Integer> taken = new ArrayList<>();
        while (!queue.isEmpty() && queue.first().timeMs() <= nowMs) {
            int group = queue.removeFirst().group();
            earliest.remove(group);
            taken.add(group);
        }
        return taken;
    }

    /** No group's time is before this; {@link Long#MAX_VALUE} if none has one. */
    long firstMs() {
        return queue.isEmpty() ? Long.MAX_VALUE : queue.first().timeMs();
    }

    void clear() {
        queue.clear();
        earliest.clear();
    }
}
