package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.Result;
import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.Shard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Delivery groups of a partition that moves to another shard, as its leaders see to them. The old shard has sealed the partition,
 * so nothing of its groups changes any more that anybody is told of; the new one does not serve it yet. Any thread.
 *
 * @param deliveries of this node
 */
public record GroupMoves(LocalDeliveries deliveries) {
    /**
     * The groups of a partition as they are.
     *
     * @param shardTimeMs time of the shard that they leave
     * @param snapshot their bytes, see {@link SlotSnapshot}; on any one thread
     */
    public record Leaving(long shardTimeMs, Supplier<ByteBuffer> snapshot) {}

    /** What the groups of a sealed partition are, once all that was decided before is durable. */
    public CompletableFuture<Result<Leaving>> leaving(Shard shard, TopicId topicId, int partition) {
        return LocalDeliveries.submit(
                shard,
                deliveries.slot(shard, topicId, partition),
                (turn, answer) -> leave(turn, topicId, partition, answer),
                Result::failed);
    }

    static void leave(SlotTurn turn, TopicId topicId, int partition, CompletableFuture<Result<Leaving>> answer) {
        Predicate<DeliveryGroup> isOf = of(topicId, partition);
        List<StoredGroup> groups = turn.slot().state().all().stream()
                .filter(group -> isOf.test(group.id()))
                .toList();
        Leaving leaving = new Leaving(turn.nowMs(), SlotSnapshot.capture(1, groups));
        turn.answer(answer, Result.of(leaving), Result::failed);
    }

    private static Predicate<DeliveryGroup> of(TopicId topicId, int partition) {
        return group -> group.topicId().equals(topicId) && group.partition() == partition;
    }

    /**
     * Makes them the groups of the partition, in the place of any that are there; complete when that is durable. After an error
     * it is to be done again. GROUP_MAX_SIZE_REACHED if there are too many. Throws {@link
     * io.sluice.common.BrokenInvariantException} if these are no bytes of groups of the partition.
     */
    public CompletableFuture<ErrorCode> arrive(
            Shard shard, TopicId topicId, int partition, long leftAtMs, ByteBuffer snapshot) {
        GroupsArrival arrival = new GroupsArrival(shard, read(snapshot, topicId, partition), leftAtMs);
        return LocalDeliveries.submit(
                shard,
                deliveries.slot(shard, topicId, partition),
                (turn, answer) -> arrival.begin(turn, of(topicId, partition), answer),
                Function.identity());
    }

    static List<StoredGroup> read(ByteBuffer snapshot, TopicId topicId, int partition) {
        List<StoredGroup> groups = new ArrayList<>();
        int unused = SlotSnapshot.restore(snapshot, groups::add);
        groups.forEach(group -> Check.check(
                of(topicId, partition).test(group.id()), "delivery group %s is of another partition", group.id()));
        return groups;
    }

    /** Forgets the groups of a partition that is not served by the shard; complete when that is durable. */
    public CompletableFuture<ErrorCode> forget(Shard shard, TopicId topicId, int partition) {
        return LocalDeliveries.submit(
                shard,
                deliveries.slot(shard, topicId, partition),
                (turn, answer) -> GroupCalls.forget(turn, of(topicId, partition), answer),
                Function.identity());
    }
}
