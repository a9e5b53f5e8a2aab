package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupAnswer.ConsumerSeen;
import io.sluice.broker.api.GroupAnswer.GroupSeen;
import io.sluice.broker.api.GroupAnswer.Holder;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.PendingEntry;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.delivery.EntryGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers what commands ask about groups, and changes nothing. On the shard's apply thread. */
final class GroupLooks {
    private final StreamMachine machine;
    private final Lookups lookups;
    private final long wallMs;

    GroupLooks(StreamMachine machine, Lookups lookups, long wallMs) {
        this.machine = machine;
        this.lookups = lookups;
        this.wallMs = wallMs;
    }

    /** The id of the stream's first entry; empty if there is none, or it must be looked up first. */
    Optional<EntryId> firstId(StreamState state) {
        Place place = state.length() == 0 ? null : lookups.idAt(state, machine.gathered(), state.firstOffset());
        return place == null ? Optional.empty() : place.found();
    }

    GroupCounting counting(StreamState state) {
        return new GroupCounting(state, () -> firstId(state));
    }

    GroupAnswer describe(StreamState state, StreamView view, long pendingMax) {
        GroupCounting counting = counting(state);
        Telling telling = new Telling(pendingMax);
        List<GroupSeen> groups = new ArrayList<>();
        for (EntryGroup group : machine.groups(state.topicId())) {
            groups.add(new GroupSeen(
                    group.name(),
                    group.lastId(),
                    group.entriesRead(),
                    counting.lag(group),
                    group.pendingCount(),
                    telling.pending(group, Optional.empty()),
                    consumers(group, telling)));
        }
        return new GroupAnswer.Groups(view, groups);
    }

    /** Pending entries that one answer tells: of each group and consumer so many, and altogether no more than are handed out. */
    private static final class Telling {
        private final long eachMax;
        private long left = GroupCommand.ENTRIES_MAX;

        Telling(long eachMax) {
            this.eachMax = eachMax;
        }

        List<PendingEntry> pending(EntryGroup group, Optional<String> consumer) {
            List<PendingEntry> entries = new ArrayList<>();
            long countMax = Math.min(eachMax, left);
            if (countMax > 0) {
                group.visitPending(EntryId.ZERO, consumer, entry -> {
                    entries.add(entry);
                    return entries.size() < countMax;
                });
            }
            left -= entries.size();
            return entries;
        }
    }

    /** Without what is pending for them. */
    List<ConsumerSeen> consumers(EntryGroup group) {
        return consumers(group, new Telling(0));
    }

    private static List<ConsumerSeen> consumers(EntryGroup group, Telling telling) {
        List<ConsumerSeen> consumers = new ArrayList<>();
        group.visitConsumers((name, pendingCount, seenMs, activeMs) -> consumers.add(
                new ConsumerSeen(name, pendingCount, seenMs, activeMs, telling.pending(group, Optional.of(name)))));
        return consumers;
    }

    GroupAnswer sum(EntryGroup group) {
        List<Holder> holders = new ArrayList<>();
        group.visitConsumers((name, pendingCount, seenMs, activeMs) -> {
            if (pendingCount > 0) {
                holders.add(new Holder(name, pendingCount));
            }
        });
        return new GroupAnswer.PendingSum(
                group.pendingCount(),
                group.firstPending().map(PendingEntry::id),
                group.lastPending().map(PendingEntry::id),
                holders);
    }

    GroupAnswer list(GroupCommand.ListPending list, EntryGroup group) {
        List<PendingEntry> entries = new ArrayList<>();
        long countMax = Math.min(list.countMax(), GroupCommand.ENTRIES_MAX);
        if (countMax > 0) {
            group.visitPending(list.from(), list.consumer(), entry -> {
                if (entry.id().isAfter(list.to())) {
                    return false;
                }
                if (list.idleMs() <= 0 || wallMs - entry.timeMs() >= list.idleMs()) {
                    entries.add(entry);
                }
                return entries.size() < countMax;
            });
        }
        return new GroupAnswer.PendingList(entries, wallMs);
    }
}
