package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Result;
import io.sluice.broker.group.stored.GroupEvent.OffsetsExpired;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** OffsetDelete (KIP-496): offsets of topics that no member reads. */
final class OffsetDeleter {
    private final OffsetExpiry expiry;

    OffsetDeleter(OffsetExpiry expiry) {
        this.expiry = expiry;
    }

    void delete(
            Turn turn,
            String groupId,
            List<TopicPartition> partitions,
            CompletableFuture<Result<Map<TopicPartition, ErrorCode>>> future) {
        OffsetHolder running = turn.live().findAny(groupId);
        ErrorCode error = running == null ? ErrorCode.GROUP_ID_NOT_FOUND : whyNot(running);
        if (running == null || error != ErrorCode.NONE) {
            turn.answer(future, Result.failed(error), Result::failed);
            return;
        }
        Predicate<String> isRead = isRead(turn, running);
        Map<TopicPartition, ErrorCode> answers = new LinkedHashMap<>();
        partitions.forEach(partition -> answers.put(
                partition, isRead.test(partition.topic()) ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE));
        StoredGroup stored = turn.stored(groupId);
        if (stored != null) {
            List<TopicPartition> gone = answers.keySet().stream()
                    .filter(partition -> answers.get(partition) == ErrorCode.NONE && stored.offset(partition) != null)
                    .toList();
            forget(turn, running, gone);
        }
        turn.answer(future, Result.of(answers), Result::failed);
    }

    private void forget(Turn turn, OffsetHolder running, List<TopicPartition> gone) {
        if (!gone.isEmpty()) {
            turn.emit(new OffsetsExpired(running.id(), gone));
            expiry.scheduleStored(turn, running);
        }
    }

    /** What members of another type than consumers read, only they know. */
    private static ErrorCode whyNot(OffsetHolder running) {
        return switch (running) {
            case LiveGroup group ->
                group.is(GroupState.EMPTY) || group.protocolType().equals(Subscription.PROTOCOL_TYPE)
                        ? ErrorCode.NONE
                        : ErrorCode.NON_EMPTY_GROUP;
            case LiveConsumerGroup group -> ErrorCode.NONE;
        };
    }

    private static Predicate<String> isRead(Turn turn, OffsetHolder running) {
        switch (running) {
            case LiveGroup classic -> {
                // A consumer that does not say what it reads may read anything.
                Optional<Set<String>> topics = classic.subscribedTopics();
                return topic -> topics.isEmpty() || topics.get().contains(topic);
            }
            case LiveConsumerGroup consumer -> {
                ConsumerGroup group = turn.consumerGroup(consumer.id());
                return topic -> group != null && group.state().isSubscribedTo(topic);
            }
        }
    }
}
