package io.sluice.broker.stream;

import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService.KeyPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The committed streams, as everybody may see them, and who waits for news of which. Written by apply threads; any thread reads.
 * The state alone is kept, because most of many keys are never looked at.
 */
final class StreamDirectory {
    private final ConcurrentSkipListMap<StreamKey, StreamState> streams = new ConcurrentSkipListMap<>();

    /** Of streams that have more than entries. */
    private final ConcurrentHashMap<StreamKey, Beside> besides = new ConcurrentHashMap<>();

    private final AtomicLongArray counts = new AtomicLongArray(StreamKey.DATABASES);
    private final ConcurrentHashMap<StreamKey, List<Runnable>> watchers = new ConcurrentHashMap<>();

    /** What a stream has beside entries. */
    record Beside(int groupCount, OnceFigures once) {
        static final Beside NOTHING = new Beside(0, OnceFigures.NONE);
    }

    @Nullable
    StreamState find(StreamKey key) {
        return streams.get(key);
    }

    Beside beside(StreamKey key) {
        return besides.isEmpty() ? Beside.NOTHING : besides.getOrDefault(key, Beside.NOTHING);
    }

    long count(int database) {
        return counts.get(database);
    }

    /** The key has this stream from now on, none if null. */
    void publish(StreamKey key, @Nullable StreamState state, Beside beside) {
        if (!beside.equals(Beside.NOTHING)) {
            besides.put(key, beside);
        } else if (!besides.isEmpty()) {
            besides.remove(key);
        }
        StreamState before = state == null ? streams.remove(key) : streams.put(key, state);
        if (before == null && state != null) {
            counts.incrementAndGet(key.database());
        } else if (before != null && state == null) {
            counts.decrementAndGet(key.database());
        }
        wake(key);
    }

    /** Forgets the streams of other keys. */
    void keep(Predicate<StreamKey> isKept) {
        for (StreamKey key : streams.keySet()) {
            if (!isKept.test(key)) {
                publish(key, null, Beside.NOTHING);
            }
        }
    }

    /** Keys from the place on, all of the last place together. */
    KeyPage keys(int database, long fromOrder, int countMax) {
        List<StreamKey> found = new ArrayList<>();
        for (StreamKey key :
                streams.tailMap(StreamKey.lowest(database, fromOrder), true).keySet()) {
            if (key.database() != database) {
                break;
            }
            if (found.size() >= countMax && found.getLast().order() != key.order()) {
                return new KeyPage(found, found.getLast().order() + 1);
            }
            found.add(key);
        }
        return new KeyPage(found, 0);
    }

    void watch(StreamKey key, Runnable listener) {
        watchers.compute(key, (same, known) -> {
            List<Runnable> more = known == null ? new ArrayList<>() : new ArrayList<>(known);
            more.add(listener);
            return more;
        });
    }

    void unwatch(StreamKey key, Runnable listener) {
        watchers.computeIfPresent(key, (same, known) -> {
            List<Runnable> fewer = new ArrayList<>(known);
            fewer.remove(listener);
            return fewer.isEmpty() ? null : fewer;
        });
    }

    /** Whether anybody waits for any key. */
    boolean isWatched() {
        return !watchers.isEmpty();
    }

    /** Tells those who wait for the key. */
    void wake(StreamKey key) {
        if (isWatched()) {
            Optional.ofNullable(watchers.get(key)).ifPresent(known -> known.forEach(Runnable::run));
        }
    }
}
