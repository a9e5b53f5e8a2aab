package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeat.TopicPartitions;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberReplaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberSet;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** ConsumerGroupHeartbeat: a member joins, says what it has, and is told what it shall have. */
final class ConsumerDecider {
    private final GroupSettings settings;
    private final MemberIds memberIds;
    private final ConsumerAdmission admission;
    private final ConsumerRebalance rebalance;
    private final ConsumerMembership membership;

    ConsumerDecider(
            GroupSettings settings,
            MemberIds memberIds,
            ConsumerAdmission admission,
            ConsumerRebalance rebalance,
            ConsumerMembership membership) {
        this.settings = settings;
        this.memberIds = memberIds;
        this.admission = admission;
        this.rebalance = rebalance;
        this.membership = membership;
    }

    void heartbeat(Turn turn, ConsumerHeartbeat beat, CompletableFuture<ConsumerHeartbeatAnswer> future) {
        ConsumerHeartbeatAnswer answer = beat.memberEpoch() < 0 ? leave(turn, beat) : beat(turn, beat);
        turn.answer(future, answer, ConsumerDecider::failed);
    }

    static ConsumerHeartbeatAnswer failed(ErrorCode error) {
        return ConsumerHeartbeatAnswer.failed(error, error.text());
    }

    private ConsumerHeartbeatAnswer leave(Turn turn, ConsumerHeartbeat beat) {
        ErrorCode error = membership.leave(turn, beat);
        return error == ErrorCode.NONE
                ? new ConsumerHeartbeatAnswer(error, "", beat.memberId(), beat.memberEpoch(), 0, Optional.empty())
                : failed(error);
    }

    private ConsumerHeartbeatAnswer beat(Turn turn, ConsumerHeartbeat beat) {
        ErrorCode refusal = admission.admit(turn, beat);
        ConsumerGroup group = turn.consumerGroup(beat.groupId());
        if (refusal != ErrorCode.NONE || group == null) {
            return failed(refusal == ErrorCode.NONE ? ErrorCode.UNKNOWN_MEMBER_ID : refusal);
        }
        String memberId = beat.memberId().isEmpty() ? memberIds.next() : beat.memberId();
        @Nullable ConsumerMember before = comeBack(group, beat, memberId);
        ConsumerProfile profile = profile(beat, before);
        if (before == null || !before.profile().equals(profile)) {
            group.emit(new MemberSet(group.id(), memberId, profile));
        }
        profile.regex().ifPresent(regex -> rebalance.noteRegex(group, regex, beat.visibleTopics()));
        boolean isNews = before == null || !before.profile().hasSameSubscription(profile);
        rebalance.refresh(group, isNews);
        rebalance.assign(group);
        ConsumerMember member =
                rebalance.reconcile(group, memberId, beat.owned().map(ConsumerDecider::partitions));
        group.live().restartSession(member, settings.consumer(), turn.nowMs());
        return answer(group, member, beat, before);
    }

    /** Lets a member that begins anew begin so; what it was before, null if it is new. */
    private @Nullable ConsumerMember comeBack(ConsumerGroup group, ConsumerHeartbeat beat, String memberId) {
        ConsumerMember former =
                beat.client().instanceId().map(group.state()::memberOfInstance).orElse(null);
        if (former != null && !former.id().equals(memberId)) {
            group.emit(new MemberReplaced(group.id(), former.id(), memberId));
            group.live().forget(former.id());
        }
        ConsumerMember member = group.state().member(memberId);
        if (member != null && former == null && beat.memberEpoch() == 0 && member.epoch() != 0) {
            // It was fenced, or believes so: it gave up all it had.
            ConsumerMember anew = ConsumerMember.joining(memberId, member.profile());
            group.emit(MemberPlaced.of(group.id(), anew));
            group.live().cancelRebalanceDeadline(memberId);
            return anew;
        }
        return member;
    }

    private static ConsumerProfile profile(ConsumerHeartbeat beat, @Nullable ConsumerMember before) {
        ConsumerHeartbeat.Client client = beat.client();
        Optional<ConsumerProfile> known = Optional.ofNullable(before).map(ConsumerMember::profile);
        Optional<String> regex = beat.topicRegex().isPresent()
                ? beat.topicRegex().filter(text -> !text.isEmpty())
                : known.flatMap(ConsumerProfile::regex);
        int rebalanceTimeoutMs = beat.rebalanceTimeoutMs() != -1
                ? beat.rebalanceTimeoutMs()
                : known.map(ConsumerProfile::rebalanceTimeoutMs).orElse(0);
        return new ConsumerProfile(
                client.instanceId().or(() -> known.flatMap(ConsumerProfile::instanceId)),
                client.rackId().or(() -> known.flatMap(ConsumerProfile::rackId)),
                client.id(),
                client.host(),
                rebalanceTimeoutMs,
                beat.assignor().or(() -> known.flatMap(ConsumerProfile::assignor)),
                beat.topics().or(() -> known.map(ConsumerProfile::topics)).orElse(List.of()),
                regex,
                Optional.empty());
    }

    private ConsumerHeartbeatAnswer answer(
            ConsumerGroup group, ConsumerMember member, ConsumerHeartbeat beat, @Nullable ConsumerMember before) {
        PartitionSet told = before == null ? PartitionSet.EMPTY : before.assigned();
        boolean mustBeTold = beat.isFull() || !told.hasSamePartitions(member.assigned());
        boolean isSettled = member.hasReached(group.state().epoch());
        return new ConsumerHeartbeatAnswer(
                ErrorCode.NONE,
                "",
                member.id(),
                member.epoch(),
                group.turn()
                        .live()
                        .pace()
                        .intervalMs(isSettled, settings.consumer().heartbeatIntervalMs(group.id())),
                mustBeTold ? Optional.of(partitions(member.assigned())) : Optional.empty());
    }

    static PartitionSet partitions(List<TopicPartitions> topics) {
        PartitionSet.Builder builder = new PartitionSet.Builder();
        for (TopicPartitions topic : topics) {
            for (int partition : topic.partitions()) {
                if (partition >= 0) {
                    builder.add(topic.topicId(), partition, 0);
                }
            }
        }
        return builder.build();
    }

    static List<TopicPartitions> partitions(PartitionSet partitions) {
        List<TopicPartitions> topics = new ArrayList<>();
        partitions.topics().forEach(topic -> {
            List<Integer> ofTopic = new ArrayList<>();
            for (int partition : partitions.partitions(topic)) {
                ofTopic.add(partition);
            }
            topics.add(new TopicPartitions(topic, ofTopic));
        });
        return topics;
    }
}
