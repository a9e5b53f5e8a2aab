package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ShareGroupState;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What only a leader has of its groups: every stored group and those that have no completed generation yet. Owner: the
 * shard's apply thread.
 */
final class LiveGroups {
    // In an order that follows from the past, since events and lists are made in it.
    private final Map<String, LiveGroup> groups = new LinkedHashMap<>();
    private final Map<String, LiveConsumerGroup> consumers = new LinkedHashMap<>();
    private final Map<String, LiveShareGroup> shares = new LinkedHashMap<>();
    private final GroupTimers timers = new GroupTimers();
    private final HeartbeatPace pace;

    LiveGroups(HeartbeatPace pace) {
        this.pace = pace;
    }

    HeartbeatPace pace() {
        return pace;
    }

    /** The classic group; null if there is none of this id. */
    @Nullable
    LiveGroup find(String groupId) {
        return groups.get(groupId);
    }

    /** The group of the consumer protocol; null if there is none of this id. */
    @Nullable
    LiveConsumerGroup findConsumer(String groupId) {
        return consumers.get(groupId);
    }

    /** The share group; null if there is none of this id. */
    @Nullable
    LiveShareGroup findShare(String groupId) {
        return shares.get(groupId);
    }

    /** The group that commits offsets, of either kind; null if there is none. */
    @Nullable
    OffsetHolder findAny(String groupId) {
        LiveGroup classic = groups.get(groupId);
        return classic != null ? classic : consumers.get(groupId);
    }

    /** Classic groups. */
    Collection<LiveGroup> all() {
        return groups.values();
    }

    /** Groups of the consumer protocol. */
    Collection<LiveConsumerGroup> consumers() {
        return consumers.values();
    }

    /** Share groups. */
    Collection<LiveShareGroup> shares() {
        return shares.values();
    }

    int count() {
        return groups.size() + consumers.size() + shares.size();
    }

    GroupTimers timers() {
        return timers;
    }

    LiveGroup create(String groupId) {
        LiveGroup group = new LiveGroup(groupId, timers);
        groups.put(groupId, group);
        return group;
    }

    LiveConsumerGroup createConsumer(String groupId) {
        LiveConsumerGroup group = new LiveConsumerGroup(groupId, timers, pace);
        consumers.put(groupId, group);
        return group;
    }

    LiveShareGroup createShare(String groupId) {
        LiveShareGroup group = new LiveShareGroup(groupId, timers, pace);
        shares.put(groupId, group);
        return group;
    }

    /** Runs a stored share group from its state on. */
    void adopt(String groupId, ShareGroupState state, ShareSettings settings, long nowMs) {
        createShare(groupId).resume(state, settings, nowMs);
    }

    /** Runs a stored group of the consumer protocol from its state on. */
    LiveConsumerGroup adopt(String groupId, ConsumerGroupState state, ConsumerSettings settings, long nowMs) {
        LiveConsumerGroup group = createConsumer(groupId);
        group.resume(state, settings, nowMs);
        return group;
    }

    /** Runs a stored classic group from its last completed generation on. */
    LiveGroup adopt(StoredGroup stored, long nowMs) {
        LiveGroup group = LiveGroup.of(stored, timers, nowMs);
        groups.put(stored.id(), group);
        return group;
    }

    /** Gives a group up: all that wait in it are answered with the error. */
    void drop(LiveGroup group, ErrorCode reason) {
        groups.remove(group.id(), group);
        group.stopTimers();
        group.members().forEach(member -> endParked(member, reason));
    }

    /** Gives a group of the consumer protocol up; nobody waits in one. */
    void drop(LiveConsumerGroup group) {
        consumers.remove(group.id(), group);
        group.stopTimers();
    }

    /** Gives a share group up, if there is one of this id. */
    void dropShare(String groupId) {
        LiveShareGroup group = shares.remove(groupId);
        if (group != null) {
            group.stopTimers();
        }
    }

    /** Gives a group that commits offsets up. */
    void dropAny(OffsetHolder group, ErrorCode reason) {
        switch (group) {
            case LiveGroup classic -> drop(classic, reason);
            case LiveConsumerGroup consumer -> drop(consumer);
        }
    }

    /** Gives all groups up. */
    void dropAll(ErrorCode reason) {
        consumers.values().forEach(LiveConsumerGroup::stopTimers);
        consumers.clear();
        shares.values().forEach(LiveShareGroup::stopTimers);
        shares.clear();
        for (LiveGroup group : groups.values()) {
            group.stopTimers();
            group.members().forEach(member -> endParked(member, reason));
        }
        groups.clear();
    }

    private static void endParked(LiveMember member, ErrorCode reason) {
        ErrorCode error = Answers.forClients(reason);
        CompletableFuture<JoinAnswer> join = member.takeJoin();
        if (join != null) {
            join.complete(JoinAnswer.failed(error, member.id()));
        }
        CompletableFuture<ErrorCode> beat = member.takeBeat();
        if (beat != null) {
            beat.complete(error);
        }
        CompletableFuture<SyncAnswer> sync = member.takeSync();
        if (sync != null) {
            sync.complete(Answers.syncFailed(error));
        }
    }
}
