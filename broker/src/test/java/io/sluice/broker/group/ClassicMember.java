package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinedMember;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A simulated consumer of the classic protocol, of the eager kind: it reads nothing while it joins. */
final class ClassicMember implements SimulatedMember {
    private final GroupsFixture fixture;
    private final Random random;
    private TestClient client;
    private List<String> topics = List.of("a");
    private Stage stage = Stage.OUT;
    private boolean mustJoin;
    private PartitionSet owned = PartitionSet.EMPTY;
    private @Nullable CompletableFuture<?> pending;

    private enum Stage {
        OUT,
        JOINED,
        SYNCED
    }

    ClassicMember(GroupsFixture fixture, Random random, int number) {
        this.fixture = fixture;
        this.random = random;
        this.client = fixture.client("classic" + number);
        client.rebalanceTimeoutMs = 20_000;
        subscribe();
    }

    private void subscribe() {
        topics = random.nextBoolean() ? List.of("a") : List.of("a", "b");
        client.protocols = List.of(TestClient.subscribing("range", topics.toArray(String[]::new)));
    }

    @Override
    public void act() {
        int dice = random.nextInt(40);
        boolean isIdle = pending == null || pending.isDone();
        if (dice == 0 && isIdle) {
            subscribe();
            stage = Stage.OUT;
        } else if (dice == 1 && isIdle && !client.memberId.isEmpty()) {
            owned = PartitionSet.EMPTY;
            stage = Stage.OUT;
            var unused = fixture.groups()
                    .leave(GroupsFixture.GROUP, List.of(new LeavingMember(client.memberId, client.instanceId, "")));
            client.memberId = "";
        } else {
            proceed();
        }
    }

    @Override
    public void proceed() {
        if (pending != null && !pending.isDone()) {
            return;
        }
        if (mustJoin) {
            mustJoin = false;
            stage = Stage.OUT;
        }
        switch (stage) {
            case OUT -> join();
            case JOINED -> sync();
            case SYNCED -> beat();
        }
    }

    private void join() {
        owned = PartitionSet.EMPTY;
        pending = client.join().thenAccept(answer -> {
            if (answer.error() == ErrorCode.NONE) {
                stage = Stage.JOINED;
            } else if (answer.error() == ErrorCode.UNKNOWN_MEMBER_ID) {
                client.memberId = "";
            }
        });
    }

    private void sync() {
        JoinAnswer joined = client.joined;
        Map<String, byte[]> assignments = joined != null && client.isLeader() ? assign(joined) : Map.of();
        pending = client.sync(assignments).thenAccept(answer -> {
            if (answer.error() == ErrorCode.NONE) {
                stage = Stage.SYNCED;
                owned = new NamedPartitions(fixture.topics)
                        .ids(Subscription.assigned(answer.assignment()).orElseThrow());
            } else {
                stage = Stage.OUT;
            }
        });
    }

    private void beat() {
        pending = fixture.groups().heartbeat(client.ref()).thenAccept(error -> {
            switch (error) {
                case NONE, NOT_COORDINATOR -> {}
                case UNKNOWN_MEMBER_ID -> {
                    client.memberId = "";
                    owned = PartitionSet.EMPTY;
                    stage = Stage.OUT;
                }
                default -> {
                    owned = PartitionSet.EMPTY;
                    stage = Stage.OUT;
                }
            }
        });
    }

    /** As a leader does: every partition of every topic to a member that subscribes to it. */
    private Map<String, byte[]> assign(JoinAnswer joined) {
        Map<String, Map<String, List<Integer>>> shares = new HashMap<>();
        joined.members().forEach(member -> shares.put(member.memberId(), new TreeMap<>()));
        int turn = 0;
        for (TopicView.Shape topic : fixture.topics.all()) {
            List<String> readers = readers(joined, topic.name());
            for (int i = 0; !readers.isEmpty() && i < topic.partitionCount(); i++) {
                shares.getOrDefault(readers.get(turn++ % readers.size()), new TreeMap<>())
                        .computeIfAbsent(topic.name(), key -> new ArrayList<>())
                        .add(i);
            }
        }
        Map<String, byte[]> assignments = new HashMap<>();
        shares.forEach((memberId, share) -> assignments.put(memberId, Subscription.assignment(0, share)));
        return assignments;
    }

    private static List<String> readers(JoinAnswer joined, String topic) {
        return joined.members().stream()
                .filter(member ->
                        Subscription.topics(member.metadata()).orElse(Set.of()).contains(topic))
                .map(JoinedMember::memberId)
                .toList();
    }

    /** A leader that learned of a topic's change joins again; this one does so before it settles. */
    @Override
    public void calmDown() {
        mustJoin = true;
    }

    @Override
    public SimulatedMember successor(int number) {
        return new ClassicMember(fixture, random, number);
    }

    @Override
    public String memberId() {
        return client.memberId;
    }

    @Override
    public boolean isMember() {
        return stage == Stage.SYNCED;
    }

    @Override
    public PartitionSet owned() {
        return owned;
    }

    @Override
    public boolean subscribesTo(String topic) {
        return topics.contains(topic);
    }

    @Override
    public void throwBroken() {
        if (pending != null && pending.isCompletedExceptionally()) {
            throw new AssertionError(pending.exceptionNow());
        }
    }

    @Override
    public String toString() {
        return memberId() + " subscribes to " + topics + " " + stage + " reads " + owned;
    }
}
