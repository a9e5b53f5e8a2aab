package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.common.TopicId;
import io.sluice.replication.PartitionReplica;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries by id for whoever decides, who must not block: among what is being decided, in memory, or among what was looked
 * up on disk beforehand. What is still missing is noted, looked up elsewhere, and the decision tried again; ids and offsets of
 * entries never change, so what was found once stays true. Handed from thread to thread; one at a time.
 */
final class Lookups {
    /** So much of what was read for its ids stays at hand for those it is handed to; of the rest there are ids only. */
    static final long BATCH_BYTES_MAX = 2 << 20;

    private final Function<TopicId, Optional<PartitionReplica>> partitions;
    private final IdLoads loads;
    private final Map<Sought, Found> found = new HashMap<>();
    private final List<Missing> missing = new ArrayList<>();
    private final Map<TopicId, TreeMap<Long, IdRun>> runs = new HashMap<>();
    private final List<MissingRun> missingRuns = new ArrayList<>();
    private long batchBytes;
    private final Map<TopicId, CopiedLog> logs = new HashMap<>();
    private final Set<TopicId> missingLogs = new LinkedHashSet<>();

    private sealed interface Sought {}

    private record ById(TopicId topicId, EntryId id) implements Sought {}

    private record ByOffset(TopicId topicId, long offset) implements Sought {}

    private record Found(Place place, long endOffset) {}

    private record MissingRun(TopicId topicId, long fromOffset, long countMax) {}

    private record Missing(Sought sought, long fromOffset, long toOffset) {}

    /** On its own. */
    Lookups(Function<TopicId, Optional<PartitionReplica>> partitions) {
        this(partitions, new IdLoads());
    }

    /** Beside others, who may look for the same. */
    Lookups(Function<TopicId, Optional<PartitionReplica>> partitions, IdLoads loads) {
        this.partitions = partitions;
        this.loads = loads;
    }

    boolean isMissingSome() {
        return !missing.isEmpty() || !missingRuns.isEmpty() || !missingLogs.isEmpty();
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

    /**
     * Ids from the offset on, of entries that are applied; null if they must be looked up first, so many of them. Apply thread.
     */
    @Nullable
    IdRun ids(TopicId topicId, long offset, long countMax) {
        TreeMap<Long, IdRun> kept = runs.get(topicId);
        Map.Entry<Long, IdRun> known = kept == null ? null : kept.floorEntry(offset);
        if (known != null && known.getValue().holds(offset)) {
            return known.getValue();
        }
        PartitionReplica replica = partitions.apply(topicId).orElse(null);
        IdRun run = replica == null ? null : IdRun.read(replica, offset, false);
        if (run == null) {
            missingRuns.add(new MissingRun(topicId, offset, countMax));
            return null;
        }
        return keep(topicId, run);
    }

    /** All records of the stream; null if some must be looked up first, or are not applied yet. Apply thread. */
    @Nullable
    CopiedLog log(StreamState state, GatheredEntries gathered) {
        CopiedLog log = logs.computeIfAbsent(state.topicId(), same -> new CopiedLog(state.firstOffset()));
        PartitionReplica replica = partitions.apply(state.topicId()).orElse(null);
        boolean isApplied = gathered.firstOffset(state.topicId(), state.endOffset()) == state.endOffset();
        if (replica != null && isApplied && log.reach(replica, state.endOffset(), false)) {
            return log;
        }
        if (!log.isHopeless()) {
            missingLogs.add(state.topicId());
        }
        return null;
    }

    /** What was found stays found until the decision; answers it as it is kept. */
    IdRun keep(TopicId topicId, IdRun run) {
        TreeMap<Long, IdRun> kept = runs.computeIfAbsent(topicId, same -> new TreeMap<>());
        IdRun known = kept.get(run.fromOffset());
        if (known != null && known.toOffset() >= run.toOffset()) {
            return known;
        }
        IdRun added = batchBytes + run.batchBytes() <= BATCH_BYTES_MAX ? run : run.idsOnly();
        batchBytes += added.batchBytes();
        kept.put(added.fromOffset(), added);
        return added;
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
        for (MissingRun each : missingRuns) {
            partitions.apply(each.topicId()).ifPresent(replica -> lookUpIds(replica, each));
        }
        missingRuns.clear();
        for (TopicId topicId : missingLogs) {
            CopiedLog log = logs.get(topicId);
            if (log != null) {
                partitions.apply(topicId).ifPresent(replica -> log.reach(replica, replica.endOffset(), true));
            }
        }
        missingLogs.clear();
    }

    private void lookUpIds(PartitionReplica replica, MissingRun wanted) {
        long offset = wanted.fromOffset();
        long count = 0;
        while (count < wanted.countMax() && offset < replica.endOffset()) {
            IdRun run = loads.load(wanted.topicId(), replica, offset);
            keep(wanted.topicId(), run);
            count += run.count();
            offset = run.toOffset();
        }
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
