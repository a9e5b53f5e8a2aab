package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.common.TopicId;
import io.sluice.replication.PartitionReplica;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries by id for whoever decides, who must not block: among what is being decided, in memory, or among what was looked
 * up on disk beforehand. What is still missing is noted, looked up elsewhere, and the decision tried again; ids and offsets of
 * entries never change, so what was found once stays true. Handed from thread to thread; one at a time.
 */
final class Lookups {
    private final Function<TopicId, Optional<PartitionReplica>> partitions;
    private final Map<Sought, Found> found = new HashMap<>();
    private final List<Missing> missing = new ArrayList<>();

    private sealed interface Sought {}

    private record ById(TopicId topicId, EntryId id) implements Sought {}

    private record ByOffset(TopicId topicId, long offset) implements Sought {}

    private record Found(Place place, long endOffset) {}

    private record Missing(Sought sought, long fromOffset, long toOffset) {}

    Lookups(Function<TopicId, Optional<PartitionReplica>> partitions) {
        this.partitions = partitions;
    }

    boolean isMissingSome() {
        return !missing.isEmpty();
    }

    /** The place of the id in the stream; null if it must be looked up first. Apply thread. */
    @Nullable
    Place find(StreamState state, GatheredEntries gathered, EntryId id) {
        if (id.isAfter(state.lastId())) {
            return new Place(state.endOffset(), Optional.empty());
        }
        Place ofNow = gathered.find(state.topicId(), id);
        if (ofNow != null) {
            return ofNow;
        }
        long appliedEnd = gathered.firstOffset(state.topicId(), state.endOffset());
        long from = state.firstOffset();
        ById sought = new ById(state.topicId(), id);
        Found known = found.get(sought);
        if (known != null && known.place().found().isPresent()) {
            return known.place();
        }
        if (known != null) {
            from = Math.max(from, known.endOffset());
        }
        Place place = search(sought, Math.min(from, appliedEnd), appliedEnd, false);
        if (place == null) {
            missing.add(new Missing(sought, from, appliedEnd));
        } else if (place.offset() == appliedEnd && appliedEnd < state.endOffset()) {
            return new Place(appliedEnd, gathered.idAt(state.topicId(), appliedEnd));
        }
        return place;
    }

    /** The offset with the id of the entry there; null if it must be looked up first. Apply thread. */
    @Nullable
    Place idAt(StreamState state, GatheredEntries gathered, long offset) {
        Optional<EntryId> ofNow = gathered.idAt(state.topicId(), offset);
        if (ofNow.isPresent()) {
            return new Place(offset, ofNow);
        }
        ByOffset sought = new ByOffset(state.topicId(), offset);
        Found known = found.get(sought);
        Place place = known != null ? known.place() : search(sought, offset, offset + 1, false);
        if (place == null) {
            missing.add(new Missing(sought, offset, offset + 1));
        }
        return place;
    }

    /** Looks up what was missing; may block. */
    void lookUpMissing() {
        for (Missing each : missing) {
            Place place = search(each.sought(), each.fromOffset(), each.toOffset(), true);
            if (place != null) {
                found.put(each.sought(), new Found(place, each.toOffset()));
            }
        }
        missing.clear();
    }

    private @Nullable Place search(Sought sought, long fromOffset, long toOffset, boolean mayBlock) {
        return switch (sought) {
            case ById byId -> {
                PartitionReplica replica = partitions.apply(byId.topicId()).orElse(null);
                yield replica == null || fromOffset >= toOffset
                        ? new Place(toOffset, Optional.empty())
                        : new IdSearch(replica, mayBlock).find(byId.id(), fromOffset, toOffset);
            }
            case ByOffset byOffset -> {
                PartitionReplica replica = partitions.apply(byOffset.topicId()).orElse(null);
                yield replica == null
                        ? new Place(byOffset.offset(), Optional.empty())
                        : new IdSearch(replica, mayBlock).idAt(byOffset.offset());
            }
        };
    }
}
