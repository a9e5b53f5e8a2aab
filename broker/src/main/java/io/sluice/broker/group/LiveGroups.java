package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What only a leader has of its groups: every stored group and those that have no completed generation yet. Owner: the
 * shard's apply thread.
 */
final class LiveGroups {
    private final Map<String, LiveGroup> groups = new HashMap<>();
    private final GroupTimers timers = new GroupTimers();

    @Nullable
    LiveGroup find(String groupId) {
        return groups.get(groupId);
    }

    Collection<LiveGroup> all() {
        return groups.values();
    }

    int count() {
        return groups.size();
    }

    GroupTimers timers() {
        return timers;
    }

    LiveGroup create(String groupId) {
        LiveGroup group = new LiveGroup(groupId, timers);
        groups.put(groupId, group);
        return group;
    }

    /** Runs a stored group from its last completed generation on. */
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

    /** Gives all groups up. */
    void dropAll(ErrorCode reason) {
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
        CompletableFuture<SyncAnswer> sync = member.takeSync();
        if (sync != null) {
            sync.complete(Answers.syncFailed(error));
        }
    }
}
