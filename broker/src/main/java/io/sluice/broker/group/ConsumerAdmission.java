package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may speak in a consumer group; the first who does makes it one. */
final class ConsumerAdmission {
    private final GroupSettings settings;
    private final GroupMigration migration;

    ConsumerAdmission(GroupSettings settings, GroupMigration migration) {
        this.settings = settings;
        this.migration = migration;
    }

    /** NONE if the member may go on, and then the group is a consumer group; else nothing changed. */
    ErrorCode admit(Turn turn, ConsumerHeartbeat beat) {
        ConsumerGroup group = turn.consumerGroup(beat.groupId());
        if (group != null) {
            return whyNot(group.state(), beat);
        }
        if (beat.memberEpoch() != 0) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        LiveGroup classic = turn.live().find(beat.groupId());
        ErrorCode refusal = whyNotNew(turn, classic, beat);
        if (refusal == ErrorCode.NONE) {
            if (classic == null || classic.is(GroupState.EMPTY)) {
                found(turn, beat.groupId(), classic);
            } else {
                migration.upgrade(turn, classic);
            }
        }
        return refusal;
    }

    private ErrorCode whyNotNew(Turn turn, @Nullable LiveGroup classic, ConsumerHeartbeat beat) {
        if (!fits(0, beat)) {
            return ErrorCode.GROUP_MAX_SIZE_REACHED;
        }
        if (classic == null) {
            return turn.live().count() < settings.groupCountMax() ? ErrorCode.NONE : ErrorCode.POLICY_VIOLATION;
        }
        if (classic.is(GroupState.EMPTY)) {
            return ErrorCode.NONE;
        }
        if (!migration.canUpgrade(classic)) {
            return ErrorCode.GROUP_ID_NOT_FOUND;
        }
        boolean hasRoom = classic.members().size() < settings.consumer().groupMaxSize()
                && fits(classic.membersLengthBytes(), beat);
        return hasRoom ? ErrorCode.NONE : ErrorCode.GROUP_MAX_SIZE_REACHED;
    }

    /** Its epochs go on where its generations ended; its offsets stay. */
    private static void found(Turn turn, String groupId, @Nullable LiveGroup classic) {
        if (classic != null) {
            turn.live().drop(classic, ErrorCode.UNKNOWN_MEMBER_ID);
        }
        StoredGroup stored = turn.stored(groupId);
        int epoch = stored == null ? 0 : stored.highestGeneration();
        turn.live().createConsumer(groupId);
        turn.emit(new EpochSet(groupId, epoch, 0, turn.nowMs()));
    }

    private ErrorCode whyNot(ConsumerGroupState state, ConsumerHeartbeat beat) {
        Optional<String> instanceId = beat.client().instanceId();
        ConsumerMember member =
                instanceId.isPresent() ? state.memberOfInstance(instanceId.get()) : state.member(beat.memberId());
        ErrorCode refusal = instanceId.isPresent() ? whyNotStatic(member, beat) : whyNotDynamic(member, beat);
        return refusal == ErrorCode.NONE ? whyNoRoom(state, member, beat) : refusal;
    }

    private static ErrorCode whyNotDynamic(@Nullable ConsumerMember member, ConsumerHeartbeat beat) {
        if (beat.memberEpoch() == 0) {
            return ErrorCode.NONE;
        }
        return member == null ? ErrorCode.UNKNOWN_MEMBER_ID : whyOutdated(member, beat);
    }

    private static ErrorCode whyNotStatic(@Nullable ConsumerMember member, ConsumerHeartbeat beat) {
        if (member == null) {
            return beat.memberEpoch() == 0 ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
        }
        boolean isSame = member.id().equals(beat.memberId());
        if (beat.memberEpoch() == 0) {
            boolean isReleased = member.isClassic() || member.epoch() == ConsumerHeartbeat.LEAVE_FOR_NOW || isSame;
            return isReleased ? ErrorCode.NONE : ErrorCode.UNRELEASED_INSTANCE_ID;
        }
        return isSame ? whyOutdated(member, beat) : ErrorCode.FENCED_INSTANCE_ID;
    }

    /** The previous epoch is good as long as the member has nothing it may not have: an answer got lost. */
    private static ErrorCode whyOutdated(ConsumerMember member, ConsumerHeartbeat beat) {
        if (beat.memberEpoch() == member.epoch()) {
            return ErrorCode.NONE;
        }
        boolean isOneBehind = beat.memberEpoch() < member.epoch() && beat.memberEpoch() == member.previousEpoch();
        PartitionSet owned = beat.owned().map(ConsumerDecider::partitions).orElse(null);
        boolean isHarmless = isOneBehind && owned != null && owned.isWithin(member.assigned());
        return isHarmless ? ErrorCode.NONE : ErrorCode.FENCED_MEMBER_EPOCH;
    }

    /** A member that is known has its place, but not for whatever it may say of itself later. */
    private ErrorCode whyNoRoom(ConsumerGroupState state, @Nullable ConsumerMember member, ConsumerHeartbeat beat) {
        boolean saysNothingNew = beat.topics().isEmpty() && beat.topicRegex().isEmpty();
        if (member != null && saysNothingNew) {
            return ErrorCode.NONE;
        }
        boolean hasPlace =
                member != null || state.memberCount() < settings.consumer().groupMaxSize();
        return hasPlace && fits(state.profileBytesWithout(member), beat)
                ? ErrorCode.NONE
                : ErrorCode.GROUP_MAX_SIZE_REACHED;
    }

    /** What members say of themselves must stay small enough for events, as in a classic group. */
    private boolean fits(long othersBytes, ConsumerHeartbeat beat) {
        long bytes = beat.topicRegex().map(String::length).orElse(0);
        for (String topic : beat.topics().orElse(List.of())) {
            bytes += topic.length() + 4L;
        }
        return othersBytes + bytes <= settings.membersBytesMax();
    }
}
