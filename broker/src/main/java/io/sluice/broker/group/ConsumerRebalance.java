package io.sluice.broker.group;

import io.sluice.broker.group.LiveConsumerGroup.LiveRegex;
import io.sluice.broker.group.assign.Assignor;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.RegexResolved;
import io.sluice.broker.group.stored.ConsumerGroupEvent.TargetSet;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerMember.Phase;
import io.sluice.common.Check;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The rebalance of a consumer group: what changed bumps the epoch ({@link #refresh}), the next member that speaks brings
 * the targets up to it ({@link #assign}), and every member goes towards its own ({@link #reconcile}).
 */
final class ConsumerRebalance {
    private final ConsumerSettings settings;
    private final TopicView topics;

    ConsumerRebalance(ConsumerSettings settings, TopicView topics) {
        this.settings = settings;
        this.topics = topics;
    }

    /** A member that uses the pattern spoke. */
    void noteRegex(ConsumerGroup group, String regex, Predicate<String> visible) {
        group.live().noteRegex(regex, visible);
        if (!group.state().topicsByRegex().containsKey(regex)) {
            resolve(group, regex);
        }
    }

    /** Bumps the epoch if members changed what they subscribe to, or the topics changed. */
    void refresh(ConsumerGroup group, boolean subscriptionsChanged) {
        if (!subscriptionsChanged && !group.live().isRefreshDue()) {
            return;
        }
        if (group.live().isRefreshDue()) {
            boolean allKnown = true;
            for (String regex : List.copyOf(group.state().topicsByRegex().keySet())) {
                allKnown &= resolve(group, regex);
            }
            group.live().setRefreshDue(!allKnown);
        }
        group.live().retainRegexes(group.state());
        long hash = new SubscribedTopics(group.state(), topics).hash();
        if (subscriptionsChanged || hash != group.state().head().subscriptionHash()) {
            bump(group, hash);
        }
    }

    /** As {@link #refresh} after members are gone. */
    void bump(ConsumerGroup group) {
        bump(group, new SubscribedTopics(group.state(), topics).hash());
    }

    private static void bump(ConsumerGroup group, long hash) {
        group.emit(new EpochSet(
                group.id(), group.state().epoch() + 1, hash, group.turn().nowMs()));
    }

    /** Resolves the pattern anew; false if nobody who uses it spoke since this node leads. */
    private boolean resolve(ConsumerGroup group, String regex) {
        LiveRegex live = group.live().regex(regex);
        if (live == null) {
            return false;
        }
        emitIfNew(group, regex, live.pattern().resolve(topics, live.visible()));
        return true;
    }

    private static void emitIfNew(ConsumerGroup group, String regex, List<String> names) {
        if (!names.equals(group.state().topicsByRegex().get(regex))) {
            group.emit(new RegexResolved(group.id(), regex, names));
        }
    }

    /** Topics came, went or grew: groups that subscribe to them have another epoch at once. */
    void topicsChanged(Turn turn, Collection<String> names) {
        for (LiveConsumerGroup live : List.copyOf(turn.live().consumers())) {
            ConsumerGroup group = turn.consumerGroup(live.id());
            if (group != null && group.state().memberCount() > 0) {
                topicsChanged(group, names);
            }
        }
    }

    private void topicsChanged(ConsumerGroup group, Collection<String> names) {
        boolean isConcerned = names.stream().anyMatch(group.state()::isSubscribedTo);
        for (String regex : List.copyOf(group.state().topicsByRegex().keySet())) {
            LiveRegex live = group.live().regex(regex);
            if (live == null) {
                group.live().setRefreshDue(true);
            } else {
                Set<String> resolved =
                        new TreeSet<>(group.state().topicsByRegex().getOrDefault(regex, List.of()));
                names.forEach(name -> follow(live, name, resolved));
                emitIfNew(group, regex, List.copyOf(resolved));
            }
        }
        if (isConcerned || names.stream().anyMatch(group.state()::isSubscribedTo)) {
            long hash = new SubscribedTopics(group.state(), topics).hash();
            if (hash != group.state().head().subscriptionHash()) {
                bump(group, hash);
            }
        }
    }

    private void follow(LiveRegex live, String name, Set<String> resolved) {
        if (topics.find(name).isPresent()
                && live.pattern().matches(name)
                && live.visible().test(name)) {
            resolved.add(name);
        } else {
            resolved.remove(name);
        }
    }

    /** Brings the targets up to the group's epoch. */
    void assign(ConsumerGroup group) {
        ConsumerGroupState state = group.state();
        if (state.epoch() <= state.targetEpoch()) {
            return;
        }
        Assignor assignor = assignor(state);
        Map<String, PartitionSet> assigned = assignor.assign(new SubscribedTopics(state, topics).reading());
        Map<String, PartitionSet> changed = new TreeMap<>();
        assigned.forEach((memberId, target) -> {
            if (!state.targets().containsKey(memberId) || !target.equals(state.target(memberId))) {
                changed.put(memberId, target);
            }
        });
        group.emit(new TargetSet(group.id(), state.epoch(), changed));
    }

    /** The assignor that most members ask for; the default if nobody does. */
    Assignor assignor(ConsumerGroupState state) {
        Map<String, Integer> votes = new TreeMap<>();
        for (ConsumerMember member : state.members()) {
            member.profile().assignor().ifPresent(name -> votes.merge(name, 1, Integer::sum));
        }
        Optional<String> winner = votes.entrySet().stream()
                .reduce((best, other) -> other.getValue() > best.getValue() ? other : best)
                .map(Map.Entry::getKey);
        return winner.flatMap(Assignor::find)
                .or(() -> Assignor.find(settings.assignors().getFirst()))
                .orElse(Assignor.ALL.getFirst());
    }

    /** Takes the member a step towards its target. */
    ConsumerMember reconcile(ConsumerGroup group, String memberId, Optional<PartitionSet> owned) {
        ConsumerGroupState state = group.state();
        ConsumerMember member = state.member(memberId);
        Check.check(member != null, "group %s has no member %s", group.id(), memberId);
        ConsumerMember next = new Reconciliation(
                        state.targetEpoch(), state.target(memberId), owned, group.freeFor(memberId))
                .step(member);
        if (next != member) {
            group.emit(MemberPlaced.of(group.id(), next));
            followPhase(group, next);
        }
        return next;
    }

    private static void followPhase(ConsumerGroup group, ConsumerMember member) {
        if (member.isClassic()) {
            return;
        }
        if (member.phase() == Phase.UNREVOKED) {
            long dueMs = group.turn().nowMs() + member.profile().rebalanceTimeoutMs();
            group.live().setRebalanceDeadline(member.id(), dueMs);
        } else {
            group.live().cancelRebalanceDeadline(member.id());
        }
    }
}
