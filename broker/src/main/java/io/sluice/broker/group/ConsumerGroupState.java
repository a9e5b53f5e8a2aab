package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerGroupDescription.State;
import io.sluice.broker.group.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.ConsumerGroupEvent.MemberGone;
import io.sluice.broker.group.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.ConsumerGroupEvent.MemberReplaced;
import io.sluice.broker.group.ConsumerGroupEvent.MemberSet;
import io.sluice.broker.group.ConsumerGroupEvent.RegexResolved;
import io.sluice.broker.group.ConsumerGroupEvent.TargetSet;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.UndoLog;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The replicated part of a group of the consumer protocol. Changed by events only; no event can fail. Owner: the shard's
 * apply thread.
 */
final class ConsumerGroupState {
    private final NavigableMap<String, ConsumerMember> members = new TreeMap<>();
    private final NavigableMap<String, PartitionSet> targets = new TreeMap<>();
    private final NavigableMap<String, List<String>> topicsByRegex = new TreeMap<>();
    private final PartitionOwners owners = new PartitionOwners();
    private final Map<String, String> memberIdByInstance = new HashMap<>();
    private Head head;

    ConsumerGroupState(Head head) {
        this.head = head;
    }

    Head head() {
        return head;
    }

    int epoch() {
        return head.epoch();
    }

    int targetEpoch() {
        return head.targetEpoch();
    }

    /** By ascending id. */
    Collection<ConsumerMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    int memberCount() {
        return members.size();
    }

    @Nullable
    ConsumerMember member(String memberId) {
        return members.get(memberId);
    }

    /** The member behind an instance id; null if there is none. */
    @Nullable
    ConsumerMember memberOfInstance(String instanceId) {
        String memberId = memberIdByInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    /** What the member shall read. */
    PartitionSet target(String memberId) {
        return targets.getOrDefault(memberId, PartitionSet.EMPTY);
    }

    /** By member id. */
    NavigableMap<String, PartitionSet> targets() {
        return Collections.unmodifiableNavigableMap(targets);
    }

    /** What each pattern in use stands for, sorted. */
    NavigableMap<String, List<String>> topicsByRegex() {
        return Collections.unmodifiableNavigableMap(topicsByRegex);
    }

    /** Who has the partition, to read or to give up; null if nobody. */
    @Nullable
    String ownerOf(TopicId topic, int partition) {
        return owners.ownerOf(topic, partition);
    }

    State state() {
        if (members.isEmpty()) {
            return State.EMPTY;
        }
        if (head.epoch() > head.targetEpoch()) {
            return State.ASSIGNING;
        }
        boolean isStable = members.values().stream().allMatch(member -> member.hasReached(head.targetEpoch()));
        return isStable ? State.STABLE : State.RECONCILING;
    }

    boolean isSubscribedTo(String topic) {
        return members.values().stream()
                        .anyMatch(member -> member.profile().topics().contains(topic))
                || topicsByRegex.values().stream().anyMatch(topics -> Collections.binarySearch(topics, topic) >= 0);
    }

    /** Bytes of what members say of themselves, roughly, but for this one. */
    long profileBytesWithout(@Nullable ConsumerMember one) {
        long bytes = 0;
        for (ConsumerMember member : members.values()) {
            boolean isOne = one != null && member.id().equals(one.id());
            bytes += isOne ? 0 : member.id().length() + member.profile().lengthBytes();
        }
        return bytes;
    }

    void apply(ConsumerGroupEvent event, UndoLog undo) {
        switch (event) {
            case EpochSet e -> setHead(new Head(e.epoch(), head.targetEpoch(), e.subscriptionHash(), e.timeMs()), undo);
            case MemberSet e -> {
                ConsumerMember known = members.get(e.memberId());
                put(
                        e.memberId(),
                        known == null
                                ? ConsumerMember.joining(e.memberId(), e.profile())
                                : known.withProfile(e.profile()),
                        undo);
            }
            case MemberPlaced e -> place(e, undo);
            case MemberReplaced e -> replace(e, undo);
            case MemberGone e -> {
                put(e.memberId(), null, undo);
                putTarget(e.memberId(), null, undo);
            }
            case TargetSet e -> {
                setHead(new Head(head.epoch(), e.epoch(), head.subscriptionHash(), head.sinceMs()), undo);
                e.changed().forEach((memberId, target) -> putTarget(memberId, target, undo));
            }
            case RegexResolved e -> putRegex(e.regex(), e.topics(), undo);
        }
    }

    private void place(MemberPlaced event, UndoLog undo) {
        ConsumerMember known = members.get(event.memberId());
        if (known != null) {
            ConsumerMember placed = new ConsumerMember(
                    known.id(),
                    known.profile(),
                    event.epoch(),
                    event.previousEpoch(),
                    event.phase(),
                    event.assigned(),
                    event.revoking());
            put(known.id(), placed, undo);
        }
    }

    private void replace(MemberReplaced event, UndoLog undo) {
        ConsumerMember known = members.get(event.memberId());
        if (known != null) {
            PartitionSet target = targets.get(event.memberId());
            put(event.memberId(), null, undo);
            putTarget(event.memberId(), null, undo);
            put(event.successorId(), known.succeededBy(event.successorId()), undo);
            putTarget(event.successorId(), target, undo);
        }
    }

    /** Adds what a snapshot holds. */
    void add(ConsumerMember member) {
        exchange(member.id(), member);
    }

    /** Adds what a snapshot holds. */
    void addTarget(String memberId, PartitionSet target) {
        targets.put(memberId, target);
    }

    /** Adds what a snapshot holds. */
    void addRegex(String regex, List<String> topics) {
        topicsByRegex.put(regex, topics);
    }

    private void setHead(Head newHead, UndoLog undo) {
        Head before = head;
        head = newHead;
        undo.add(() -> head = before);
    }

    private void put(String memberId, @Nullable ConsumerMember member, UndoLog undo) {
        ConsumerMember before = exchange(memberId, member);
        undo.add(() -> exchange(memberId, before));
        Optional<String> regexBefore =
                before == null ? Optional.empty() : before.profile().regex();
        if (regexBefore.isPresent() && !isUsed(regexBefore.get())) {
            putRegex(regexBefore.get(), null, undo);
        }
    }

    private boolean isUsed(String regex) {
        return members.values().stream()
                .anyMatch(
                        member -> member.profile().regex().filter(regex::equals).isPresent());
    }

    /** Puts the member in the place of the one of its id, or takes that out; what was there before. */
    private @Nullable ConsumerMember exchange(String memberId, @Nullable ConsumerMember member) {
        ConsumerMember before = member == null ? members.remove(memberId) : members.put(memberId, member);
        if (before != null) {
            owners.release(before);
            before.profile().instanceId().ifPresent(instance -> memberIdByInstance.remove(instance, memberId));
        }
        if (member != null) {
            owners.take(member);
            member.profile().instanceId().ifPresent(instance -> memberIdByInstance.put(instance, memberId));
        }
        return before;
    }

    private void putTarget(String memberId, @Nullable PartitionSet target, UndoLog undo) {
        PartitionSet before = target == null ? targets.remove(memberId) : targets.put(memberId, target);
        undo.add(() -> restore(targets, memberId, before));
    }

    private void putRegex(String regex, @Nullable List<String> topics, UndoLog undo) {
        List<String> before = topics == null ? topicsByRegex.remove(regex) : topicsByRegex.put(regex, topics);
        undo.add(() -> restore(topicsByRegex, regex, before));
    }

    private static <V> void restore(Map<String, V> map, String key, @Nullable V before) {
        if (before == null) {
            map.remove(key);
        } else {
            map.put(key, before);
        }
    }

    /**
     * What the group is as a whole.
     *
     * @param epoch rises with every change of members, subscriptions or topics
     * @param targetEpoch the epoch that the targets are for
     * @param subscriptionHash of the subscribed topics as they were at that epoch
     * @param sinceMs shard time of that epoch: without members, when the group became empty
     */
    record Head(int epoch, int targetEpoch, long subscriptionHash, long sinceMs) {}
}
