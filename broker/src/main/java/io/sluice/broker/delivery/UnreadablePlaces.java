package io.sluice.broker.delivery;

import io.sluice.common.TopicId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where delivery groups stand still because the next records cannot be read. Passing them over would lose them for the group,
 * so it waits until they are mended or given up, and each place is news once, however often members ask. Any thread.
 */
final class UnreadablePlaces {
    /** So many places are kept in mind; the oldest beyond them would be news again. */
    static final int PLACES_MAX = 1_000;

    private final LongAdder failures;
    private final Set<Place> told = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Boolean> eldest) {
            return size() > PLACES_MAX;
        }
    });

    /** The next records of a group. */
    record Place(TopicId topicId, int partition, long offset) {}

    /** Counts every failure there. */
    UnreadablePlaces(LongAdder failures) {
        this.failures = failures;
    }

    /** The place could not be read; answers whether that is news. */
    boolean failed(Place place) {
        failures.increment();
        synchronized (told) {
            return told.add(place);
        }
    }

    /** The place was read; answers whether that is news. */
    boolean read(Place place) {
        synchronized (told) {
            return told.remove(place);
        }
    }
}
