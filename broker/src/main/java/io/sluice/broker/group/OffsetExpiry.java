package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.group.stored.GroupEvent.GroupDeleted;
import io.sluice.broker.group.stored.GroupEvent.OffsetsExpired;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.broker.group.stored.StoredGroup.StoredOffset;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/**
 * When committed offsets go (KIP-211). The time of an offset counts
 *
 * <ul>
 *   <li>in a group that had members, from when the last one left;
 *   <li>in a group that never had any, from its commit;
 *   <li>in a stable group of classic consumers and in any group of the consumer protocol, from its commit, if nobody
 *       subscribes to its topic;
 *   <li>else not at all.
 * </ul>
 *
 * An offset committed after the last member left counts from its commit; Kafka would drop it at once if the group had
 * been empty for long. An empty group goes with its last offset.
 */
final class OffsetExpiry {
    /** All of them are one event; the others go at the next look. */
    private static final int EXPIRED_MAX = 10_000;

    private final GroupSettings settings;

    OffsetExpiry(GroupSettings settings) {
        this.settings = settings;
    }

    /** As {@link #schedule} for a group that may have nothing stored. */
    void scheduleStored(Turn turn, OffsetHolder group) {
        StoredGroup stored = turn.stored(group.id());
        if (stored != null) {
            schedule(group, stored, turn.nowMs());
        }
    }

    /** Sets when the group must be looked at, after it changed. */
    void schedule(OffsetHolder group, StoredGroup stored, long nowMs) {
        if (group.isEmpty(stored)) {
            setTimer(group, firstEmptyMs(stored));
        } else if (group.keptTopics(stored).isPresent()) {
            setTimer(group, nowMs + settings.offsetsRetentionCheckMs());
        } else {
            setTimer(group, GroupTimers.NEVER);
        }
    }

    /** The timer rang. */
    void check(Turn turn, OffsetHolder group) {
        StoredGroup stored = turn.stored(group.id());
        if (stored == null) {
            return;
        }
        Look look = look(turn, group, stored);
        boolean isOver = group.isVoid(stored)
                && look.nextMs() == GroupTimers.NEVER
                && (stored.hasOffsets() || firstEmptyMs(stored) <= turn.nowMs());
        if (isOver) {
            turn.emit(new GroupDeleted(group.id()));
            turn.live().dropAny(group, ErrorCode.UNKNOWN_MEMBER_ID);
            return;
        }
        if (!look.expired().isEmpty()) {
            turn.emit(new OffsetsExpired(group.id(), look.expired()));
        }
        boolean isEmpty = group.isEmpty(stored);
        long nextMs = isEmpty && !stored.hasOffsets() ? turn.nowMs() : look.nextMs();
        setTimer(
                group,
                nextMs == GroupTimers.NEVER
                        ? GroupTimers.NEVER
                        : Math.max(nextMs, turn.nowMs() + Math.max(settings.offsetsRetentionCheckMs(), 1)));
    }

    private static void setTimer(OffsetHolder group, long dueMs) {
        if (dueMs == GroupTimers.NEVER) {
            group.expiryTimer().cancel();
        } else {
            group.expiryTimer().set(dueMs);
        }
    }

    private long firstEmptyMs(StoredGroup stored) {
        boolean isSimple = stored.roster().protocolType().isEmpty();
        if (!stored.hasOffsets()) {
            return stored.roster().sinceMs() + settings.offsetsRetentionCheckMs();
        }
        long firstMs = stored.offsets().values().stream()
                .flatMap(ofTopic -> ofTopic.values().stream())
                .mapToLong(StoredOffset::committedMs)
                .min()
                .orElse(0);
        long countsFromMs =
                isSimple ? firstMs : Math.max(firstMs, stored.roster().sinceMs());
        return countsFromMs + settings.offsetsRetentionMs();
    }

    private Look look(Turn turn, OffsetHolder group, StoredGroup stored) {
        List<TopicPartition> expired = new ArrayList<>();
        long nextMs = GroupTimers.NEVER;
        Optional<Set<String>> kept = group.keptTopics(stored);
        if (kept.isEmpty()) {
            return new Look(expired, nextMs);
        }
        boolean countsFromEmpty =
                group.isEmpty(stored) && !stored.roster().protocolType().isEmpty();
        long fromMs = countsFromEmpty ? stored.roster().sinceMs() : Long.MIN_VALUE;
        for (var ofTopic : stored.offsets().entrySet()) {
            if (!kept.get().contains(ofTopic.getKey())) {
                nextMs = Math.min(nextMs, lookAtTopic(turn, ofTopic.getKey(), ofTopic.getValue(), fromMs, expired));
            }
        }
        return new Look(expired, nextMs);
    }

    private long lookAtTopic(
            Turn turn,
            String topic,
            NavigableMap<Integer, StoredOffset> offsets,
            long fromMs,
            List<TopicPartition> expired) {
        long nextMs = GroupTimers.NEVER;
        for (var offset : offsets.entrySet()) {
            long endMs = Math.max(fromMs, offset.getValue().committedMs()) + settings.offsetsRetentionMs();
            if (endMs <= turn.nowMs() && expired.size() < EXPIRED_MAX) {
                expired.add(new TopicPartition(topic, offset.getKey()));
            } else {
                nextMs = Math.min(nextMs, endMs);
            }
        }
        return nextMs;
    }

    /** What a look at a group found: what is too old, and when the next offset will be. */
    private record Look(List<TopicPartition> expired, long nextMs) {}
}
