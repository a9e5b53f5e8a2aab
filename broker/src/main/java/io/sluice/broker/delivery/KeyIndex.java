package io.sluice.broker.delivery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a group that is ordered by key has open of each key: follows from the rows, and is kept beside them by their {@link
 * RowTable} where decisions need it. Some 150 bytes a row. A record counts under its key as
 *
 * <pre>
 *  busy     a member has it, or it waits for its next attempt: nothing else of the key may go
 *  ready    anybody may have it
 *  blocked  others of its key come first
 * </pre>
 *
 * <p>A record that waits for its own time before it is anybody's is in nobody's way. Keys are known by their hashes: two with
 * the same are one, which costs them some waiting and nothing else. Owner: the shard's apply thread.
 */
final class KeyIndex {
    private final Map<Long, OfKey> byKey = new HashMap<>();
    private final Set<Long> freed = new LinkedHashSet<>();

    private static final class OfKey {
        private int busy;
        private int ready;
        private final TreeSet<Long> blocked = new TreeSet<>();

        boolean isFreed() {
            return busy == 0 && ready == 0 && !blocked.isEmpty();
        }

        boolean isEmpty() {
            return busy == 0 && ready == 0 && blocked.isEmpty();
        }
    }

    /** A row with the key came ({@code change} 1) or went (−1). */
    void count(byte state, int member, long key, long offset, int change) {
        boolean isNobodys = state == RowState.DELAYED && member == Members.THE_CLOCK;
        if (key == KeyHashes.NONE || isNobodys || state == RowState.DEAD_LETTERING) {
            return;
        }
        OfKey ofKey = byKey.computeIfAbsent(key, first -> new OfKey());
        if (state == RowState.BLOCKED && change > 0) {
            ofKey.blocked.add(offset);
        } else if (state == RowState.BLOCKED) {
            ofKey.blocked.remove(offset);
        } else if (state == RowState.AVAILABLE) {
            ofKey.ready += change;
        } else {
            ofKey.busy += change;
        }
        if (ofKey.isFreed()) {
            freed.add(key);
        } else {
            freed.remove(key);
        }
        if (ofKey.isEmpty()) {
            byKey.remove(key);
        }
    }

    /** Whether a record of the key that is ready may not go: another one is under way, or one before it is blocked. */
    boolean holdsBack(long key, long offset) {
        OfKey ofKey = find(key);
        return ofKey != null && (ofKey.busy > 0 || !ofKey.blocked.isEmpty() && ofKey.blocked.first() < offset);
    }

    /** Whether a new record of the key has others before it. */
    boolean hasAny(long key) {
        return find(key) != null;
    }

    private @Nullable OfKey find(long key) {
        return byKey.get(key);
    }

    /** Of each key that has nothing but blocked records the first of these: it may go. */
    Collection<Long> freed() {
        List<Long> offsets = new ArrayList<>(freed.size());
        freed.forEach(key -> {
            OfKey ofKey = byKey.get(key);
            if (ofKey != null) {
                offsets.add(ofKey.blocked.first());
            }
        });
        offsets.sort(null);
        return offsets;
    }
}
