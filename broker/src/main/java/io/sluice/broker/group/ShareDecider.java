package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.assign.Reading;
import io.sluice.broker.group.assign.ShareAssignor;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareEpochSet;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberGone;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberPlaced;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberSet;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareTargetSet;
import io.sluice.broker.group.stored.ShareGroupState;
import io.sluice.broker.group.stored.ShareMember;
import io.sluice.broker.group.stored.ShareProfile;
import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * ShareGroupHeartbeat (KIP-932): a member joins, stays or leaves, and is told what to take records from.
 *
 * <pre>
 *   unknown ──epoch 0──► member ──epoch it was told, or the one before──► member
 *                          └──epoch −1, or silent for its session──► gone
 * </pre>
 */
final class ShareDecider {
    private final GroupSettings settings;
    private final TopicView topics;
    private final ShareDeliveries deliveries;

    ShareDecider(GroupSettings settings, TopicView topics, ShareDeliveries deliveries) {
        this.settings = settings;
        this.topics = topics;
        this.deliveries = deliveries;
    }

    void heartbeat(Turn turn, ShareHeartbeat beat, CompletableFuture<ConsumerHeartbeatAnswer> future) {
        ConsumerHeartbeatAnswer answer = beat.memberEpoch() < 0 ? leave(turn, beat) : beat(turn, beat);
        turn.answer(future, answer, ConsumerDecider::failed);
    }

    private ConsumerHeartbeatAnswer leave(Turn turn, ShareHeartbeat beat) {
        ShareGroup group = turn.shareGroup(beat.groupId());
        ShareMember member = group == null ? null : group.state().member(beat.memberId());
        if (group == null || member == null) {
            return ConsumerDecider.failed(ErrorCode.UNKNOWN_MEMBER_ID);
        }
        remove(group, member);
        return new ConsumerHeartbeatAnswer(
                ErrorCode.NONE, "", beat.memberId(), beat.memberEpoch(), 0, Optional.empty());
    }

    /** The member was silent for its session: it is out. */
    void deadlinePassed(Turn turn, LiveShareGroup live, String memberId) {
        ShareGroup group = turn.shareGroup(live.id());
        ShareMember member = group == null ? null : group.state().member(memberId);
        if (group == null || member == null) {
            live.forget(memberId);
        } else {
            remove(group, member);
        }
    }

    private void remove(ShareGroup group, ShareMember member) {
        group.emit(new ShareMemberGone(group.id(), member.id()));
        group.live().forget(member.id());
        bump(group, hash(group.state()));
        group.turn().afterCommit(() -> deliveries.memberGone(group.id(), member.id(), member.assigned()));
    }

    private ConsumerHeartbeatAnswer beat(Turn turn, ShareHeartbeat beat) {
        ErrorCode refusal = admit(turn, beat);
        ShareGroup group = turn.shareGroup(beat.groupId());
        if (refusal != ErrorCode.NONE || group == null) {
            return ConsumerDecider.failed(refusal == ErrorCode.NONE ? ErrorCode.UNKNOWN_MEMBER_ID : refusal);
        }
        ShareMember before = group.state().member(beat.memberId());
        ShareProfile profile = profile(beat, before);
        if (before == null || !before.profile().equals(profile)) {
            group.emit(new ShareMemberSet(group.id(), beat.memberId(), profile));
        }
        refresh(group, before == null || !before.profile().topics().equals(profile.topics()));
        assign(group);
        ShareMember member = place(group, beat.memberId());
        group.live().restartSession(member.id(), turn.nowMs() + settings.share().sessionTimeoutMs(group.id()));
        return answer(group, member, beat, before);
    }

    /** NONE if the member may go on, and then the group is a share group; else nothing changed. */
    private ErrorCode admit(Turn turn, ShareHeartbeat beat) {
        ShareGroup group = turn.shareGroup(beat.groupId());
        if (group != null) {
            return whyNot(group.state(), beat);
        }
        if (turn.live().findAny(beat.groupId()) != null) {
            return ErrorCode.GROUP_ID_NOT_FOUND;
        }
        if (beat.memberEpoch() != 0) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (turn.live().count() >= settings.groupCountMax()) {
            return ErrorCode.POLICY_VIOLATION;
        }
        turn.live().createShare(beat.groupId());
        turn.emit(new ShareEpochSet(beat.groupId(), 0, 0, turn.nowMs()));
        return ErrorCode.NONE;
    }

    private ErrorCode whyNot(ShareGroupState state, ShareHeartbeat beat) {
        ShareMember member = state.member(beat.memberId());
        if (beat.memberEpoch() != 0) {
            if (member == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            boolean isKnownEpoch = beat.memberEpoch() == member.epoch() || beat.memberEpoch() == member.previousEpoch();
            if (!isKnownEpoch) {
                return ErrorCode.FENCED_MEMBER_EPOCH;
            }
        }
        boolean hasPlace =
                member != null || state.memberCount() < settings.share().groupMaxSize();
        return hasPlace && fits(state.profileBytesWithout(member), beat)
                ? ErrorCode.NONE
                : ErrorCode.GROUP_MAX_SIZE_REACHED;
    }

    /** What members say of themselves must stay small enough for events. */
    private boolean fits(long othersBytes, ShareHeartbeat beat) {
        long bytes = 0;
        for (String topic : beat.topics().orElse(List.of())) {
            bytes += topic.length() + 4L;
        }
        return bytes == 0 || othersBytes + bytes <= settings.membersBytesMax();
    }

    private static ShareProfile profile(ShareHeartbeat beat, @Nullable ShareMember before) {
        Optional<ShareProfile> known = Optional.ofNullable(before).map(ShareMember::profile);
        return new ShareProfile(
                beat.client().rackId().or(() -> known.flatMap(ShareProfile::rackId)),
                beat.client().id(),
                beat.client().host(),
                beat.topics().or(() -> known.map(ShareProfile::topics)).orElse(List.of()));
    }

    /** Bumps the epoch if members changed what they subscribe to, or the topics changed. */
    private void refresh(ShareGroup group, boolean subscriptionsChanged) {
        if (group.live().takeRefreshDue() || subscriptionsChanged) {
            long hash = hash(group.state());
            if (subscriptionsChanged || hash != group.state().head().subscriptionHash()) {
                bump(group, hash);
            }
        }
    }

    /** Topics came, went or grew: groups that subscribe to them have another epoch at once. */
    void topicsChanged(Turn turn, Collection<String> names) {
        for (LiveShareGroup live : List.copyOf(turn.live().shares())) {
            ShareGroup group = turn.shareGroup(live.id());
            if (group != null && names.stream().anyMatch(group.state()::isSubscribedTo)) {
                long hash = hash(group.state());
                if (hash != group.state().head().subscriptionHash()) {
                    bump(group, hash);
                }
            }
        }
    }

    private static void bump(ShareGroup group, long hash) {
        group.emit(new ShareEpochSet(
                group.id(), group.state().epoch() + 1, hash, group.turn().nowMs()));
    }

    private long hash(ShareGroupState state) {
        Set<String> names = new TreeSet<>();
        state.members().forEach(member -> names.addAll(member.profile().topics()));
        return SubscribedTopics.hash(names, topics);
    }

    /** Brings the targets up to the group's epoch. */
    private void assign(ShareGroup group) {
        ShareGroupState state = group.state();
        if (state.epoch() <= state.targetEpoch()) {
            return;
        }
        Map<String, PartitionSet> changed = new TreeMap<>();
        ShareAssignor.assign(reading(state)).forEach((memberId, target) -> {
            if (!state.targets().containsKey(memberId) || !target.equals(state.target(memberId))) {
                changed.put(memberId, target);
            }
        });
        group.emit(new ShareTargetSet(group.id(), state.epoch(), changed));
    }

    private Reading reading(ShareGroupState state) {
        NavigableMap<TopicId, Integer> partitionCounts = new TreeMap<>();
        NavigableMap<String, Reading.Reader> readers = new TreeMap<>();
        for (ShareMember member : state.members()) {
            Set<TopicId> ids = new HashSet<>();
            for (String name : member.profile().topics()) {
                topics.find(name).ifPresent(shape -> {
                    ids.add(shape.id());
                    partitionCounts.put(shape.id(), shape.partitionCount());
                });
            }
            readers.put(member.id(), new Reading.Reader(member.id(), ids, state.target(member.id())));
        }
        return new Reading(readers, partitionCounts);
    }

    private static ShareMember place(ShareGroup group, String memberId) {
        ShareGroupState state = group.state();
        ShareMember member = state.member(memberId);
        Check.check(member != null, "share group %s has no member %s", group.id(), memberId);
        if (member.epoch() == state.targetEpoch()) {
            return member;
        }
        PartitionSet target = state.target(memberId);
        group.emit(new ShareMemberPlaced(group.id(), memberId, state.targetEpoch(), member.epoch(), target));
        return new ShareMember(memberId, member.profile(), state.targetEpoch(), member.epoch(), target);
    }

    private ConsumerHeartbeatAnswer answer(
            ShareGroup group, ShareMember member, ShareHeartbeat beat, @Nullable ShareMember before) {
        PartitionSet told = before == null ? PartitionSet.EMPTY : before.assigned();
        boolean mustBeTold = beat.isFull()
                || before == null
                || beat.memberEpoch() != before.epoch()
                || !told.hasSamePartitions(member.assigned());
        return new ConsumerHeartbeatAnswer(
                ErrorCode.NONE,
                "",
                member.id(),
                member.epoch(),
                group.turn().live().pace().intervalMs(true, settings.share().heartbeatIntervalMs(group.id())),
                mustBeTold ? Optional.of(ConsumerDecider.partitions(member.assigned())) : Optional.empty());
    }
}
