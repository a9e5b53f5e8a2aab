package io.sluice.broker.group;

import io.sluice.broker.group.GroupTimers.Alarm;
import io.sluice.broker.group.GroupTimers.Timer;
import io.sluice.broker.group.stored.ShareGroupState;
import java.util.HashMap;
import java.util.Map;

/**
 * What only the leader of a slot has of a share group: when its members must speak again. The rest is {@link
 * ShareGroupState}. Owner: the shard's apply thread.
 */
final class LiveShareGroup {
    private final String id;
    private final GroupTimers timers;
    private final HeartbeatPace pace;
    private final Map<String, Timer> sessions = new HashMap<>();
    private boolean isRefreshDue;

    LiveShareGroup(String id, GroupTimers timers, HeartbeatPace pace) {
        this.id = id;
        this.timers = timers;
        this.pace = pace;
    }

    /**
     * Goes on with the group as it is stored, every session starting now. Topics may have changed while nobody led, so the
     * first heartbeat looks at them.
     */
    void resume(ShareGroupState state, ShareSettings settings, long nowMs) {
        state.members().forEach(member -> restartSession(member.id(), nowMs + settings.sessionTimeoutMs(id)));
        isRefreshDue = true;
    }

    String id() {
        return id;
    }

    /** Whether the subscribed topics must be looked at before anything else; asked once. */
    boolean takeRefreshDue() {
        boolean wasDue = isRefreshDue;
        isRefreshDue = false;
        return wasDue;
    }

    void restartSession(String memberId, long dueMs) {
        sessions.computeIfAbsent(memberId, this::newTimer).set(dueMs);
    }

    private Timer newTimer(String memberId) {
        pace.memberCame();
        return timers.timer(new Alarm.ShareDeadline(this, memberId));
    }

    void forget(String memberId) {
        Timer session = sessions.remove(memberId);
        if (session != null) {
            pace.memberWent();
            session.cancel();
        }
    }

    /** Ends all timers: the object is given up. */
    void stopTimers() {
        sessions.values().forEach(session -> {
            pace.memberWent();
            session.cancel();
        });
        sessions.clear();
    }
}
