package io.sluice.broker.group.stored;

import io.sluice.broker.api.ConsumerGroupDescription.State;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberGone;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberReplaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.RegexResolved;
import io.sluice.broker.group.stored.ConsumerGroupEvent.TargetSet;
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
public final class ConsumerGroupState {
    private final NavigableMap<String, ConsumerMember> members = new TreeMap<>();
    private final NavigableMap<String, PartitionSet> targets = new TreeMap<>();
    private final NavigableMap<String, List<String>> topicsByRegex = new TreeMap<>();
    private final PartitionOwners owners = new PartitionOwners();
    private final Map<String, String> memberIdByInstance = new HashMap<>();
    private GroupHead head;

    ConsumerGroupState(GroupHead head) {
        this.head = head;
    }

    /** What it is as a whole. */
    public GroupHead head() {
        return head;
    }

    /** Rises with every change of members, subscriptions or topics. */
    public int epoch() {
        return head.epoch();
    }

    /** The epoch that the targets are for. */
    public int targetEpoch() {
        return head.targetEpoch();
    }

    /** By ascending id. */
    public Collection<ConsumerMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    /** How many members it has. */
    public int memberCount() {
        return members.size();
    }

    @Nullable
    public ConsumerMember member(String memberId) {
        return members.get(memberId);
    }

    /** The member behind an instance id; null if there is none. */
    @Nullable
    public ConsumerMember memberOfInstance(String instanceId) {
        String memberId = memberIdByInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    /** What the member shall read. */
    public PartitionSet target(String memberId) {
        return targets.getOrDefault(memberId, PartitionSet.EMPTY);
    }

    /** By member id. */
    public NavigableMap<String, PartitionSet> targets() {
        return Collections.unmodifiableNavigableMap(targets);
    }

    /** What each pattern in use stands for, sorted. */
    public NavigableMap<String, List<String>> topicsByRegex() {
        return Collections.unmodifiableNavigableMap(topicsByRegex);
    }

    /** Who has the partition, to read or to give up; null if nobody. */
    @Nullable
    public String ownerOf(TopicId topic, int partition) {
        return owners.ownerOf(topic, partition);
    }

    /** How far its members are. */
    public State state() {
        if (members.isEmpty()) {
            return State.EMPTY;
        }
        if (head.epoch() > head.targetEpoch()) {
            return State.ASSIGNING;
        }
        boolean isStable = members.values().stream().allMatch(member -> member.hasReached(head.targetEpoch()));
        return isStable ? State.STABLE : State.RECONCILING;
    }

    /** Whether a member reads the topic. */
    public boolean isSubscribedTo(String topic) {
        return members.values().stream()
                        .anyMatch(member -> member.profile().topics().contains(topic))
                || topicsByRegex.values().stream().anyMatch(topics -> Collections.binarySearch(topics, topic) >= 0);
    }

    /** Bytes of what members say of themselves, roughly, but for this one. */
    public long profileBytesWithout(@Nullable ConsumerMember one) {
        long bytes = 0;
        for (ConsumerMember member : members.values()) {
            boolean isOne = one != null && member.id().equals(one.id());
            bytes += isOne ? 0 : member.id().length() + member.profile().lengthBytes();
        }
        return bytes;
    }

    void apply(ConsumerGroupEvent event, UndoLog undo) {
        switch (event) {
            case EpochSet e -> setHead(head.atEpoch(e.epoch(), e.subscriptionHash(), e.timeMs()), undo);
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
                undo.put(targets, e.memberId(), null);
            }
            case TargetSet e -> {
                setHead(head.withTargets(e.epoch()), undo);
                e.changed().forEach((memberId, target) -> undo.put(targets, memberId, target));
            }
            case RegexResolved e -> undo.put(topicsByRegex, e.regex(), e.topics());
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
            undo.put(targets, event.memberId(), null);
            put(event.successorId(), known.succeededBy(event.successorId()), undo);
            undo.put(targets, event.successorId(), target);
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

    void shiftTimes(long byMs) {
        head = head.shifted(byMs);
    }

    private void setHead(GroupHead newHead, UndoLog undo) {
        GroupHead before = head;
        head = newHead;
        undo.add(() -> head = before);
    }

    private void put(String memberId, @Nullable ConsumerMember member, UndoLog undo) {
        ConsumerMember before = exchange(memberId, member);
        undo.add(() -> exchange(memberId, before));
        Optional<String> regexBefore =
                before == null ? Optional.empty() : before.profile().regex();
        if (regexBefore.isPresent() && !isUsed(regexBefore.get())) {
            undo.put(topicsByRegex, regexBefore.get(), null);
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
}
