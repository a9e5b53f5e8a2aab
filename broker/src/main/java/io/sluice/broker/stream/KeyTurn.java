package io.sluice.broker.stream;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Count;
import io.sluice.broker.api.StreamAnswer.Done;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.EntryItems;
import io.sluice.replication.runtime.Decision;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link StreamTurn} decides of commands about keys, whatever their streams hold. On the shard's apply thread. */
final class KeyTurn {
    private final StreamTurn turn;
    private final StreamMachine machine;
    private final Decision decision;
    private final StreamRules rules;
    private final Lookups lookups;
    private final long wallMs;

    KeyTurn(
            StreamTurn turn,
            StreamMachine machine,
            Decision decision,
            StreamRules rules,
            Lookups lookups,
            long wallMs) {
        this.turn = turn;
        this.machine = machine;
        this.decision = decision;
        this.rules = rules;
        this.lookups = lookups;
        this.wallMs = wallMs;
    }

    /** One event, however many there are. */
    StreamAnswer removeAll(StreamCommand.RemoveAll all) {
        List<StreamState> states = machine.of(Set.copyOf(all.databases()));
        for (StreamState state : states) {
            if (!all.mayRemove().test(state.key())) {
                return new Refused(StreamFault.DENIED);
            }
        }
        if (!states.isEmpty()) {
            turn.emit(new StreamEvent.Flushed(all.databases()));
            for (StreamState state : states) {
                turn.gone(state.topicId());
                turn.changed(state.key());
            }
        }
        return Done.INSTANCE;
    }

    StreamAnswer expire(StreamCommand.Expire expire) {
        StreamState before = turn.live(expire.key());
        if (before == null || !mayExpire(before.expiresWallMs(), expire)) {
            return Count.ZERO;
        }
        if (expire.wallMs() <= wallMs) {
            turn.remove(expire.key());
            return Count.ONE;
        }
        turn.change(before, before.expiring(expire.wallMs()), StreamTurn.NONE_DELETED);
        if (expire.wallMs() != StreamState.NEVER) {
            machine.expiries().add(before.topicId(), turn.dueMs(expire.wallMs()));
        }
        return Count.ONE;
    }

    private static boolean mayExpire(long currentMs, StreamCommand.Expire wanted) {
        boolean hasOne = currentMs != StreamState.NEVER;
        if (wanted.wallMs() == StreamState.NEVER) {
            return hasOne;
        }
        return switch (wanted.rule()) {
            case ALWAYS -> true;
            case IF_NONE -> !hasOne;
            case IF_ANY -> hasOne;
            case IF_LATER -> hasOne && wanted.wallMs() > currentMs;
            case IF_EARLIER -> wanted.wallMs() < currentMs;
            case IF_ANY_EARLIER -> hasOne && wanted.wallMs() < currentMs;
        };
    }

    StreamAnswer rename(StreamCommand.Rename rename) {
        StreamState before = turn.live(rename.key());
        if (before == null) {
            return new Refused(StreamFault.NO_SUCH_KEY);
        }
        boolean isSame = rename.key().equals(rename.target());
        if (turn.live(rename.target()) != null && !rename.mayReplace()) {
            return new Refused(StreamFault.KEY_EXISTS);
        }
        if (!isSame) {
            turn.remove(rename.target());
            turn.emit(new StreamEvent.Renamed(before.topicId(), rename.target()));
            turn.changed(rename.key());
            turn.changed(rename.target());
        }
        return Done.INSTANCE;
    }

    /** Null if the log must be looked up first. */
    @Nullable
    StreamAnswer copy(StreamCommand.Copy copy) {
        StreamState source = turn.live(copy.key());
        boolean isTaken = turn.live(copy.target()) != null;
        if (source == null || (isTaken && !copy.mayReplace())) {
            return Count.ZERO;
        }
        CopiedLog log = lookups.log(source, machine.gathered());
        if (log == null || log.isTooLarge()) {
            return log == null ? null : new Refused(StreamFault.TOO_LARGE);
        }
        StreamAnswer refusal = isTaken ? null : turn.refusalToMake();
        if (refusal != null || !rules.takeSpace(log.lengthBytes())) {
            return refusal == null ? new Refused(StreamFault.STORAGE) : refusal;
        }
        turn.remove(copy.target());
        TopicId topicId = rules.newTopicId();
        decision.attach(
                EntryItems.control(new ControlEntry.Open(topicId, 0, 0, 1, log.baseOffset(), 0, rules.segments())));
        log.batches().forEach(batch -> decision.attach(EntryItems.append(topicId, 0, batch)));
        if (source.firstOffset() > log.baseOffset()) {
            decision.attach(EntryItems.control(new ControlEntry.AdvanceStart(topicId, 0, source.firstOffset())));
        }
        turn.emit(new StreamEvent.Copied(topicId, source.topicId(), copy.target()));
        turn.came(topicId);
        turn.changed(copy.target());
        if (source.expiresWallMs() != StreamState.NEVER) {
            machine.expiries().add(topicId, turn.dueMs(source.expiresWallMs()));
        }
        RememberedIds ids = machine.once().find(topicId);
        if (ids != null && ids.tracked() > 0) {
            machine.onceExpiries()
                    .add(topicId, turn.dueMs(ids.oldestMs() + ids.limits().durationMs()));
        }
        return Count.ONE;
    }

    StreamAnswer swap(StreamCommand.SwapDatabases wanted) {
        if (wanted.first() != wanted.second()) {
            StreamEvent.Swapped swapped = new StreamEvent.Swapped(wanted.first(), wanted.second());
            turn.emit(swapped);
            machine.of(wanted.first(), wanted.second()).forEach(state -> {
                turn.changed(state.key());
                turn.changed(swapped.other(state.key()));
            });
        }
        return Done.INSTANCE;
    }
}
