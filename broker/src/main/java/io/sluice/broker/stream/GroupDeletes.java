package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.References;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.delivery.EntryGroup;
import io.sluice.broker.delivery.GroupChanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes entries with a look at the groups that have them pending or are still to read them. Source: Redis 8.2, XDELEX and
 * XACKDEL. On the shard's apply thread.
 */
final class GroupDeletes {
    private static final int MISSING = -1;
    private static final int DELETED = 1;
    private static final int KEPT = 2;

    private final StreamTurn turn;
    private final StreamMachine machine;
    private final Lookups lookups;
    private final long wallMs;

    GroupDeletes(StreamTurn turn, StreamMachine machine, Lookups lookups, long wallMs) {
        this.turn = turn;
        this.machine = machine;
        this.lookups = lookups;
        this.wallMs = wallMs;
    }

    StreamAnswer acknowledgeAndDelete(GroupCommand.AcknowledgeAndDelete both, StreamState state, EntryGroup group) {
        List<Integer> outcomes = new ArrayList<>();
        Set<Long> settled = new LinkedHashSet<>();
        Deleting deleting = new Deleting(state);
        for (EntryId id : both.ids()) {
            long offset = group.offsetOf(id);
            if (offset < 0 || !settled.add(offset)) {
                outcomes.add(MISSING);
                continue;
            }
            boolean isKept = both.references() == References.ACKNOWLEDGED && isReferenced(state, offset, id, group);
            outcomes.add(isKept ? KEPT : DELETED);
            if (!isKept) {
                deleting.add(offset, id);
            }
        }
        settle(state, group, settled);
        if (both.references() == References.DELETE) {
            dropReferences(state, settled);
        }
        deleting.finish();
        return new GroupAnswer.Outcomes(outcomes);
    }

    @Nullable
    StreamAnswer deleteReferenced(GroupCommand.DeleteReferenced delete) {
        StreamState state = turn.live(delete.key());
        if (state == null) {
            return new GroupAnswer.Outcomes(
                    delete.ids().stream().map(id -> MISSING).toList());
        }
        List<Integer> outcomes = new ArrayList<>();
        List<Long> dropped = new ArrayList<>();
        Deleting deleting = new Deleting(state);
        for (EntryId id : delete.ids()) {
            long pendingAt = pendingAt(state, id);
            Place place = lookups.find(state, machine.gathered(), id);
            if (place == null) {
                return null;
            }
            boolean isThere = place.isOf(id) && deleting.holds(place.offset());
            if (delete.references() == References.DELETE && pendingAt >= 0) {
                dropped.add(pendingAt);
            }
            boolean isKept = delete.references() == References.ACKNOWLEDGED
                    && (pendingAt >= 0 || (isThere && isReferenced(state, place.offset(), id, null)));
            if (isThere && !isKept) {
                deleting.add(place.offset(), id);
            }
            outcomes.add(isKept ? KEPT : isThere ? DELETED : MISSING);
        }
        dropReferences(state, dropped);
        deleting.finish();
        return new GroupAnswer.Outcomes(outcomes);
    }

    /** Offset at which some group has the entry pending, −1 if none has. */
    private long pendingAt(StreamState state, EntryId id) {
        for (EntryGroup group : machine.groups(state.topicId())) {
            long offset = group.offsetOf(id);
            if (offset >= 0) {
                return offset;
            }
        }
        return -1;
    }

    /** Whether a group, but for the one, has the entry pending or is still to read it. */
    private boolean isReferenced(StreamState state, long offset, EntryId id, @Nullable EntryGroup butFor) {
        for (EntryGroup group : machine.groups(state.topicId())) {
            boolean isToRead = id.isAfter(group.lastId());
            if (isToRead || (group != butFor && group.isPending(offset))) {
                return true;
            }
        }
        return false;
    }

    /** No group has these pending any more. */
    private void dropReferences(StreamState state, Collection<Long> offsets) {
        for (EntryGroup group : machine.groups(state.topicId())) {
            settle(state, group, offsets.stream().filter(group::isPending).toList());
        }
    }

    private void settle(StreamState state, EntryGroup group, Collection<Long> offsets) {
        if (!offsets.isEmpty()) {
            GroupChanges changes = new GroupChanges(group, wallMs);
            changes.settle(offsets.stream()
                    .mapToLong(Long::longValue)
                    .sorted()
                    .distinct()
                    .toArray());
            turn.emit(state, group, changes);
        }
    }

    /** The entries between the offsets are no group's any more. */
    void dropReferences(StreamState state, long fromOffset, long toOffset) {
        for (EntryGroup group : machine.groups(state.topicId())) {
            long[] offsets = group.pendingBetween(fromOffset, toOffset);
            if (offsets.length > 0) {
                GroupChanges changes = new GroupChanges(group, wallMs);
                changes.settle(offsets);
                turn.emit(state, group, changes);
            }
        }
    }

    /** Entries of one stream that one command deletes. */
    private final class Deleting {
        private final StreamState state;
        private final Map<Long, EntryId> ids = new LinkedHashMap<>();

        Deleting(StreamState state) {
            this.state = state;
        }

        boolean holds(long offset) {
            return state.holds(offset) && !ids.containsKey(offset);
        }

        void add(long offset, EntryId id) {
            if (holds(offset)) {
                ids.put(offset, id);
            }
        }

        void finish() {
            EntryId largest = EntryId.ZERO;
            for (EntryId id : ids.values()) {
                largest = id.isAfter(largest) ? id : largest;
            }
            turn.delete(
                    state,
                    ids.keySet().stream().mapToLong(Long::longValue).sorted().toArray(),
                    largest);
        }
    }
}
