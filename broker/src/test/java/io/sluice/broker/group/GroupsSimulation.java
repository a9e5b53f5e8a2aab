package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinedMember;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Result;
import io.sluice.broker.group.stored.ConsumerGroupEvent;
import io.sluice.broker.group.stored.GroupEvent;
import io.sluice.broker.group.stored.GroupEvent.GroupDeleted;
import io.sluice.broker.group.stored.GroupEvent.OffsetsExpired;
import io.sluice.broker.group.stored.GroupEvent.TopicForgotten;
import io.sluice.broker.group.stored.ShareGroupEvent;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.StateMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One random schedule; everything in it follows from its seed. */
final class GroupsSimulation {
    private static final List<String> GROUPS = List.of("g", "h");
    private static final int PARTITIONS = 4;
    private static final int REBALANCE_MS = 20_000;
    private static final int DELAY_MS = 3_000;

    /** A join is parked for a delay and a rebalance at most, a sync for a rebalance; steps may come late by some jumps. */
    private static final long PARKED_MAX_MS = DELAY_MS + REBALANCE_MS + 15_000;

    private final Random random;

    /** 0 to 2; in a calm schedule groups get far, in a wild one little works. */
    private final int calm;

    private final int sessionMs;

    private final GroupsFixture fixture;
    private final Map<String, GroupHistory> histories = new HashMap<>();
    private final List<Actor> actors = new ArrayList<>();
    private final List<Parked> parked = new ArrayList<>();
    private final List<CompletableFuture<Void>> hurries = new ArrayList<>();
    private final Map<String, Integer> reached = new TreeMap<>();
    private @Nullable Throwable broken;
    private long nextOffset;

    GroupsSimulation(long seed) {
        random = new Random(seed);
        calm = random.nextInt(3);
        sessionMs = random.nextBoolean() ? 10_000 : 60_000;
        int maxSize = random.nextInt(4) == 0 ? 3 : 100;
        fixture = new GroupsFixture(GroupFixtures.withMaxSize(maxSize), false);
        GROUPS.forEach(group -> histories.put(group, new GroupHistory()));
        fixture.runner.onCommitted(this::observe);
        int count = 2 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            actors.add(new Actor(newClient(i)));
        }
    }

    private TestClient newClient(int number) {
        boolean isFixed = random.nextInt(3) == 0;
        TestClient client = isFixed ? fixture.staticClient("fixed" + number) : fixture.client("member" + number);
        client.groupId = random.nextInt(4) == 0 ? "h" : "g";
        client.sessionTimeoutMs = sessionMs;
        client.rebalanceTimeoutMs = REBALANCE_MS;
        client.requiresKnownMemberId = random.nextBoolean();
        client.supportsSkippingAssignment = random.nextBoolean();
        client.protocols = protocols();
        return client;
    }

    private List<Protocol> protocols() {
        String topic = "t" + random.nextInt(3);
        return random.nextBoolean()
                ? List.of(TestClient.subscribing("range", topic), TestClient.subscribing("sticky", topic))
                : List.of(TestClient.subscribing("sticky", topic), TestClient.subscribing("range", topic));
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            throwBroken();
        }
        settle();
        throwBroken();
    }

    /** How often each kind of answer was given: a test that never gets there proves nothing. */
    Map<String, Integer> reached() {
        return reached;
    }

    /** Futures swallow what their listeners throw. */
    private void verify(Runnable assertions) {
        try {
            assertions.run();
        } catch (AssertionError | RuntimeException e) {
            broken = broken == null ? e : broken;
        }
    }

    private void throwBroken() {
        if (broken != null) {
            throw new AssertionError(broken);
        }
    }

    private void step() {
        if (!hurries.isEmpty() && random.nextInt(5) == 0) {
            hurries.removeFirst().complete(null);
        }
        int dice = random.nextInt(100);
        if (dice < 55) {
            actors.get(random.nextInt(actors.size())).act();
        } else if (dice < 80) {
            runBatch();
        } else if (dice < 95) {
            fixture.runner.jump(random.nextInt(1_500));
        } else if (random.nextInt(1 + 4 * calm) > 0) {
            runBatch();
        } else if (dice < 96) {
            leap(random.nextInt(10) == 0 ? 8 * 86_400_000L : 30_000);
        } else if (dice < 97) {
            failOver();
        } else if (dice < 98) {
            fixture.groups().forgetTopics(GroupCoordinator.FIRST_SHARD, List.of("t"));
        } else if (dice < 99) {
            fixture.groups().delete(GROUPS.get(random.nextInt(GROUPS.size())));
        } else {
            fixture.runner.checkpoint();
        }
    }

    /** Deadlines ring late: what they begin anew then is counted from then. */
    private void leap(long durationMs) {
        fixture.runner.jump(durationMs);
        parked.forEach(answer -> answer.sinceMs = fixture.runner.nowMs());
    }

    /** Decides some commands, or ends the batch under way. */
    private void runBatch() {
        if (!fixture.runner.hasOpenBatch()) {
            fixture.runner.decide(1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 8));
            if (!fixture.runner.hasQueued()) {
                parked.forEach(Parked::decided);
            }
        } else if (random.nextInt(12 * (1 + 4 * calm)) == 0) {
            fixture.runner.fail(ErrorCode.NOT_LEADER_OR_FOLLOWER, random.nextBoolean());
        } else {
            fixture.runner.commit();
            checkParked();
        }
    }

    private void failOver() {
        fixture.failOver(random.nextBoolean());
        parked.forEach(answer -> assertThat(answer.future)
                .as("answer of %s after its coordinator stopped", answer.of)
                .isDone());
        parked.clear();
    }

    /** Clients are gone: whatever they wait for ends, and the groups become empty. */
    private void settle() {
        if (fixture.runner.hasOpenBatch()) {
            fixture.runner.commit();
        }
        while (fixture.runner.hasQueued()) {
            fixture.runner.decide(100);
            fixture.runner.commit();
        }
        fixture.advance(400_000);
        checkParked();
        assertThat(parked).as("answers at the end").allMatch(answer -> answer.future.isDone());
        CompletableFuture<Result<List<GroupListing>>> list = fixture.groups().list();
        fixture.runner.decide(100);
        fixture.runner.commit();
        assertThat(list.resultNow().get()).allMatch(group -> group.state().equals("Empty"));
        fixture.advance(8 * 86_400_000L);
        fixture.failOver();
        assertThat(fixture.runner.nextDeadlineMs()).as("nothing is left").isEqualTo(Long.MAX_VALUE);
    }

    private void checkParked() {
        parked.removeIf(answer -> answer.future.isDone());
        // Only then every command was decided and every deadline heard.
        if (!fixture.runner.hasQueued() && fixture.runner.nextDeadlineMs() > fixture.runner.nowMs()) {
            parked.forEach(answer -> assertThat(fixture.runner.nowMs() - answer.sinceMs)
                    .as("time the %s is parked", answer.of)
                    .isLessThanOrEqualTo(PARKED_MAX_MS));
        }
    }

    private void observe(StateMachine slot, GroupEvent event) {
        switch (event) {
            case GroupDeleted e -> histories.get(e.groupId()).forget();
            case OffsetsExpired e ->
                e.partitions().forEach(partition -> histories.get(e.groupId()).forgetOffset(partition));
            case TopicForgotten e ->
                GROUPS.stream()
                        .filter(group -> slot.id() == 100 + GroupCoordinator.slotOf(group))
                        .forEach(group -> forgetTopic(histories.get(group), e.topic()));
            case GroupEvent.GenerationStarted e -> {}
            case GroupEvent.GenerationCompleted e -> {}
            case GroupEvent.OffsetsCommitted e -> {}
            case ConsumerGroupEvent e -> {}
            case ShareGroupEvent e -> {}
            case GroupEvent.SlotStaged e -> {}
            case GroupEvent.GroupsArrived e -> {}
        }
    }

    private static void forgetTopic(GroupHistory history, String topic) {
        for (int i = 0; i < PARTITIONS; i++) {
            history.forgetOffset(new TopicPartition(topic, i));
        }
    }

    /** An answer somebody waits for, and since when its wait has a bound. */
    private final class Parked {
        private final String of;
        private final CompletableFuture<?> future;
        private boolean isDecided;
        private long sinceMs;

        private Parked(String of, CompletableFuture<?> future) {
            this.of = of;
            this.future = future;
        }

        private void decided() {
            if (!isDecided) {
                isDecided = true;
                sinceMs = fixture.runner.nowMs();
            }
        }
    }

    /** A client of a group that does what clients do, and what they should not. */
    private final class Actor {
        private final boolean isSluggish = random.nextInt(8) == 0;
        private TestClient client;
        private @Nullable CompletableFuture<?> pending;

        private Actor(TestClient client) {
            this.client = client;
        }

        private GroupHistory history() {
            return histories.get(client.groupId);
        }

        void act() {
            boolean isWaiting = pending != null && !pending.isDone();
            if (isWaiting && random.nextInt(15) != 0) {
                return;
            }
            int dice = calm == 2 && random.nextInt(3) > 0 ? 0 : random.nextInt(100);
            if (dice < 40) {
                proceed();
            } else if (dice < 60) {
                fixture.groups().heartbeat(client.ref());
            } else if (dice < 75) {
                commit();
            } else if (dice < 80) {
                fetch();
            } else if (dice < 85) {
                client = restarted();
                pending = null;
            } else if (dice < 88) {
                leave();
            } else if (dice < 92) {
                client.protocols = protocols();
                join();
            } else {
                join();
            }
        }

        private TestClient restarted() {
            TestClient successor = client.restarted();
            successor.sessionTimeoutMs = sessionMs;
            successor.rebalanceTimeoutMs = REBALANCE_MS;
            successor.requiresKnownMemberId = client.requiresKnownMemberId;
            return successor;
        }

        /** Does what comes next for a well-behaved client. */
        private void proceed() {
            JoinAnswer joined = client.joined;
            SyncAnswer synced = client.synced;
            if (joined == null || joined.error() != ErrorCode.NONE) {
                join();
            } else if (synced == null && isSluggish && random.nextInt(20) > 0) {
                beat();
            } else if (synced == null) {
                sync(joined);
            } else if (synced.error() != ErrorCode.NONE) {
                join();
            } else {
                beat();
            }
        }

        private void beat() {
            TestClient self = client;
            boolean mayWait = random.nextBoolean();
            CompletableFuture<Void> hurry = new CompletableFuture<>();
            CompletableFuture<ErrorCode> beat = mayWait
                    ? fixture.groups().heartbeat(self.ref(), hurry)
                    : fixture.groups().heartbeat(self.ref());
            if (mayWait) {
                parked.add(new Parked("heartbeat of " + self.name, beat));
                hurries.add(hurry);
            }
            beat.thenAccept(error -> {
                if (error != ErrorCode.NONE) {
                    self.joined = null;
                }
            });
        }

        private void join() {
            TestClient self = client;
            if (self.joined != null && self.joined.error() == ErrorCode.UNKNOWN_MEMBER_ID) {
                self.memberId = "";
            }
            self.synced = null;
            pending = self.join();
            pending.thenRun(() -> verify(() -> {
                reached.merge("join " + self.joined.error(), 1, Integer::sum);
                history().joined(self.joined);
            }));
            parked.add(new Parked("join of " + self.name, pending));
        }

        private void sync(JoinAnswer joined) {
            TestClient self = client;
            int generation = self.generation;
            String memberId = self.memberId;
            Map<String, byte[]> assignments = joined.skipAssignment() ? Map.of() : assign(joined);
            assignments.forEach((id, assignment) -> history().assigned(generation, id, assignment));
            CompletableFuture<SyncAnswer> sync =
                    fixture.groups().sync(new SyncRequest(self.ref(), Optional.empty(), Optional.empty(), assignments));
            pending = sync.thenAccept(answer -> {
                self.synced = answer;
                verify(() -> {
                    reached.merge("sync " + answer.error(), 1, Integer::sum);
                    history().synced(generation, memberId, answer);
                });
            });
            parked.add(new Parked("sync of " + self.name, pending));
        }

        /** Deals the partitions out; the serial number makes every dealing another. */
        private Map<String, byte[]> assign(JoinAnswer joined) {
            Map<String, byte[]> assignments = new HashMap<>();
            int role = random.nextInt(1_000_000) * 100;
            for (JoinedMember member : joined.members()) {
                String roles = "r" + role + ",r" + (role + 1);
                role += 2;
                assignments.put(member.memberId(), GroupsFixture.bytes(roles));
            }
            return assignments;
        }

        private void commit() {
            GroupHistory history = history();
            TopicPartition partition = new TopicPartition("t", random.nextInt(PARTITIONS));
            long offset = nextOffset++;
            fixture.groups()
                    .commit(client.ref(), Map.of(partition, new CommittedOffset(offset, -1, "")))
                    .thenAccept(answers -> verify(() -> {
                        reached.merge("commit " + answers.get(partition), 1, Integer::sum);
                        history.committed(partition, offset, answers.get(partition));
                    }));
        }

        private void fetch() {
            GroupHistory history = history();
            TopicPartition partition = new TopicPartition("t", random.nextInt(PARTITIONS));
            fixture.groups()
                    .committed(client.groupId, Optional.of(List.of(partition)))
                    .thenAccept(result -> {
                        if (result.isOk()) {
                            CommittedOffset found = result.get().get(partition);
                            verify(() -> history.fetched(partition, found == null ? -1 : found.offset()));
                        }
                    });
        }

        private void leave() {
            LeavingMember leaving = new LeavingMember(client.memberId, client.instanceId, "");
            fixture.groups().leave(client.groupId, List.of(leaving));
            client = restarted();
            pending = null;
        }
    }
}
