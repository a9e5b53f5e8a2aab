package io.sluice.broker.stream;

import io.sluice.broker.api.GroupCommand.References;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Count;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamTrim;
import org.jspecify.annotations.Nullable;

/** What a {@link StreamTurn} decides of trims: those of their own and those that come with an entry. On the shard's apply thread. */
final class TrimTurn {
    private final StreamTurn turn;
    private final StreamMachine machine;
    private final StreamRules rules;
    private final Lookups lookups;

    TrimTurn(StreamTurn turn, StreamMachine machine, StreamRules rules, Lookups lookups) {
        this.turn = turn;
        this.machine = machine;
        this.rules = rules;
        this.lookups = lookups;
    }

    /** Whether all that the trim needs can be found without blocking; changes nothing. */
    void prepare(StreamState state, StreamTrim trim) {
        var unused = trimOffset(state, trim);
    }

    /** Null if something must be looked up first. */
    @Nullable
    StreamAnswer trim(StreamCommand.Trim command) {
        StreamState before = turn.live(command.key());
        if (before == null) {
            return Count.ZERO;
        }
        StreamTrim trim = command.trim();
        if (trim.references() == References.ACKNOWLEDGED) {
            UnneededEntries unneeded = unneeded(before, trim);
            if (unneeded == null) {
                return null;
            }
            clear(before, unneeded);
            return new Count(unneeded.count());
        }
        Long first = trimOffset(before, trim);
        if (first == null) {
            return null;
        }
        StreamState after = before.trimmed(first);
        if (after.length() < before.length()) {
            turn.change(before, after, StreamTurn.NONE_DELETED);
            dropReferences(before, after, trim);
        }
        return new Count(before.length() - after.length());
    }

    /** What must be looked up first, by a race with the eviction of memory, stays. */
    void changeAndTrim(StreamState before, StreamState after, StreamTrim trim) {
        if (trim.references() == References.ACKNOWLEDGED) {
            UnneededEntries unneeded = unneeded(after, trim);
            turn.change(before, after, StreamTurn.NONE_DELETED);
            if (unneeded != null) {
                clear(after, unneeded);
            }
            return;
        }
        Long first = trimOffset(after, trim);
        StreamState trimmed = first == null ? after : after.trimmed(first);
        turn.change(before, trimmed, StreamTurn.NONE_DELETED);
        dropReferences(before, trimmed, trim);
    }

    private @Nullable Long trimOffset(StreamState state, StreamTrim trim) {
        return switch (trim.bound()) {
            case StreamTrim.Newest newest ->
                StreamTrimming.keepNewest(state, trim, newest.count(), rules.blockEntries());
            case StreamTrim.From from -> {
                Place place = lookups.find(state, machine.gathered(), from.id());
                yield place == null ? null : StreamTrimming.keepFrom(state, trim, place.offset(), rules.blockEntries());
            }
        };
    }

    /** What a trim that spares what groups need takes; null if something must be looked up first. */
    private @Nullable UnneededEntries unneeded(StreamState state, StreamTrim trim) {
        Long first = trimOffset(state, trim);
        if (first == null) {
            return null;
        }
        boolean isByCount = trim.bound() instanceof StreamTrim.Newest && !trim.isRough();
        return UnneededEntries.of(
                state,
                machine.groups(state.topicId()),
                isByCount ? state.endOffset() : first,
                isByCount ? state.countBetween(state.firstOffset(), first) : Long.MAX_VALUE);
    }

    private void clear(StreamState before, UnneededEntries unneeded) {
        if (unneeded.count() > 0) {
            turn.emit(new StreamEvent.Cleared(before.topicId(), unneeded.endOffset()));
            StreamState after = machine.find(before.topicId());
            if (after != null && after.firstOffset() > before.firstOffset()) {
                machine.gathered().trimmed(before.topicId());
            }
            turn.changed(before.key());
        }
    }

    private void dropReferences(StreamState before, StreamState after, StreamTrim trim) {
        if (trim.references() == References.DELETE) {
            turn.groups().deletes().dropReferences(after, before.firstOffset(), after.firstOffset());
        }
    }
}
