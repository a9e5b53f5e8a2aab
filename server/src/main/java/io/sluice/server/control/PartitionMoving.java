package io.sluice.server.control;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.MovingPartition;
import io.sluice.broker.api.Result;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.http.AdminAction.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Moves a partition to another shard, or takes that back, and tells how far it is: a part of {@link ClusterAction}. */
record PartitionMoving(LocalBroker broker, Clock clock) {
    private static final long UNDECIDED_SECONDS_MAX = 15;
    private static final long TELL_INTERVAL_MS = 5_000;

    void run(Map<String, String> parameters, Consumer<String> lines) {
        String topic = Optional.ofNullable(parameters.get("topic"))
                .orElseThrow(() -> new RefusedException("a topic is wanted"));
        int partition = ClusterAction.number(parameters, "partition", -1);
        boolean isDry = parameters.containsKey("dry");
        if (parameters.getOrDefault("do", "").equals("take-back")) {
            takeBack(topic, partition, isDry, lines);
            return;
        }
        int shard = ClusterAction.number(parameters, "shard", -1);
        int from = decided(() -> broker.movePartition(topic, partition, shard, isDry));
        if (from == shard && moving(topic, partition).isEmpty()) {
            lines.accept("nothing has to change");
            return;
        }
        lines.accept((isDry ? "would: " : "will: ") + "copy partition " + topic + "-" + partition + " from shard "
                + from + " to shard " + shard + ", which serves it then");
        if (!isDry) {
            follow(topic, partition, shard, ClusterAction.number(parameters, "wait", 0), lines);
        }
    }

    private void takeBack(String topic, int partition, boolean isDry, Consumer<String> lines) {
        MovingPartition move = moving(topic, partition)
                .orElseThrow(() -> new RefusedException("partition " + topic + "-" + partition + " does not move"));
        lines.accept((isDry ? "would: " : "will: ") + "leave partition " + topic + "-" + partition + " in shard "
                + move.move().from());
        if (!isDry) {
            long unused = decided(() -> broker.takeMoveBack(topic, partition));
        }
    }

    /** A command says how things shall be, so it may be given again when nobody knows whether it was heard. */
    private <T> T decided(Supplier<CompletableFuture<Result<T>>> command) {
        long deadlineNs = clock.nanoTime() + TimeUnit.SECONDS.toNanos(UNDECIDED_SECONDS_MAX);
        Result<T> done = command.get().join();
        while (isUndecided(done.error()) && clock.nanoTime() < deadlineNs && ClusterAction.hasPaused()) {
            done = command.get().join();
        }
        if (!done.isOk()) {
            throw new RefusedException(done.message());
        }
        return done.get();
    }

    private static boolean isUndecided(ErrorCode error) {
        return switch (error) {
            case NOT_COORDINATOR, NOT_CONTROLLER, NOT_LEADER_OR_FOLLOWER, REQUEST_TIMED_OUT -> true;
            default -> false;
        };
    }

    private Optional<MovingPartition> moving(String topic, int partition) {
        return broker.movingPartitions().stream()
                .filter(each -> each.topic().equals(topic) && each.move().partition() == partition)
                .findFirst();
    }

    private void follow(String topic, int partition, int shard, int waitSeconds, Consumer<String> lines) {
        long deadlineNs = clock.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        long tellNs = clock.nanoTime();
        Optional<MovingPartition> move = moving(topic, partition);
        while (move.isPresent() && clock.nanoTime() < deadlineNs) {
            if (clock.nanoTime() >= tellNs) {
                lines.accept(move.get().inWords());
                tellNs += TimeUnit.MILLISECONDS.toNanos(TELL_INTERVAL_MS);
            }
            if (!ClusterAction.hasPaused()) {
                return;
            }
            move = moving(topic, partition);
        }
        if (move.isPresent()) {
            lines.accept("it goes on by itself");
            return;
        }
        boolean isThere = decided(() -> broker.movePartition(topic, partition, shard, true)) == shard;
        if (!isThere) {
            throw new RefusedException(
                    "the move was taken back; the log of the node that leads shard " + shard + " says why");
        }
        lines.accept("partition " + topic + "-" + partition + " is in shard " + shard);
    }

    /** What is under way. */
    static List<String> lines(LocalBroker broker) {
        return broker.movingPartitions().stream().map(MovingPartition::inWords).toList();
    }
}
