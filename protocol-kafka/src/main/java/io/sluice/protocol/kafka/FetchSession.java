package io.sluice.protocol.kafka;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The partitions a client follows without naming them each time, KIP-227. One fetch at a time claims it and owns it until
 * it releases it; a client that sends the next fetch of a session before the answer to the last gets an epoch error,
 * which no client does that follows the epochs.
 */
final class FetchSession {
    final int id;
    final boolean isByTopicId;
    final long createdMs;
    private final SequencedMap<FetchTarget, FetchTarget> targets = new LinkedHashMap<>();
    private final AtomicBoolean isClaimed = new AtomicBoolean();
    private volatile long usedMs;
    private volatile int size;
    private int epoch = 1;

    FetchSession(int id, boolean isByTopicId, Collection<FetchTarget> first, long nowMs) {
        this.id = id;
        this.isByTopicId = isByTopicId;
        createdMs = nowMs;
        usedMs = nowMs;
        first.forEach(target -> targets.put(target, target));
        size = targets.size();
    }

    boolean tryClaim() {
        return isClaimed.compareAndSet(false, true);
    }

    void release() {
        isClaimed.set(false);
    }

    int epoch() {
        return epoch;
    }

    void used(long nowMs) {
        epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
        usedMs = nowMs;
    }

    long usedMs() {
        return usedMs;
    }

    int size() {
        return size;
    }

    Collection<FetchTarget> targets() {
        return targets.sequencedValues();
    }

    void update(List<FetchTarget> wanted, List<FetchTarget> forgotten) {
        for (FetchTarget target : wanted) {
            FetchTarget known = targets.putIfAbsent(target, target);
            if (known != null) {
                known.want(target);
            }
        }
        forgotten.forEach(targets::remove);
        size = targets.size();
    }

    /** Those that had records go to the end, so that a busy partition does not starve those behind it. */
    void rotate(List<FetchTarget> served) {
        for (FetchTarget target : served) {
            FetchTarget kept = targets.remove(target);
            if (kept != null) {
                targets.put(kept, kept);
            }
        }
    }
}
