package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.common.TopicId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what streams remember of ids of producers, as part of a {@link StreamTurn}. On the shard's apply thread. */
final class OnceTurn {
    private final StreamTurn turn;
    private final StreamMachine machine;
    private final long wallMs;

    OnceTurn(StreamTurn turn, StreamMachine machine, long wallMs) {
        this.turn = turn;
        this.machine = machine;
        this.wallMs = wallMs;
    }

    /** The answer if the entry was added before, or cannot be remembered; else null. */
    @Nullable
    StreamAnswer answer(StreamState state, OnceKey key) {
        RememberedIds ids = machine.once().find(state.topicId());
        if (ids == null) {
            return null;
        }
        Optional<EntryId> before = ids.find(key, wallMs);
        if (before.isPresent()) {
            turn.emit(new StreamEvent.OnceRepeated(state.topicId()));
            turn.changed(state.key());
            return new StreamAnswer.Id(before.get());
        }
        return ids.isFull() ? new Refused(StreamFault.TOO_MANY_REMEMBERED) : null;
    }

    /** The entry got this id. */
    void added(TopicId topicId, OnceKey key, EntryId id) {
        RememberedIds before = machine.once().find(topicId);
        boolean isFirst = before == null || before.tracked() == 0;
        turn.emit(new StreamEvent.OnceAdded(topicId, key, id, wallMs));
        if (isFirst) {
            long endsMs = wallMs + machine.once().limits(topicId).durationMs();
            machine.onceExpiries().add(topicId, turn.dueMs(endsMs));
        }
    }

    /** Of a stream that is made, for which other limits than the usual are wanted. */
    void made(TopicId topicId, OnceLimits limits) {
        if (!limits.equals(OnceLimits.STANDARD)) {
            turn.emit(new StreamEvent.OnceLimited(topicId, limits));
        }
    }

    StreamAnswer limit(StreamCommand.LimitOnce wanted) {
        StreamState state = turn.live(wanted.key());
        if (state == null) {
            return new Refused(StreamFault.NO_SUCH_KEY);
        }
        OnceLimits before = machine.once().limits(state.topicId());
        OnceLimits after = new OnceLimits(
                wanted.durationSeconds().orElse(before.durationSeconds()),
                wanted.idsMax().orElse(before.idsMax()));
        if (!after.equals(before)) {
            turn.emit(new StreamEvent.OnceLimited(state.topicId(), after));
            turn.changed(state.key());
        }
        return StreamAnswer.Done.INSTANCE;
    }

    /** Null if something must be looked up first. */
    @Nullable
    StreamAnswer remember(StreamCommand.RememberOnce wanted) {
        StreamState state = turn.live(wanted.key());
        if (state == null) {
            return new Refused(StreamFault.NO_SUCH_KEY);
        }
        Place place = turn.find(state, wanted.entryId());
        if (place == null) {
            return null;
        }
        if (!StreamTurn.isThere(state, place, wanted.entryId())) {
            return new Refused(StreamFault.NO_SUCH_ENTRY);
        }
        return remember(state, OnceKey.of(wanted.once(), List.of()), wanted.entryId());
    }

    private StreamAnswer remember(StreamState state, OnceKey key, EntryId id) {
        RememberedIds ids = machine.once().find(state.topicId());
        Optional<EntryId> known = ids == null ? Optional.empty() : ids.find(key, wallMs);
        if (known.isPresent()) {
            return known.get().equals(id) ? StreamAnswer.Done.INSTANCE : new Refused(StreamFault.REMEMBERED_OTHERWISE);
        }
        if (ids != null && ids.isFull()) {
            return new Refused(StreamFault.TOO_MANY_REMEMBERED);
        }
        added(state.topicId(), key, id);
        turn.changed(state.key());
        return StreamAnswer.Done.INSTANCE;
    }

    /** Forgets ids whose time is over; says when that is to be looked at again. */
    void forgetIfDue(TopicId topicId) {
        StreamState state = machine.find(topicId);
        RememberedIds ids = machine.once().find(topicId);
        if (state == null || ids == null || ids.tracked() == 0) {
            return;
        }
        long overMs = wallMs - ids.limits().durationMs();
        if (ids.oldestMs() <= overMs) {
            turn.emit(new StreamEvent.OnceForgotten(topicId, overMs));
            turn.changed(state.key());
        }
        if (ids.tracked() > 0) {
            long endsMs = ids.oldestMs() + ids.limits().durationMs();
            machine.onceExpiries().add(topicId, turn.dueMs(Math.max(endsMs, wallMs + 1)));
        }
    }
}
