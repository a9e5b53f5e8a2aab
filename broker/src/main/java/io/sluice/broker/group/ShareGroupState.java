package io.sluice.broker.group;

import io.sluice.broker.api.ShareGroupDescription.State;
import io.sluice.broker.group.ShareGroupEvent.ShareEpochSet;
import io.sluice.broker.group.ShareGroupEvent.ShareMemberGone;
import io.sluice.broker.group.ShareGroupEvent.ShareMemberPlaced;
import io.sluice.broker.group.ShareGroupEvent.ShareMemberSet;
import io.sluice.broker.group.ShareGroupEvent.ShareTargetSet;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.replication.runtime.UndoLog;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The replicated part of a share group: its members and what each takes records from. What becomes of the records is the
 * deliveries' state, in each partition. Changed by events only; no event can fail. Owner: the shard's apply thread.
 */
final class ShareGroupState {
    /** As Kafka lists such groups. */
    static final String PROTOCOL_TYPE = "share";

    private final NavigableMap<String, ShareMember> members = new TreeMap<>();
    private final NavigableMap<String, PartitionSet> targets = new TreeMap<>();
    private Head head;

    ShareGroupState(Head head) {
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
    Collection<ShareMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    int memberCount() {
        return members.size();
    }

    @Nullable
    ShareMember member(String memberId) {
        return members.get(memberId);
    }

    /** What the member shall take records from. */
    PartitionSet target(String memberId) {
        return targets.getOrDefault(memberId, PartitionSet.EMPTY);
    }

    /** By member id. */
    NavigableMap<String, PartitionSet> targets() {
        return Collections.unmodifiableNavigableMap(targets);
    }

    State state() {
        return members.isEmpty() ? State.EMPTY : State.STABLE;
    }

    boolean isSubscribedTo(String topic) {
        return members.values().stream()
                .anyMatch(member -> Collections.binarySearch(member.profile().topics(), topic) >= 0);
    }

    /** Bytes of what members say of themselves, roughly, but for this one. */
    long profileBytesWithout(@Nullable ShareMember one) {
        long bytes = 0;
        for (ShareMember member : members.values()) {
            boolean isOne = one != null && member.id().equals(one.id());
            bytes += isOne ? 0 : member.id().length() + member.profile().lengthBytes();
        }
        return bytes;
    }

    void apply(ShareGroupEvent event, UndoLog undo) {
        switch (event) {
            case ShareEpochSet e ->
                setHead(new Head(e.epoch(), head.targetEpoch(), e.subscriptionHash(), e.timeMs()), undo);
            case ShareMemberSet e -> {
                ShareMember known = members.get(e.memberId());
                ShareMember member =
                        known == null ? ShareMember.joining(e.memberId(), e.profile()) : known.withProfile(e.profile());
                put(members, e.memberId(), member, undo);
            }
            case ShareMemberPlaced e -> {
                ShareMember known = members.get(e.memberId());
                if (known != null) {
                    ShareMember placed =
                            new ShareMember(known.id(), known.profile(), e.epoch(), e.previousEpoch(), e.assigned());
                    put(members, known.id(), placed, undo);
                }
            }
            case ShareMemberGone e -> {
                put(members, e.memberId(), null, undo);
                put(targets, e.memberId(), null, undo);
            }
            case ShareTargetSet e -> {
                setHead(new Head(head.epoch(), e.epoch(), head.subscriptionHash(), head.sinceMs()), undo);
                e.changed().forEach((memberId, target) -> put(targets, memberId, target, undo));
            }
        }
    }

    /** Adds what a snapshot holds. */
    void add(ShareMember member) {
        members.put(member.id(), member);
    }

    /** Adds what a snapshot holds. */
    void addTarget(String memberId, PartitionSet target) {
        targets.put(memberId, target);
    }

    private void setHead(Head newHead, UndoLog undo) {
        Head before = head;
        head = newHead;
        undo.add(() -> head = before);
    }

    private static <V> void put(NavigableMap<String, V> map, String key, @Nullable V value, UndoLog undo) {
        V before = exchange(map, key, value);
        undo.add(() -> exchange(map, key, before));
    }

    private static <V> @Nullable V exchange(NavigableMap<String, V> map, String key, @Nullable V value) {
        return value == null ? map.remove(key) : map.put(key, value);
    }

    /**
     * What the group is as a whole.
     *
     * @param epoch rises with every change of members, subscriptions or topics
     * @param targetEpoch the epoch the targets were computed for
     * @param subscriptionHash of the subscribed topics as they were then
     * @param sinceMs shard time of the epoch
     */
    record Head(int epoch, int targetEpoch, long subscriptionHash, long sinceMs) {}
}
