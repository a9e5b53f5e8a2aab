package io.sluice.broker.group;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of a slot, earliest first. Moving a deadline back, which every heartbeat does, costs nothing: the queue keeps
 * the old time and looks again when it comes. Owner: the shard's apply thread.
 */
final class GroupTimers {
    static final long NEVER = Long.MAX_VALUE;

    private final TreeSet<Timer> queue = new TreeSet<>(
            Comparator.comparingLong((Timer timer) -> timer.queuedMs).thenComparingLong(timer -> timer.number));
    private long created;

    /** A timer that is not set. */
    Timer timer(Alarm alarm) {
        return new Timer(alarm, created++);
    }

    /** When {@link #pollDue} may have something; perhaps earlier than it has. */
    long nextMs() {
        return queue.isEmpty() ? NEVER : queue.first().queuedMs;
    }

    /** The alarm of a timer whose time has come, which is thereby no longer set; null if there is none. */
    @Nullable
    Alarm pollDue(long nowMs) {
        while (!queue.isEmpty() && queue.first().queuedMs <= nowMs) {
            Timer timer = queue.removeFirst();
            timer.queuedMs = NEVER;
            if (timer.dueMs <= nowMs) {
                timer.dueMs = NEVER;
                return timer.alarm;
            }
            timer.queue();
        }
        return null;
    }

    /** Number of timers that are set. */
    int size() {
        return queue.size();
    }

    /** What a timer is for. */
    sealed interface Alarm {
        /** The member did not show itself for its session timeout. */
        record Heartbeat(LiveGroup group, LiveMember member) implements Alarm {}

        /** The member's heartbeat has waited long enough for news. */
        record Beat(LiveMember member) implements Alarm {}

        /** A member that was given an id did not join with it. */
        record Pending(LiveGroup group, String memberId) implements Alarm {}

        /** The join phase has lasted long enough. */
        record Join(LiveGroup group) implements Alarm {}

        /** The sync phase has lasted long enough. */
        record Sync(LiveGroup group) implements Alarm {}

        /** Some offsets may be too old. */
        record Expiry(OffsetHolder group) implements Alarm {}

        /** A member of a consumer group was silent for its session, or too slow in a rebalance. */
        record ConsumerDeadline(LiveConsumerGroup group, String memberId) implements Alarm {}

        /** A member of a share group was silent for its session. */
        record ShareDeadline(LiveShareGroup group, String memberId) implements Alarm {}
    }

    /** One deadline that can be set again and again. */
    final class Timer {
        private final Alarm alarm;
        private final long number;
        private long dueMs = NEVER;
        private long queuedMs = NEVER;

        private Timer(Alarm alarm, long number) {
            this.alarm = alarm;
            this.number = number;
        }

        void set(long newDueMs) {
            dueMs = newDueMs;
            if (newDueMs < queuedMs) {
                unqueue();
                queue();
            }
        }

        void cancel() {
            unqueue();
            dueMs = NEVER;
        }

        boolean isSet() {
            return dueMs != NEVER;
        }

        private void queue() {
            queuedMs = dueMs;
            queue.add(this);
        }

        private void unqueue() {
            if (queuedMs != NEVER) {
                queue.remove(this);
                queuedMs = NEVER;
            }
        }
    }
}
