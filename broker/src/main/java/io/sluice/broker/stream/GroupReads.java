package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.From;
import io.sluice.broker.api.GroupCommand.ReadGroup;
import io.sluice.broker.api.HandedEntries;
import io.sluice.broker.api.PendingEntry;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.delivery.EntryGroup;
import io.sluice.broker.delivery.GroupChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what consumers are handed: claimed entries, new ones, or their own once more. On the shard's apply thread. */
final class GroupReads {
    /** An answer holds no more of what was read already: some 1 MiB. */
    private static final int RUNS_MAX = 8;

    private static final int VOLATILE_MAX = 10_000;

    private final StreamTurn turn;
    private final StreamMachine machine;
    private final Lookups lookups;
    private final long wallMs;
    private final GroupLooks looks;

    GroupReads(StreamTurn turn, StreamMachine machine, Lookups lookups, long wallMs, GroupLooks looks) {
        this.turn = turn;
        this.machine = machine;
        this.lookups = lookups;
        this.wallMs = wallMs;
        this.looks = looks;
    }

    /** Looks for all that the read needs; changes nothing. */
    void prepare(ReadGroup read) {
        for (From from : read.streams()) {
            StreamState state = machine.find(from.key());
            EntryGroup group = state == null ? null : machine.group(state.topicId(), read.group());
            if (state != null && group != null && from.after().isEmpty()) {
                prepare(state, group, read.countMax());
            }
        }
    }

    private void prepare(StreamState state, EntryGroup group, long countMax) {
        boolean isCounted = group.entriesRead() != EntryGroup.UNKNOWN
                && state.maxDeletedId().equals(EntryId.ZERO);
        if (!isCounted) {
            looks.firstId(state);
        }
        new Collecting(state, group).collect(Math.min(countMax, GroupCommand.ENTRIES_MAX), new HandedEntries());
    }

    /** Whether there is something to hand out, or to be told. */
    boolean hasSomething(ReadGroup read) {
        for (From from : read.streams()) {
            StreamState state = machine.find(from.key());
            EntryGroup group =
                    state == null || state.isExpired(wallMs) ? null : machine.group(state.topicId(), read.group());
            if (state == null || group == null || from.after().isPresent()) {
                return true;
            }
            boolean hasClaimable = read.claimIdleMs() >= 0 && group.oldestMs() <= wallMs - read.claimIdleMs();
            if (hasClaimable || state.countBetween(group.nextOffset(), state.endOffset()) > 0) {
                return true;
            }
        }
        return false;
    }

    /** When some pending entry may be claimed for the read, wall time; {@link Long#MAX_VALUE} for never. */
    long claimableWallMs(ReadGroup read) {
        long earliest = Long.MAX_VALUE;
        for (From from : read.streams()) {
            StreamState state = machine.find(from.key());
            EntryGroup group = state == null ? null : machine.group(state.topicId(), read.group());
            if (group != null && read.claimIdleMs() >= 0 && group.pendingCount() > 0) {
                earliest = Math.min(earliest, group.oldestMs() + read.claimIdleMs());
            }
        }
        return earliest;
    }

    /** Null if something must be looked up first. */
    @Nullable
    StreamAnswer read(ReadGroup read) {
        for (From from : read.streams()) {
            StreamState state = turn.live(from.key());
            EntryGroup group = state == null ? null : machine.group(state.topicId(), read.group());
            if (group == null) {
                return new GroupAnswer.NoGroup(from.key(), state != null);
            }
            if (GroupTurn.isOneTooMany(group, read.consumer())) {
                return new Refused(StreamFault.TOO_MANY_GROUPS);
            }
        }
        List<GroupAnswer.HandedStream> handed = new ArrayList<>();
        boolean isVolatile = true;
        for (From from : read.streams()) {
            StreamState state = turn.live(from.key());
            EntryGroup group = state == null ? null : machine.group(state.topicId(), read.group());
            if (state == null || group == null) {
                continue;
            }
            isVolatile &= group.hasConsumer(read.consumer());
            Reading reading = new Reading(read, state, group);
            if (!reading.isDone(from)) {
                return null;
            }
            isVolatile &= reading.isOfCommittedEntries();
            if (reading.entries.count() > 0 || from.after().isPresent()) {
                handed.add(new GroupAnswer.HandedStream(from.key(), reading.collecting.view(), reading.entries));
            }
        }
        if (isVolatile) {
            turn.handedOut();
        }
        return new GroupAnswer.Handed(handed);
    }

    static long oneMore(long deliveries) {
        return deliveries == Long.MAX_VALUE ? deliveries : deliveries + 1;
    }

    /** Entries that a group has yet to read, with what was read of them. */
    private final class Collecting {
        private final StreamState state;
        private final EntryGroup group;
        private final List<IdRun> runs = new ArrayList<>();

        Collecting(StreamState state, EntryGroup group) {
            this.state = state;
            this.group = group;
        }

        /** Adds entries, up to so many in all; false if some must be looked up first. */
        boolean collect(long countMax, HandedEntries into) {
            long applied = machine.gathered().firstOffset(state.topicId(), state.endOffset());
            long offset = Math.max(group.nextOffset(), state.firstOffset());
            while (into.count() < countMax && offset < applied) {
                IdRun run = runAt(offset, countMax - into.count());
                if (run == null) {
                    return false;
                }
                if (runs.size() < RUNS_MAX && run.batches() != null) {
                    runs.add(run);
                }
                offset = run.give(offset, applied, state.deleted(), countMax, into);
            }
            while (into.count() < countMax && offset < state.endOffset()) {
                Optional<EntryId> id = machine.gathered().idAt(state.topicId(), offset);
                if (id.isPresent() && !state.deleted().contains(offset)) {
                    into.add(offset, id.get().ms(), id.get().seq(), 0, 0);
                }
                offset++;
            }
            return true;
        }

        private @Nullable IdRun runAt(long offset, long countMax) {
            IdRun known = machine.idsAhead().find(state.topicId(), group.name(), offset);
            if (known != null) {
                // What this command goes by must stay at hand until it is decided.
                return lookups.keep(state.topicId(), known);
            }
            IdRun run = lookups.ids(state.topicId(), offset, countMax);
            if (run != null && run.batches() != null) {
                machine.idsAhead().keep(state.topicId(), group.name(), run);
            }
            return run;
        }

        /** The stream, from which these entries need not be read again. */
        StreamView view() {
            StreamView view = turn.view(state);
            return runs.isEmpty() || !(view instanceof LocalStreamView local) ? view : local.with(runs);
        }
    }

    /** What one command reads of one stream. */
    private final class Reading {
        private final ReadGroup read;
        private final StreamState state;
        private final EntryGroup group;
        private final GroupChanges changes;
        private final long countMax;
        private final HandedEntries entries = new HandedEntries();
        private final Collecting collecting;

        Reading(ReadGroup read, StreamState state, EntryGroup group) {
            this.read = read;
            this.state = state;
            this.group = group;
            collecting = new Collecting(state, group);
            changes = new GroupChanges(group, wallMs).by(read.consumer());
            countMax = Math.min(read.countMax(), GroupCommand.ENTRIES_MAX);
        }

        /** False if something must be looked up first. */
        boolean isDone(From from) {
            if (from.after().isPresent()) {
                reread(from.after().get());
            } else {
                claimOldest();
                if (!handOut()) {
                    return false;
                }
            }
            if (changes.isEmpty()) {
                group.asked(read.consumer(), wallMs);
            } else {
                turn.emit(state, group, changes);
            }
            return true;
        }

        /** And of so few that they fit into an entry of the journal for sure. */
        boolean isOfCommittedEntries() {
            long applied = machine.gathered().firstOffset(state.topicId(), state.endOffset());
            boolean isCommitted = entries.count() <= VOLATILE_MAX;
            for (int i = 0; isCommitted && i < entries.count(); i++) {
                isCommitted = entries.offset(i) < applied;
            }
            return isCommitted;
        }

        private void reread(EntryId after) {
            if (after.equals(EntryId.MAX)) {
                return;
            }
            group.visitPending(after.next(), Optional.of(read.consumer()), entry -> {
                add(entry);
                if (state.holds(entry.offset())) {
                    changes.hold(entry.offset(), entry.id(), wallMs, oneMore(entry.deliveries()));
                }
                return entries.count() < countMax;
            });
        }

        private void add(PendingEntry entry) {
            long idleMs = entry.isGivenBack() ? -1 : Math.max(0, wallMs - entry.timeMs());
            entries.add(entry.offset(), entry.id().ms(), entry.id().seq(), idleMs, entry.deliveries());
        }

        private void claimOldest() {
            if (read.claimIdleMs() < 0) {
                return;
            }
            List<Long> gone = new ArrayList<>();
            for (PendingEntry entry : group.oldest(wallMs - read.claimIdleMs(), (int) countMax)) {
                if (state.holds(entry.offset())) {
                    add(entry);
                    changes.hold(entry.offset(), entry.id(), wallMs, oneMore(entry.deliveries()));
                    changes.active();
                } else {
                    gone.add(entry.offset());
                }
            }
            changes.settle(gone.stream().mapToLong(Long::longValue).toArray());
        }

        private boolean handOut() {
            int from = entries.count();
            boolean isComplete = collecting.collect(countMax, entries);
            if (entries.count() == from) {
                return isComplete;
            }
            GroupCounting counting = looks.counting(state);
            EntryId lastId = group.lastId();
            long entriesRead = group.entriesRead();
            for (int i = from; i < entries.count(); i++) {
                EntryId id = entries.id(i);
                entriesRead = counting.readWith(id, lastId, entriesRead);
                lastId = id;
            }
            changes.position(lastId, entries.offset(entries.count() - 1) + 1, entriesRead);
            if (!read.isAcknowledged()) {
                changes.handOut(entries, from);
                changes.active();
            }
            return true;
        }
    }
}
