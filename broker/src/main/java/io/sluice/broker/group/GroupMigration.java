package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.TargetSet;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.broker.group.stored.GroupEvent.GenerationCompleted;
import io.sluice.broker.group.stored.Roster;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A group of consumers changes its protocol while it runs (KIP-848): with the first member that speaks the consumer
 * protocol it becomes a consumer group, with the last one gone a classic group again. Nobody loses his partitions by it;
 * epochs go on where generations ended and the other way round.
 */
final class GroupMigration {
    private final GroupSettings settings;
    private final RebalanceDecider classicRebalance;
    private final NamedPartitions named;

    GroupMigration(GroupSettings settings, RebalanceDecider classicRebalance, TopicView topics) {
        this.settings = settings;
        this.classicRebalance = classicRebalance;
        this.named = new NamedPartitions(topics);
    }

    /** Whether a classic group with members may become a consumer group. */
    boolean canUpgrade(LiveGroup group) {
        return settings.consumer().migration().upgrades()
                && group.protocolType().equals(Subscription.PROTOCOL_TYPE)
                && group.members().size() <= settings.consumer().groupMaxSize()
                && group.members().stream()
                        .allMatch(member -> Subscription.topics(first(member).metadata())
                                        .isPresent()
                                && Subscription.assigned(member.assignment()).isPresent());
    }

    /**
     * Makes it one. Members keep what they were assigned; those who wait for a rebalance are told to join again. A member
     * that was not told its id yet is none: it comes again as a new one.
     */
    void upgrade(Turn turn, LiveGroup classic) {
        StoredGroup stored = turn.stored(classic.id());
        int epoch = Math.max(classic.generation(), stored == null ? 0 : stored.highestGeneration());
        List<LiveMember> members =
                classic.members().stream().filter(member -> !member.isNew()).toList();
        int generation = classic.generation();
        turn.live().drop(classic, ErrorCode.REBALANCE_IN_PROGRESS);
        turn.live().createConsumer(classic.id());
        turn.emit(new EpochSet(classic.id(), epoch, 0, turn.nowMs()));
        ConsumerGroup group = turn.consumerGroup(classic.id());
        if (group != null) {
            Map<String, PartitionSet> targets = new TreeMap<>();
            members.forEach(member -> targets.put(member.id(), carryOver(group, member, generation)));
            turn.emit(new TargetSet(classic.id(), epoch, targets));
        }
    }

    /** A leader may have given a partition to two members: only the first has it here. */
    private PartitionSet carryOver(ConsumerGroup group, LiveMember member, int generation) {
        PartitionSet assigned = named.ids(
                        Subscription.assigned(member.assignment()).orElse(Map.of()))
                .where(group.freeFor(member.id()))
                .since(Math.max(generation, 0));
        ConsumerProfile profile = profile(member);
        group.emit(new MemberSet(group.id(), member.id(), profile));
        ConsumerMember placed = new ConsumerMember(
                member.id(),
                profile,
                generation,
                generation,
                ConsumerMember.Phase.STABLE,
                assigned,
                PartitionSet.EMPTY);
        group.emit(MemberPlaced.of(group.id(), placed));
        group.live().restartSession(placed, settings.consumer(), group.turn().nowMs());
        return assigned;
    }

    private static ConsumerProfile profile(LiveMember member) {
        return new ConsumerProfile(
                member.instanceId(),
                Optional.empty(),
                member.clientId(),
                member.clientHost(),
                member.rebalanceTimeoutMs(),
                Optional.empty(),
                List.copyOf(Subscription.topics(first(member).metadata()).orElseThrow()),
                Optional.empty(),
                Optional.of(new ConsumerProfile.Classic(member.sessionTimeoutMs(), member.protocols())));
    }

    private static Protocol first(LiveMember member) {
        return member.protocols().getFirst();
    }

    /** Whether only classic members are left, and they may go on among themselves. */
    boolean canDowngrade(ConsumerGroupState state) {
        return settings.consumer().migration().downgrades()
                && state.memberCount() > 0
                && state.memberCount() <= settings.groupMaxSize()
                && state.members().stream().allMatch(ConsumerMember::isClassic)
                && !LiveGroup.common(protocols(state)).isEmpty();
    }

    private static List<List<Protocol>> protocols(ConsumerGroupState state) {
        return state.members().stream()
                .flatMap(member -> member.profile().classic().stream())
                .map(ConsumerProfile.Classic::protocols)
                .toList();
    }

    /** Makes it a classic group, which rebalances at once: its members know nothing of the one who left. */
    void downgrade(ConsumerGroup group) {
        String first = group.state().members().iterator().next().id();
        LiveGroup classic = becomeClassic(group, first);
        if (classic != null) {
            classicRebalance.begin(group.turn(), classic);
        }
    }

    /**
     * The same because a static member came back with the classic protocol in the place of the last modern one. Nobody
     * else notices if all have what they shall have and the successor can be told that it leads without assigning anew
     * (KIP-814); otherwise they rebalance. Kafka never does here, and then no member knows that it leads and looks for
     * new partitions.
     */
    void downgrade(ConsumerGroup group, String successorId, boolean leadsWithoutAssigning) {
        int epoch = group.state().epoch();
        boolean isSettled = group.state().members().stream().allMatch(member -> member.hasReached(epoch));
        LiveGroup classic = becomeClassic(group, successorId);
        if (classic != null && !(isSettled && leadsWithoutAssigning)) {
            classicRebalance.begin(group.turn(), classic);
        }
    }

    private @Nullable LiveGroup becomeClassic(ConsumerGroup group, String leaderId) {
        Turn turn = group.turn();
        String protocolName = LiveGroup.common(protocols(group.state())).getFirst();
        List<Roster.Member> members = new ArrayList<>();
        for (ConsumerMember member : group.state().members()) {
            member.profile().classic().ifPresent(classic -> members.add(stored(group, member, classic)));
        }
        Roster roster = new Roster(
                group.state().epoch(), Subscription.PROTOCOL_TYPE, protocolName, leaderId, turn.nowMs(), members);
        turn.emit(new GenerationCompleted(group.id(), roster));
        turn.live().drop(group.live());
        StoredGroup stored = turn.stored(group.id());
        return stored == null ? null : turn.live().adopt(stored, turn.nowMs());
    }

    private Roster.Member stored(ConsumerGroup group, ConsumerMember member, ConsumerProfile.Classic classic) {
        Map<String, List<Integer>> target = named.names(group.state().target(member.id()));
        return new Roster.Member(
                member.id(),
                member.profile().instanceId(),
                member.profile().clientId(),
                member.profile().clientHost(),
                classic.sessionTimeoutMs(),
                member.profile().rebalanceTimeoutMs(),
                classic.protocols(),
                Subscription.assignment(Subscription.version(classic.chosen().metadata()), target));
    }

    /** Makes a consumer group without members a classic one, for a classic member is about to come. */
    void makeClassic(ConsumerGroup group) {
        Turn turn = group.turn();
        Roster nobody = new Roster(
                group.state().epoch(),
                Subscription.PROTOCOL_TYPE,
                "",
                "",
                group.state().head().sinceMs(),
                List.of());
        turn.emit(new GenerationCompleted(group.id(), nobody));
        turn.live().drop(group.live());
        StoredGroup stored = turn.stored(group.id());
        if (stored != null) {
            turn.live().adopt(stored, turn.nowMs());
        }
    }
}
