package io.sluice.broker.group.stored;

import io.sluice.broker.api.ShareGroupDescription.State;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareEpochSet;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberGone;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberPlaced;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberSet;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareTargetSet;
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
public final class ShareGroupState {
    /** As Kafka lists such groups. */
    public static final String PROTOCOL_TYPE = "share";

    private final NavigableMap<String, ShareMember> members = new TreeMap<>();
    private final NavigableMap<String, PartitionSet> targets = new TreeMap<>();
    private GroupHead head;

    ShareGroupState(GroupHead head) {
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
    public Collection<ShareMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    /** How many members it has. */
    public int memberCount() {
        return members.size();
    }

    @Nullable
    public ShareMember member(String memberId) {
        return members.get(memberId);
    }

    /** What the member shall take records from. */
    public PartitionSet target(String memberId) {
        return targets.getOrDefault(memberId, PartitionSet.EMPTY);
    }

    /** By member id. */
    public NavigableMap<String, PartitionSet> targets() {
        return Collections.unmodifiableNavigableMap(targets);
    }

    /** How far its members are. */
    public State state() {
        return members.isEmpty() ? State.EMPTY : State.STABLE;
    }

    /** Whether a member reads the topic. */
    public boolean isSubscribedTo(String topic) {
        return members.values().stream()
                .anyMatch(member -> Collections.binarySearch(member.profile().topics(), topic) >= 0);
    }

    /** Bytes of what members say of themselves, roughly, but for this one. */
    public long profileBytesWithout(@Nullable ShareMember one) {
        long bytes = 0;
        for (ShareMember member : members.values()) {
            boolean isOne = one != null && member.id().equals(one.id());
            bytes += isOne ? 0 : member.id().length() + member.profile().lengthBytes();
        }
        return bytes;
    }

    void apply(ShareGroupEvent event, UndoLog undo) {
        switch (event) {
            case ShareEpochSet e -> setHead(head.atEpoch(e.epoch(), e.subscriptionHash(), e.timeMs()), undo);
            case ShareMemberSet e -> {
                ShareMember known = members.get(e.memberId());
                ShareMember member =
                        known == null ? ShareMember.joining(e.memberId(), e.profile()) : known.withProfile(e.profile());
                undo.put(members, e.memberId(), member);
            }
            case ShareMemberPlaced e -> {
                ShareMember known = members.get(e.memberId());
                if (known != null) {
                    ShareMember placed =
                            new ShareMember(known.id(), known.profile(), e.epoch(), e.previousEpoch(), e.assigned());
                    undo.put(members, known.id(), placed);
                }
            }
            case ShareMemberGone e -> {
                undo.put(members, e.memberId(), null);
                undo.put(targets, e.memberId(), null);
            }
            case ShareTargetSet e -> {
                setHead(head.withTargets(e.epoch()), undo);
                e.changed().forEach((memberId, target) -> undo.put(targets, memberId, target));
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

    void shiftTimes(long byMs) {
        head = head.shifted(byMs);
    }

    private void setHead(GroupHead newHead, UndoLog undo) {
        GroupHead before = head;
        head = newHead;
        undo.add(() -> head = before);
    }
}
