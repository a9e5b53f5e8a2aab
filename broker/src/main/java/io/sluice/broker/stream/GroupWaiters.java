package io.sluice.broker.stream;

import io.sluice.broker.api.GroupCommand.From;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who waits for entries of groups, by key, in the order in which they began to. Soft state of whoever leads. Owner: the shard's
 * apply thread.
 */
final class GroupWaiters {
    /** More do not wait for one key. */
    private static final int WAITERS_MAX = 10_000;

    private final Map<StreamKey, LinkedHashSet<GroupWait>> byKey = new HashMap<>();
    private final Set<GroupWait> timed = new LinkedHashSet<>();
    private long nextMs = Long.MAX_VALUE;

    /** One more; false if too many wait already. */
    boolean add(GroupWait wait) {
        for (From from : wait.command().streams()) {
            LinkedHashSet<GroupWait> others = byKey.get(from.key());
            if (others != null && others.size() >= WAITERS_MAX) {
                return false;
            }
        }
        wait.command()
                .streams()
                .forEach(from -> byKey.computeIfAbsent(from.key(), same -> new LinkedHashSet<>())
                        .add(wait));
        due(wait);
        return true;
    }

    /** Its time may have become another. */
    void due(GroupWait wait) {
        if (wait.dueMs() == Long.MAX_VALUE) {
            timed.remove(wait);
        } else {
            timed.add(wait);
            nextMs = Math.min(nextMs, wait.dueMs());
        }
    }

    void remove(GroupWait wait) {
        for (From from : wait.command().streams()) {
            LinkedHashSet<GroupWait> others = byKey.get(from.key());
            if (others != null && others.remove(wait) && others.isEmpty()) {
                byKey.remove(from.key());
            }
        }
        timed.remove(wait);
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** Those of the key, first come first. */
    List<GroupWait> of(StreamKey key) {
        LinkedHashSet<GroupWait> waiting = byKey.get(key);
        return waiting == null ? List.of() : new ArrayList<>(waiting);
    }

    /** When one of them is due, in shard time; sometimes too early. */
    long nextMs() {
        return nextMs;
    }

    /** Those that are due; {@link #due} says when they are again. */
    List<GroupWait> takeDue(long nowMs) {
        List<GroupWait> taken = new ArrayList<>();
        long next = Long.MAX_VALUE;
        for (GroupWait wait : timed) {
            if (wait.dueMs() <= nowMs) {
                taken.add(wait);
            } else {
                next = Math.min(next, wait.dueMs());
            }
        }
        taken.forEach(timed::remove);
        nextMs = next;
        return taken;
    }

    /** This node decides no more. */
    void endAll() {
        byKey.values()
                .forEach(waiting -> waiting.stream()
                        .filter(GroupWait::isWaiting)
                        .filter(GroupWait::take)
                        .forEach(wait -> wait.answer(new Refused(StreamFault.UNAVAILABLE))));
        byKey.clear();
        timed.clear();
        nextMs = Long.MAX_VALUE;
    }
}
