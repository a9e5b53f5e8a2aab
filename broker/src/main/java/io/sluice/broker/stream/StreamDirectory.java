package io.sluice.broker.stream;

import io.sluice.broker.api.StreamKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** The committed streams, as everybody may see them, and who waits for news of which. Written by apply threads; any thread reads. */
final class StreamDirectory {
    private final ConcurrentSkipListMap<StreamKey, LocalStreamView> streams = new ConcurrentSkipListMap<>();
    private final AtomicLongArray counts = new AtomicLongArray(StreamKey.DATABASES);
    private final ConcurrentHashMap<StreamKey, List<Runnable>> watchers = new ConcurrentHashMap<>();

    @Nullable
    LocalStreamView find(StreamKey key) {
        return streams.get(key);
    }

    long count(int database) {
        return counts.get(database);
    }

    /** The key has this stream from now on, none if null. */
    void publish(StreamKey key, @Nullable LocalStreamView view) {
        LocalStreamView before = view == null ? streams.remove(key) : streams.put(key, view);
        if (before == null && view != null) {
            counts.incrementAndGet(key.database());
        } else if (before != null && view == null) {
            counts.decrementAndGet(key.database());
        }
        wake(key);
    }

    /** Keys from the place on, all of the last place together. */
    List<StreamKey> keys(int database, long fromOrder, int countMax) {
        List<StreamKey> found = new ArrayList<>();
        for (StreamKey key :
                streams.tailMap(StreamKey.lowest(database, fromOrder), true).keySet()) {
            boolean isEnough = found.size() >= countMax && found.getLast().order() != key.order();
            if (isEnough || key.database() != database) {
                break;
            }
            found.add(key);
        }
        return found;
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

    /** Tells those who wait for the key. */
    void wake(StreamKey key) {
        if (!watchers.isEmpty()) {
            Optional.ofNullable(watchers.get(key)).ifPresent(known -> known.forEach(Runnable::run));
        }
    }
}
