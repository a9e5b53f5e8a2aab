package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.common.ErrorCode;
import java.util.function.Function;

/** Who may commit and read offsets of a consumer group (KIP-848, KIP-1251). */
final class ConsumerOffsets {
    private final TopicView topics;

    ConsumerOffsets(TopicView topics) {
        this.topics = topics;
    }

    /** The answer for each partition. Whoever uses no membership may commit while the group is empty. */
    Function<TopicPartition, ErrorCode> verdict(ConsumerGroupState state, MemberRef ref) {
        if (ref.generation() < 0 && state.memberCount() == 0) {
            return partition -> ErrorCode.NONE;
        }
        ConsumerMember member = state.member(ref.memberId());
        if (member == null) {
            return partition -> ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (ref.generation() == member.epoch()) {
            return partition -> ErrorCode.NONE;
        }
        if (member.isClassic()) {
            return partition -> ErrorCode.ILLEGAL_GENERATION;
        }
        return partition -> whyOutdated(member, ref.generation(), partition);
    }

    /** An older epoch is good for a partition that the member has had ever since. */
    private ErrorCode whyOutdated(ConsumerMember member, int epoch, TopicPartition partition) {
        int since = topics.find(partition.topic())
                .map(topic -> member.epochOf(topic.id(), partition.partition()))
                .orElse(-1);
        boolean hasHadIt = epoch < member.epoch() && since >= 0 && since <= epoch;
        return hasHadIt ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH;
    }

    /** NONE if the member is up to date, or nobody in particular asks. */
    ErrorCode whyNotRead(ConsumerGroupState state, MemberRef ref) {
        if (ref.memberId().isEmpty() && ref.generation() < 0) {
            return ErrorCode.NONE;
        }
        ConsumerMember member = state.member(ref.memberId());
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (ref.generation() == member.epoch()) {
            return ErrorCode.NONE;
        }
        return member.isClassic() ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.STALE_MEMBER_EPOCH;
    }
}
