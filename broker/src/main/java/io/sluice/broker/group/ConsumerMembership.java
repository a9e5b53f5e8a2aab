package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberGone;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerMember.Phase;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.List;

/** How members leave a consumer group: by their own will, for now, or because they were silent or slow. */
final class ConsumerMembership {
    private final GroupSettings settings;
    private final ConsumerRebalance rebalance;
    private final GroupMigration migration;
    private final OffsetExpiry expiry;

    ConsumerMembership(
            GroupSettings settings, ConsumerRebalance rebalance, GroupMigration migration, OffsetExpiry expiry) {
        this.settings = settings;
        this.rebalance = rebalance;
        this.migration = migration;
        this.expiry = expiry;
    }

    ErrorCode leave(Turn turn, ConsumerHeartbeat beat) {
        ConsumerGroup group = turn.consumerGroup(beat.groupId());
        if (group == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        boolean isStatic = beat.client().instanceId().isPresent();
        ConsumerMember member = isStatic
                ? group.state().memberOfInstance(beat.client().instanceId().get())
                : group.state().member(beat.memberId());
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (!member.id().equals(beat.memberId())) {
            return ErrorCode.FENCED_INSTANCE_ID;
        }
        if (beat.memberEpoch() == ConsumerHeartbeat.LEAVE_FOR_NOW && isStatic) {
            leaveForNow(group, member);
        } else {
            remove(group, List.of(member));
        }
        return ErrorCode.NONE;
    }

    /** Its partitions wait for it until its session ends; nobody rebalances. */
    private void leaveForNow(ConsumerGroup group, ConsumerMember member) {
        ConsumerMember away = new ConsumerMember(
                member.id(),
                member.profile(),
                ConsumerHeartbeat.LEAVE_FOR_NOW,
                member.epoch(),
                Phase.STABLE,
                member.assigned(),
                PartitionSet.EMPTY);
        group.emit(MemberPlaced.of(group.id(), away));
        group.live().cancelRebalanceDeadline(member.id());
        group.live().restartSession(away, settings.consumer(), group.turn().nowMs());
    }

    /** A deadline of the member passed: it is out. */
    void deadlinePassed(Turn turn, LiveConsumerGroup live, String memberId) {
        ConsumerGroup group = turn.consumerGroup(live.id());
        ConsumerMember member = group == null ? null : group.state().member(memberId);
        if (group == null || member == null) {
            live.forget(memberId);
        } else {
            remove(group, List.of(member));
        }
    }

    /** Takes members out; what is left may be a classic group from then on. */
    void remove(ConsumerGroup group, Collection<ConsumerMember> members) {
        for (ConsumerMember member : members) {
            group.emit(new MemberGone(group.id(), member.id()));
            group.live().forget(member.id());
        }
        if (migration.canDowngrade(group.state())) {
            migration.downgrade(group);
            return;
        }
        rebalance.bump(group);
        group.live().retainRegexes(group.state());
        StoredGroup stored = group.turn().stored(group.id());
        if (group.state().memberCount() == 0 && stored != null) {
            expiry.schedule(group.live(), stored, group.turn().nowMs());
        }
    }

    /** A static member took the place of its former self with the classic protocol; it may have been the last modern one. */
    void succeeded(ConsumerGroup group, String successorId, boolean leadsWithoutAssigning) {
        if (migration.canDowngrade(group.state())) {
            migration.downgrade(group, successorId, leadsWithoutAssigning);
        }
    }
}
