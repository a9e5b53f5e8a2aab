package io.sluice.protocol.kafka.codec.share;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a listener remembers of one member of a share group: the partitions it takes records from, and those it may hold
 * records of. Guarded by its {@link ShareSessions}.
 */
final class ShareSession {
    final String groupId;
    final String memberId;
    private final Set<Place> places = new LinkedHashSet<>();
    private final Set<Place> held = new LinkedHashSet<>();
    private Object connection;
    private int nextEpoch = 1;

    ShareSession(String groupId, String memberId, Object connection) {
        this.groupId = groupId;
        this.memberId = memberId;
        this.connection = connection;
    }

    int nextEpoch() {
        return nextEpoch;
    }

    /** A request of this epoch came over this connection. */
    void used(Object by) {
        connection = by;
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
    }

    boolean isOf(Object other) {
        return connection == other;
    }

    int size() {
        return places.size();
    }

    void update(List<Place> named, List<Place> forgotten) {
        places.addAll(named);
        forgotten.forEach(places::remove);
    }

    List<Place> places() {
        return List.copyOf(places);
    }

    /** Those that had records go to the end, so that a busy partition does not starve those behind it. */
    void served(Place place) {
        held.add(place);
        if (places.remove(place)) {
            places.add(place);
        }
    }

    /** Where the member may hold records. */
    List<Place> held() {
        return List.copyOf(held);
    }
}
