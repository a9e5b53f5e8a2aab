package io.sluice.broker.group;

import io.sluice.broker.group.GroupTimers.Alarm;
import io.sluice.broker.group.GroupTimers.Timer;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.broker.group.stored.StoredGroup;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What only the leader of a slot has of a consumer group: deadlines of members and who may see which topics. The rest is
 * {@link ConsumerGroupState}. Owner: the shard's apply thread.
 */
final class LiveConsumerGroup implements OffsetHolder {
    private final String id;
    private final GroupTimers timers;
    private final HeartbeatPace pace;
    private final Timer expiryTimer;
    private final Map<String, MemberTimers> members = new HashMap<>();
    private final Map<String, LiveRegex> regexes = new HashMap<>();
    private boolean isRefreshDue;

    LiveConsumerGroup(String id, GroupTimers timers, HeartbeatPace pace) {
        this.id = id;
        this.timers = timers;
        this.pace = pace;
        this.expiryTimer = timers.timer(new Alarm.Expiry(this));
    }

    /**
     * Goes on with the group as it is stored, every session starting now. Topics may have changed while nobody led, so the
     * first heartbeat looks at them.
     */
    void resume(ConsumerGroupState state, ConsumerSettings settings, long nowMs) {
        for (ConsumerMember member : state.members()) {
            restartSession(member, settings, nowMs);
            if (member.phase() == ConsumerMember.Phase.UNREVOKED) {
                setRebalanceDeadline(member.id(), nowMs + member.profile().rebalanceTimeoutMs());
            }
        }
        isRefreshDue = true;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Timer expiryTimer() {
        return expiryTimer;
    }

    @Override
    public boolean isEmpty(StoredGroup stored) {
        ConsumerGroupState state = stored.consumer();
        return state == null || state.memberCount() == 0;
    }

    @Override
    public boolean isVoid(StoredGroup stored) {
        return isEmpty(stored);
    }

    /** Members that come and go do not matter, only what they subscribe to. */
    @Override
    public Optional<Set<String>> keptTopics(StoredGroup stored) {
        ConsumerGroupState state = stored.consumer();
        if (state == null) {
            return Optional.of(Set.of());
        }
        Set<String> kept = new HashSet<>();
        state.members().forEach(member -> kept.addAll(member.profile().topics()));
        state.topicsByRegex().values().forEach(kept::addAll);
        return Optional.of(kept);
    }

    /** Whether the subscribed topics must be looked at before anything else. */
    boolean isRefreshDue() {
        return isRefreshDue;
    }

    void setRefreshDue(boolean isDue) {
        isRefreshDue = isDue;
    }

    void restartSession(ConsumerMember member, ConsumerSettings settings, long nowMs) {
        int timeoutMs = member.profile()
                .classic()
                .map(ConsumerProfile.Classic::sessionTimeoutMs)
                .orElseGet(() -> settings.sessionTimeoutMs(id));
        timersOf(member.id()).session.set(nowMs + timeoutMs);
    }

    /** By then the member must have done what is expected of it in the rebalance. */
    void setRebalanceDeadline(String memberId, long dueMs) {
        timersOf(memberId).rebalance.set(dueMs);
    }

    /** As the other, unless a deadline runs already. */
    void setRebalanceDeadlineIfNone(String memberId, long dueMs) {
        MemberTimers ofMember = timersOf(memberId);
        if (!ofMember.rebalance.isSet()) {
            ofMember.rebalance.set(dueMs);
        }
    }

    void cancelRebalanceDeadline(String memberId) {
        MemberTimers ofMember = members.get(memberId);
        if (ofMember != null) {
            ofMember.rebalance.cancel();
        }
    }

    void forget(String memberId) {
        MemberTimers ofMember = members.remove(memberId);
        if (ofMember != null) {
            ofMember.cancel();
        }
    }

    /** Ends all timers: the object is given up. */
    void stopTimers() {
        members.values().forEach(MemberTimers::cancel);
        members.clear();
        expiryTimer.cancel();
    }

    /** What is known of a pattern since this node leads; null if no member that uses it spoke yet. */
    @Nullable
    LiveRegex regex(String text) {
        return regexes.get(text);
    }

    /** A member that uses the pattern spoke: what its principal sees counts from now on. */
    void noteRegex(String text, Predicate<String> visible) {
        LiveRegex known = regexes.get(text);
        if (known != null) {
            regexes.put(text, new LiveRegex(known.pattern(), visible));
        } else {
            TopicPattern.compile(text).ifPresent(pattern -> regexes.put(text, new LiveRegex(pattern, visible)));
        }
    }

    void retainRegexes(ConsumerGroupState state) {
        regexes.keySet().retainAll(state.topicsByRegex().keySet());
    }

    private MemberTimers timersOf(String memberId) {
        return members.computeIfAbsent(memberId, MemberTimers::new);
    }

    /** A pattern and the names that it may match. */
    record LiveRegex(TopicPattern pattern, Predicate<String> visible) {}

    /** Deadlines of a member; whichever is missed, the member is out. */
    private final class MemberTimers {
        private final Timer session;
        private final Timer rebalance;

        private MemberTimers(String memberId) {
            pace.memberCame();
            session = timers.timer(new Alarm.ConsumerDeadline(LiveConsumerGroup.this, memberId));
            rebalance = timers.timer(new Alarm.ConsumerDeadline(LiveConsumerGroup.this, memberId));
        }

        private void cancel() {
            pace.memberWent();
            session.cancel();
            rebalance.cancel();
        }
    }
}
