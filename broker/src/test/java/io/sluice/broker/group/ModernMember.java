package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A simulated client of the consumer protocol. It reads less as soon as it is told to, or dawdles; more at once. */
final class ModernMember implements SimulatedMember {
    private static final List<List<String>> SUBSCRIPTIONS = List.of(List.of("a"), List.of("a", "b"), List.of("b", "a"));

    private final GroupsFixture fixture;
    private final Random random;
    private final String id;
    private Optional<String> instanceId = Optional.empty();
    private List<String> topics = SUBSCRIPTIONS.getFirst();
    private Optional<String> regex = Optional.of("");
    private boolean isSlow;
    private boolean mustSayAll = true;
    private int epoch;
    private PartitionSet owned = PartitionSet.EMPTY;
    private PartitionSet told = PartitionSet.EMPTY;
    private @Nullable CompletableFuture<?> pending;

    ModernMember(GroupsFixture fixture, Random random, int number) {
        this.fixture = fixture;
        this.random = random;
        this.id = "modern" + number;
        if (random.nextInt(3) == 0) {
            instanceId = Optional.of("instance" + number);
        }
        subscribe();
    }

    private void subscribe() {
        topics = SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size()));
        regex = Optional.of(random.nextInt(3) == 0 ? "log-.*" : "");
        mustSayAll = true;
    }

    @Override
    public void act() {
        int dice = random.nextInt(40);
        if (dice == 0) {
            subscribe();
        } else if (dice == 1) {
            isSlow = !isSlow;
        } else if (dice == 2 && pending == null) {
            leave(ConsumerHeartbeat.LEAVE);
        } else if (dice == 3 && pending == null && instanceId.isPresent()) {
            leave(ConsumerHeartbeat.LEAVE_FOR_NOW);
        } else {
            proceed();
        }
    }

    @Override
    public void proceed() {
        if (pending != null && !pending.isDone()) {
            return;
        }
        if (!isSlow || random.nextInt(4) == 0) {
            owned = told;
        }
        boolean isFull = epoch == 0 || mustSayAll;
        mustSayAll = false;
        pending = fixture.groups().consumerHeartbeat(heartbeat(epoch, isFull)).thenAccept(this::answered);
    }

    private ConsumerHeartbeat heartbeat(int withEpoch, boolean isFull) {
        return new ConsumerHeartbeat(
                GroupsFixture.GROUP,
                id,
                withEpoch,
                new ConsumerHeartbeat.Client(instanceId, Optional.empty(), id, "/127.0.0.1"),
                isFull ? 20_000 : -1,
                isFull ? Optional.of(topics) : Optional.empty(),
                isFull ? regex : Optional.empty(),
                Optional.empty(),
                Optional.of(ConsumerDecider.partitions(owned)),
                topic -> true);
    }

    private void answered(ConsumerHeartbeatAnswer answer) {
        if (answer.error() == ErrorCode.NONE) {
            epoch = answer.memberEpoch();
            answer.assignment().map(ConsumerDecider::partitions).ifPresent(this::told);
            return;
        }
        mustSayAll = true;
        if (answer.error() == ErrorCode.FENCED_MEMBER_EPOCH
                || answer.error() == ErrorCode.UNKNOWN_MEMBER_ID
                || answer.error() == ErrorCode.FENCED_INSTANCE_ID) {
            forget();
        }
    }

    /** More is read at once; less only when it gets round to it. */
    private void told(PartitionSet assigned) {
        told = assigned;
        owned = owned.plus(assigned.minus(owned));
    }

    private void forget() {
        epoch = 0;
        owned = PartitionSet.EMPTY;
        told = PartitionSet.EMPTY;
        mustSayAll = true;
    }

    private void leave(int how) {
        if (epoch > 0) {
            owned = PartitionSet.EMPTY;
            told = PartitionSet.EMPTY;
            var unused = fixture.groups().consumerHeartbeat(heartbeat(how, false));
            forget();
        }
    }

    @Override
    public void calmDown() {
        isSlow = false;
    }

    @Override
    public SimulatedMember successor(int number) {
        ModernMember successor = new ModernMember(fixture, random, number);
        successor.instanceId = instanceId;
        return successor;
    }

    @Override
    public String memberId() {
        return id;
    }

    @Override
    public boolean isMember() {
        return epoch > 0;
    }

    @Override
    public PartitionSet owned() {
        return owned;
    }

    @Override
    public boolean subscribesTo(String topic) {
        return topics.contains(topic)
                || regex.filter(text -> !text.isEmpty() && topic.startsWith("log-"))
                        .isPresent();
    }

    @Override
    public void throwBroken() {
        if (pending != null && pending.isCompletedExceptionally()) {
            throw new AssertionError(pending.exceptionNow());
        }
    }

    @Override
    public String toString() {
        return memberId() + " subscribes to " + topics + regex + " at " + epoch + " reads " + owned;
    }
}
