package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.ClaimOptions;
import io.sluice.broker.api.GroupCommand.GiveBackMode;
import io.sluice.broker.api.HandedEntries;
import io.sluice.broker.api.PendingEntry;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Count;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.delivery.EntryGroup;
import io.sluice.broker.delivery.GroupChanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides which pending entries change hands or are given back. On the shard's apply thread. */
final class GroupClaims {
    /** Looks at so many pending entries for each that is wanted, as Redis does. */
    private static final long SCANNED_PER_WANTED = 10;

    private final StreamTurn turn;
    private final GroupTurn groups;
    private final StreamMachine machine;
    private final Lookups lookups;
    private final long wallMs;

    GroupClaims(StreamTurn turn, GroupTurn groups, StreamMachine machine, Lookups lookups, long wallMs) {
        this.turn = turn;
        this.groups = groups;
        this.machine = machine;
        this.lookups = lookups;
        this.wallMs = wallMs;
    }

    @Nullable
    StreamAnswer claim(GroupCommand.Claim claim, StreamState state, EntryGroup group) {
        if (GroupTurn.isOneTooMany(group, claim.consumer())) {
            return new Refused(StreamFault.TOO_MANY_GROUPS);
        }
        ClaimOptions options = claim.options();
        GroupChanges changes = new GroupChanges(group, wallMs).by(claim.consumer());
        if (options.lastId().isPresent() && options.lastId().get().isAfter(group.lastId())) {
            Long next = groups.nextOffset(state, options.lastId().get());
            if (next == null) {
                return null;
            }
            changes.position(options.lastId().get(), next, group.entriesRead());
        }
        boolean hasTime = options.timeMs() >= 0 && options.timeMs() <= wallMs;
        Claiming claiming = new Claiming(state, claim.idleMs(), hasTime ? options.timeMs() : wallMs, options, changes);
        for (EntryId id : claim.ids()) {
            Optional<PendingEntry> pending = claiming.taken(id).or(() -> group.find(id));
            if (pending.isPresent()) {
                claiming.take(pending.get());
            } else if (options.isForced()) {
                Place place = lookups.find(state, machine.gathered(), id);
                if (place == null) {
                    return null;
                }
                claiming.force(place, id);
            }
        }
        return finish(claiming, state, group, EntryId.ZERO, claim.consumer());
    }

    StreamAnswer claimIdle(GroupCommand.ClaimIdle claim, StreamState state, EntryGroup group) {
        if (GroupTurn.isOneTooMany(group, claim.consumer())) {
            return new Refused(StreamFault.TOO_MANY_GROUPS);
        }
        GroupChanges changes = new GroupChanges(group, wallMs).by(claim.consumer());
        ClaimOptions options = new ClaimOptions(-1, -1, false, claim.isJustIds(), Optional.empty());
        Claiming claiming = new Claiming(state, claim.idleMs(), wallMs, options, changes);
        long countMax = Math.min(claim.countMax(), GroupCommand.ENTRIES_MAX);
        long[] scanned = {0};
        EntryId[] next = {EntryId.ZERO};
        group.visitPending(claim.from(), Optional.empty(), entry -> {
            boolean isEnough = claiming.count() >= countMax || scanned[0] >= SCANNED_PER_WANTED * countMax;
            if (isEnough) {
                next[0] = entry.id();
                return false;
            }
            scanned[0]++;
            claiming.take(entry);
            return true;
        });
        return finish(claiming, state, group, next[0], claim.consumer());
    }

    private StreamAnswer finish(Claiming claiming, StreamState state, EntryGroup group, EntryId next, String consumer) {
        GroupChanges changes = claiming.finish();
        if (changes.isEmpty()) {
            group.asked(consumer, wallMs);
        } else {
            turn.emit(state, group, changes);
        }
        return new GroupAnswer.Claimed(turn.view(state), claiming.entries(), next, claiming.gone());
    }

    /** Entries that change hands in one command. */
    private final class Claiming {
        private final StreamState state;
        private final long idleMs;
        private final long timeMs;
        private final ClaimOptions options;
        private final GroupChanges changes;
        private final HandedEntries entries = new HandedEntries();
        private final List<EntryId> gone = new ArrayList<>();
        private final List<Long> goneOffsets = new ArrayList<>();
        private final Map<EntryId, PendingEntry> taken = new HashMap<>();

        Claiming(StreamState state, long idleMs, long timeMs, ClaimOptions options, GroupChanges changes) {
            this.state = state;
            this.idleMs = idleMs;
            this.timeMs = timeMs;
            this.options = options;
            this.changes = changes;
        }

        int count() {
            return entries.count() + gone.size();
        }

        HandedEntries entries() {
            return entries;
        }

        List<EntryId> gone() {
            return gone;
        }

        /** The entry as this command has left it: an id may be named twice. */
        Optional<PendingEntry> taken(EntryId id) {
            return Optional.ofNullable(taken.get(id));
        }

        void take(PendingEntry entry) {
            if (!state.holds(entry.offset())) {
                gone.add(entry.id());
                goneOffsets.add(entry.offset());
            } else if (idleMs <= 0 || wallMs - entry.timeMs() >= idleMs) {
                long counted = options.isJustIds() ? entry.deliveries() : GroupReads.oneMore(entry.deliveries());
                give(entry.offset(), entry.id(), counted);
            }
        }

        /** An entry that nobody has, if there is one at that place. */
        void force(Place place, EntryId id) {
            if (place.isOf(id) && state.holds(place.offset())) {
                give(place.offset(), id, options.isJustIds() ? 1 : 2);
            }
        }

        private void give(long offset, EntryId id, long deliveries) {
            long counted = options.deliveries() >= 0 ? options.deliveries() : deliveries;
            changes.hold(offset, id, timeMs, counted);
            changes.active();
            taken.put(id, new PendingEntry(offset, id, "", timeMs, counted));
            entries.add(offset, id.ms(), id.seq(), 0, 0);
        }

        GroupChanges finish() {
            changes.settle(
                    goneOffsets.stream().mapToLong(Long::longValue).sorted().toArray());
            return changes;
        }
    }

    @Nullable
    StreamAnswer giveBack(GroupCommand.GiveBack back, StreamState state, EntryGroup group) {
        GroupChanges changes = new GroupChanges(group, wallMs);
        long count = 0;
        for (EntryId id : back.ids().stream().distinct().toList()) {
            Optional<PendingEntry> pending = group.find(id);
            if (pending.isPresent()) {
                changes.giveBack(
                        pending.get().offset(),
                        id,
                        deliveries(back, pending.get().deliveries()));
                count++;
            } else if (back.isForced()) {
                Place place = lookups.find(state, machine.gathered(), id);
                if (place == null) {
                    return null;
                }
                if (place.isOf(id) && state.holds(place.offset())) {
                    changes.giveBack(place.offset(), id, deliveries(back, 0));
                    count++;
                }
            }
        }
        if (!changes.isEmpty()) {
            turn.emit(state, group, changes);
            turn.ready(state.key());
        }
        return new Count(count);
    }

    private static long deliveries(GroupCommand.GiveBack back, long before) {
        if (back.deliveries() >= 0) {
            return back.deliveries();
        }
        return switch (back.mode()) {
            case GiveBackMode.SILENT -> before == Long.MAX_VALUE ? before : Math.max(0, before - 1);
            case GiveBackMode.FAIL -> before;
            case GiveBackMode.FATAL -> Long.MAX_VALUE;
        };
    }
}
