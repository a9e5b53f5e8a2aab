package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.delivery.EntryGroup;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How far groups are: the number of entries up to an id, which Redis knows only where nothing was deleted in between. Source:
 * Redis 8, {@code t_stream.c}, functions about the lag of a group; ids alone decide, as there. On the apply thread.
 */
final class GroupCounting {
    private final StreamState state;
    private final Supplier<Optional<EntryId>> firstId;

    /** {@code firstId} finds the id of the first entry, empty if it cannot without blocking. */
    GroupCounting(StreamState state, Supplier<Optional<EntryId>> firstId) {
        this.state = state;
        this.firstId = firstId;
    }

    /** Whether deleted entries may lie behind the id. */
    boolean hasDeletedBehind(EntryId id) {
        return state.length() > 0 && hasDeleted() && !id.isAfter(state.maxDeletedId());
    }

    private boolean hasDeleted() {
        return !state.maxDeletedId().equals(EntryId.ZERO);
    }

    /** How many entries were read once the one with this id is, after so many with the one before. */
    long readWith(EntryId id, EntryId before, long readBefore) {
        if (readBefore != EntryGroup.UNKNOWN && !hasDeletedBehind(before)) {
            return readBefore + 1;
        }
        return state.entriesAdded() == 0 ? readBefore : upTo(id);
    }

    /** How many entries lie up to the id, deleted ones too. */
    long upTo(EntryId id) {
        if (state.entriesAdded() == 0) {
            return 0;
        }
        if (state.length() == 0 && !id.isAfter(state.lastId())) {
            return state.entriesAdded();
        }
        if (!id.equals(EntryId.ZERO) && state.maxDeletedId().isAfter(id)) {
            return EntryGroup.UNKNOWN;
        }
        if (id.equals(state.lastId())) {
            return state.entriesAdded();
        }
        return id.isAfter(state.lastId()) ? EntryGroup.UNKNOWN : nearFirst(id);
    }

    private long nearFirst(EntryId id) {
        EntryId first = firstId.get().orElse(null);
        if (first == null || (hasDeleted() && !first.isAfter(state.maxDeletedId()))) {
            return EntryGroup.UNKNOWN;
        }
        if (first.isAfter(id)) {
            return state.entriesAdded() - state.length();
        }
        return first.equals(id) ? state.entriesAdded() - state.length() + 1 : EntryGroup.UNKNOWN;
    }

    /** How many entries the group has yet to read, or {@link GroupAnswer#UNKNOWN_LAG}. */
    long lag(EntryGroup group) {
        if (state.entriesAdded() == 0 || state.length() == 0) {
            return 0;
        }
        EntryId first = firstId.get().orElse(null);
        if (first != null && first.isAfter(group.lastId()) && first.isAfter(state.maxDeletedId())) {
            return state.length();
        }
        boolean isCounted = group.entriesRead() != EntryGroup.UNKNOWN && !hasDeletedBehind(group.lastId());
        long read = isCounted ? group.entriesRead() : upTo(group.lastId());
        return read == EntryGroup.UNKNOWN ? GroupAnswer.UNKNOWN_LAG : state.entriesAdded() - read;
    }
}
