package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Result;
import io.sluice.broker.group.stored.GroupEvent.OffsetsCommitted;
import io.sluice.broker.group.stored.GroupEvent.TopicForgotten;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.broker.group.stored.StoredGroup.StoredOffset;
import io.sluice.common.ErrorCode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** OffsetCommit, OffsetFetch, OffsetDelete and the end of a topic. */
final class OffsetDecider {
    private final GroupSettings settings;
    private final OffsetExpiry expiry;
    private final ConsumerOffsets consumers;
    private final OffsetDeleter deleter;

    OffsetDecider(GroupSettings settings, OffsetExpiry expiry, ConsumerOffsets consumers) {
        this.settings = settings;
        this.expiry = expiry;
        this.consumers = consumers;
        this.deleter = new OffsetDeleter(expiry);
    }

    void commit(
            Turn turn,
            MemberRef member,
            Map<TopicPartition, CommittedOffset> offsets,
            CompletableFuture<Map<TopicPartition, ErrorCode>> future) {
        Map<TopicPartition, ErrorCode> answers = new HashMap<>();
        Map<TopicPartition, CommittedOffset> accepted = new LinkedHashMap<>();
        Function<TopicPartition, ErrorCode> verdict = verdict(turn, member);
        offsets.forEach((partition, offset) -> {
            boolean fits = offset.metadata().length() <= settings.offsetMetadataMaxLength();
            ErrorCode refusal = verdict.apply(partition);
            ErrorCode answer = refusal == ErrorCode.NONE && !fits ? ErrorCode.OFFSET_METADATA_TOO_LARGE : refusal;
            answers.put(partition, answer);
            if (answer == ErrorCode.NONE) {
                accepted.put(partition, offset);
            }
        });
        if (!accepted.isEmpty()) {
            keep(turn, member.groupId(), accepted);
        }
        turn.answer(future, answers, error -> Answers.forEach(offsets.keySet(), error));
    }

    private void keep(Turn turn, String groupId, Map<TopicPartition, CommittedOffset> accepted) {
        OffsetHolder existing = turn.live().findAny(groupId);
        OffsetHolder group = existing == null ? turn.live().create(groupId) : existing;
        turn.emit(new OffsetsCommitted(groupId, turn.nowMs(), accepted));
        if (!group.expiryTimer().isSet()) {
            expiry.scheduleStored(turn, group);
        }
    }

    private Function<TopicPartition, ErrorCode> verdict(Turn turn, MemberRef ref) {
        ConsumerGroup group = turn.consumerGroup(ref.groupId());
        if (group != null) {
            return consumers.verdict(group.state(), ref);
        }
        ErrorCode refusal = whyNot(turn, ref);
        return partition -> refusal;
    }

    /** Kafka's validateOffsetCommit; a commit of a member keeps it alive as a heartbeat does. */
    private ErrorCode whyNot(Turn turn, MemberRef ref) {
        LiveGroup group = turn.live().find(ref.groupId());
        if (group == null) {
            return whyNoNewGroup(turn, ref);
        }
        if (ref.generation() < 0 && group.is(GroupState.EMPTY)) {
            return ErrorCode.NONE;
        }
        if (ref.generation() < 0 && ref.memberId().isEmpty() && ref.instanceId().isEmpty()) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        ErrorCode error = group.errorFor(ref);
        LiveMember member = group.member(ref.memberId());
        if (error != ErrorCode.NONE || member == null) {
            return error;
        }
        if (group.is(GroupState.COMPLETING_REBALANCE)) {
            return ErrorCode.REBALANCE_IN_PROGRESS;
        }
        member.restartSession(turn.nowMs());
        return ErrorCode.NONE;
    }

    /** Whoever uses no membership may found a group by committing; a member of an unknown group is out of date. */
    private ErrorCode whyNoNewGroup(Turn turn, MemberRef ref) {
        if (ref.generation() >= 0) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        return turn.live().count() < settings.groupCountMax() ? ErrorCode.NONE : ErrorCode.POLICY_VIOLATION;
    }

    void deleteOffsets(
            Turn turn,
            String groupId,
            List<TopicPartition> partitions,
            CompletableFuture<Result<Map<TopicPartition, ErrorCode>>> future) {
        deleter.delete(turn, groupId, partitions, future);
    }

    void committed(
            Turn turn,
            MemberRef member,
            Optional<List<TopicPartition>> partitions,
            CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> future) {
        ConsumerGroup consumer = turn.consumerGroup(member.groupId());
        ErrorCode refusal = consumer == null ? ErrorCode.NONE : consumers.whyNotRead(consumer.state(), member);
        if (refusal != ErrorCode.NONE) {
            turn.answer(future, Result.failed(refusal), Result::failed);
            return;
        }
        Map<TopicPartition, CommittedOffset> found = new LinkedHashMap<>();
        StoredGroup group = turn.stored(member.groupId());
        if (group != null && partitions.isPresent()) {
            for (TopicPartition partition : partitions.get()) {
                StoredOffset offset = group.offset(partition);
                if (offset != null) {
                    found.put(partition, committed(offset));
                }
            }
        } else if (group != null) {
            group.offsets()
                    .forEach((topic, ofTopic) -> ofTopic.forEach(
                            (partition, offset) -> found.put(new TopicPartition(topic, partition), committed(offset))));
        }
        turn.answer(future, Result.of(found), Result::failed);
    }

    private static CommittedOffset committed(StoredOffset offset) {
        return new CommittedOffset(offset.offset(), offset.leaderEpoch(), offset.metadata());
    }

    /** Where the slot moves it is to be asked again: what comes or goes may know the topics. */
    void forgetTopics(Turn turn, List<String> topics, CompletableFuture<ErrorCode> future) {
        switch (turn.slot().stored().residence().stage()) {
            case OPEN -> {
                topics.forEach(topic -> forgetTopic(turn, topic));
                turn.answer(future, ErrorCode.NONE);
            }
            case CLOSED -> turn.answer(future, ErrorCode.NONE);
            case SEALED, ARRIVING, ARRIVED -> turn.answer(future, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        }
    }

    private void forgetTopic(Turn turn, String topic) {
        List<StoredGroup> concerned = turn.slot().stored().all().stream()
                .filter(group -> group.offsets().containsKey(topic))
                .toList();
        if (!concerned.isEmpty()) {
            turn.emit(new TopicForgotten(topic));
        }
        for (StoredGroup stored : concerned) {
            OffsetHolder group = turn.live().findAny(stored.id());
            if (group != null) {
                expiry.schedule(group, stored, turn.nowMs());
            }
        }
    }
}
