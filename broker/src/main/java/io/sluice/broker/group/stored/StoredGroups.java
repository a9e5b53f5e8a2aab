package io.sluice.broker.group.stored;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.group.stored.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.stored.GroupEvent.GenerationCompleted;
import io.sluice.broker.group.stored.GroupEvent.GenerationStarted;
import io.sluice.broker.group.stored.GroupEvent.GroupDeleted;
import io.sluice.broker.group.stored.GroupEvent.GroupsArrived;
import io.sluice.broker.group.stored.GroupEvent.OffsetsCommitted;
import io.sluice.broker.group.stored.GroupEvent.OffsetsExpired;
import io.sluice.broker.group.stored.GroupEvent.SlotStaged;
import io.sluice.broker.group.stored.GroupEvent.TopicForgotten;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareEpochSet;
import io.sluice.broker.group.stored.StoredGroup.StoredOffset;
import io.sluice.replication.runtime.UndoLog;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state of a slot. Only {@link #apply} changes it, it reads nothing but the event and this state, and no
 * event can fail: an event about something that is not there changes nothing. Owner: the shard's apply thread.
 */
public final class StoredGroups {
    private final NavigableMap<String, StoredGroup> groups = new TreeMap<>();
    private final SlotResidence born;
    private SlotResidence residence;

    /** Empty, and as it is before any move. */
    public StoredGroups(SlotResidence born) {
        this.born = born;
        this.residence = born;
    }

    SlotResidence born() {
        return born;
    }

    /** What the shard has of the slot. */
    public SlotResidence residence() {
        return residence;
    }

    @Nullable
    public StoredGroup find(String groupId) {
        return groups.get(groupId);
    }

    /** All groups by ascending id. */
    public Collection<StoredGroup> all() {
        return groups.values();
    }

    /** Without groups, as one that a snapshot is to be put into. */
    void reset(SlotResidence asOfSnapshot) {
        groups.clear();
        residence = asOfSnapshot;
    }

    /** Adds a group read from a snapshot. */
    void add(StoredGroup group) {
        groups.put(group.id(), group);
    }

    /** Does what the event says, and remembers how to undo it. */
    public void apply(GroupEvent event, UndoLog undo) {
        switch (event) {
            case GenerationStarted e -> {
                StoredGroup group = findOrCreate(e.groupId(), e.timeMs(), undo);
                setRoster(group, group.roster(), e.generation(), undo);
            }
            case GenerationCompleted e -> {
                StoredGroup group = findOrCreate(e.groupId(), e.roster().sinceMs(), undo);
                setRoster(group, e.roster(), e.roster().generation(), undo);
            }
            case OffsetsCommitted e -> commit(e, undo);
            case OffsetsExpired e -> expire(e, undo);
            case TopicForgotten e -> forget(e.topic(), undo);
            case ConsumerGroupEvent e -> applyToConsumers(e, undo);
            case ShareGroupEvent e -> applyToShares(e, undo);
            case SlotStaged e -> stage(e.residence(), undo);
            case GroupsArrived e -> e.groups().forEach(group -> undo.put(groups, group.id(), group));
            case GroupDeleted e -> {
                StoredGroup group = groups.remove(e.groupId());
                if (group != null) {
                    undo.add(() -> groups.put(group.id(), group));
                }
            }
        }
    }

    private void stage(SlotResidence next, UndoLog undo) {
        SlotResidence before = residence;
        residence = next;
        undo.add(() -> residence = before);
        if (next.stage() == SlotResidence.Stage.CLOSED || next.stage() == SlotResidence.Stage.ARRIVING) {
            Map<String, StoredGroup> gone = new TreeMap<>(groups);
            groups.clear();
            undo.add(() -> groups.putAll(gone));
        }
    }

    private StoredGroup findOrCreate(String groupId, long timeMs, UndoLog undo) {
        StoredGroup existing = groups.get(groupId);
        if (existing != null) {
            return existing;
        }
        StoredGroup created = new StoredGroup(groupId, Roster.none(timeMs), 0);
        groups.put(groupId, created);
        undo.add(() -> groups.remove(groupId));
        return created;
    }

    /** A generation is a classic group's: one that was a consumer group is none any more. */
    private static void setRoster(StoredGroup group, Roster roster, int generation, UndoLog undo) {
        Roster rosterBefore = group.roster();
        int highestBefore = group.highestGeneration();
        ConsumerGroupState consumerBefore = group.consumer();
        group.setRoster(roster, Math.max(highestBefore, generation));
        group.setConsumer(null);
        undo.add(() -> {
            group.setRoster(rosterBefore, highestBefore);
            group.setConsumer(consumerBefore);
        });
    }

    private void applyToConsumers(ConsumerGroupEvent event, UndoLog undo) {
        if (event instanceof EpochSet e) {
            setEpoch(findOrCreate(e.groupId(), e.timeMs(), undo), e, undo);
        }
        StoredGroup group = groups.get(event.groupId());
        ConsumerGroupState consumer = group == null ? null : group.consumer();
        if (consumer != null) {
            consumer.apply(event, undo);
        }
    }

    private static void setEpoch(StoredGroup group, EpochSet event, UndoLog undo) {
        if (group.consumer() == null) {
            setRoster(group, Roster.ofConsumers(event.timeMs()), event.epoch(), undo);
            group.setConsumer(new ConsumerGroupState(GroupHead.fresh(event.epoch(), event.timeMs())));
            undo.add(() -> group.setConsumer(null));
        } else {
            Roster rosterBefore = group.roster();
            int highestBefore = group.highestGeneration();
            group.setRoster(Roster.ofConsumers(event.timeMs()), Math.max(highestBefore, event.epoch()));
            undo.add(() -> group.setRoster(rosterBefore, highestBefore));
        }
    }

    private void applyToShares(ShareGroupEvent event, UndoLog undo) {
        if (event instanceof ShareEpochSet e) {
            setShareEpoch(findOrCreate(e.groupId(), e.timeMs(), undo), e, undo);
        }
        StoredGroup group = groups.get(event.groupId());
        ShareGroupState share = group == null ? null : group.share();
        if (share != null) {
            share.apply(event, undo);
        }
    }

    private static void setShareEpoch(StoredGroup group, ShareEpochSet event, UndoLog undo) {
        setRoster(group, Roster.ofShares(event.timeMs()), event.epoch(), undo);
        if (group.share() == null) {
            group.setShare(new ShareGroupState(GroupHead.fresh(event.epoch(), event.timeMs())));
            undo.add(() -> group.setShare(null));
        }
    }

    private void commit(OffsetsCommitted event, UndoLog undo) {
        StoredGroup group = findOrCreate(event.groupId(), event.timeMs(), undo);
        Map<TopicPartition, @Nullable StoredOffset> before =
                LinkedHashMap.newLinkedHashMap(event.offsets().size());
        event.offsets().forEach((partition, offset) -> {
            before.put(partition, group.putOffset(partition, stored(offset, event.timeMs())));
        });
        undo.add(() -> before.forEach(group::putOffset));
    }

    private static StoredOffset stored(CommittedOffset offset, long timeMs) {
        return new StoredOffset(offset.offset(), offset.leaderEpoch(), offset.metadata(), timeMs);
    }

    private void expire(OffsetsExpired event, UndoLog undo) {
        StoredGroup group = groups.get(event.groupId());
        if (group == null) {
            return;
        }
        Map<TopicPartition, @Nullable StoredOffset> before =
                LinkedHashMap.newLinkedHashMap(event.partitions().size());
        event.partitions().forEach(partition -> before.put(partition, group.putOffset(partition, null)));
        undo.add(() -> before.forEach(group::putOffset));
    }

    private void forget(String topic, UndoLog undo) {
        for (StoredGroup group : groups.values()) {
            NavigableMap<Integer, StoredOffset> before = group.offsets().remove(topic);
            if (before != null) {
                undo.add(() -> group.offsets().put(topic, before));
            }
        }
    }
}
