package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.StoredGroup;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A coordinator whose commands commit at once, in virtual time. */
final class GroupsFixture {
    static final String GROUP = "orders";

    final SimulatedRunner runner;
    final OneShard shards;
    final TestTopics topics = new TestTopics();
    private final GroupSettings settings;
    private GroupCoordinator coordinator;

    GroupsFixture() {
        this(GroupSettings.DEFAULT);
    }

    GroupsFixture(GroupSettings settings) {
        this(settings, true);
    }

    GroupsFixture(GroupSettings settings, boolean commitsAtOnce) {
        this.settings = settings;
        this.runner = new SimulatedRunner(commitsAtOnce);
        this.shards = new OneShard(runner);
        this.coordinator = newCoordinator();
        runner.lead(coordinator.machines(GroupCoordinator.FIRST_SHARD));
    }

    private GroupCoordinator newCoordinator() {
        return new GroupCoordinator(shards, settings, topics, new Random(runner.nowMs()));
    }

    GroupCoordinator groups() {
        return coordinator;
    }

    TestClient client(String name) {
        return new TestClient(this, name);
    }

    TestClient staticClient(String instanceId) {
        TestClient client = new TestClient(this, instanceId);
        client.instanceId = Optional.of(instanceId);
        return client;
    }

    void advance(long durationMs) {
        runner.advance(durationMs);
    }

    /** Another coordinator takes over from checkpoint and journal. */
    void failOver(boolean openBatchCommits) {
        GroupCoordinator successor = newCoordinator();
        runner.failOver(successor.machines(GroupCoordinator.FIRST_SHARD), openBatchCommits);
        coordinator = successor;
    }

    void failOver() {
        failOver(false);
    }

    /** Brings the clients, who are nobody's members yet, into a stable group; the first one leads. */
    void stable(TestClient... clients) {
        Arrays.stream(clients).forEach(TestClient::join);
        // Twice: the second joined within the first delay and extended it.
        advance(2L * settings.initialRebalanceDelayMs());
        complete(clients);
    }

    /** The clients, whose joins were answered, complete their generation. */
    void complete(TestClient... clients) {
        Map<String, byte[]> assignments = new HashMap<>();
        for (TestClient client : clients) {
            assignments.put(client.memberId, bytes("for " + client.name));
        }
        for (TestClient client : clients) {
            client.sync(client.isLeader() ? assignments : Map.of());
        }
    }

    /** The replicated state of the group as a consumer group; null if it is none. */
    @Nullable
    ConsumerGroupState consumerState() {
        return coordinator.machines(GroupCoordinator.FIRST_SHARD).stream()
                .map(machine -> ((GroupSlot) machine).stored().find(GROUP))
                .filter(Objects::nonNull)
                .findFirst()
                .map(StoredGroup::consumer)
                .orElse(null);
    }

    GroupState state() {
        return groups().describe(GROUP).resultNow().get().state();
    }

    /** The committed offset of a partition of topic {@code t}; −1 if there is none. */
    long committed(int partition) {
        return committed("t", partition);
    }

    long committed(String topic, int partition) {
        TopicPartition key = new TopicPartition(topic, partition);
        Map<TopicPartition, CommittedOffset> found =
                groups().committed(GROUP, Optional.of(List.of(key))).resultNow().get();
        return found.containsKey(key) ? found.get(key).offset() : -1;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
