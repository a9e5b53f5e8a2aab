package io.sluice.broker;

import io.sluice.broker.group.GroupCoordinator;
import io.sluice.broker.topic.GroupsOfShards;
import io.sluice.common.ErrorCode;
import io.sluice.common.Lots;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Has groups forget topics that are gone, those of a shard many at once. Any thread. */
final class ForgottenTopics implements GroupsOfShards {
    private final GroupCoordinator groups;
    private final Map<Integer, Lots<String>> lots = new ConcurrentHashMap<>();

    ForgottenTopics(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public CompletableFuture<ErrorCode> forget(int shard, String topic) {
        return lots.computeIfAbsent(shard, id -> new Lots<>(names -> groups.forgetTopics(id, names)))
                .add(topic);
    }
}
