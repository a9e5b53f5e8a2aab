package io.sluice.broker.group;

/**
 * When a member of the consumer protocol shall speak again. A member learns of a new target with its next heartbeat only,
 * so the interval is what a rebalance takes; heartbeats that change nothing are cheap. So the configured interval is the
 * longest, and the fewer members there are the sooner they speak: about 500 heartbeats a second for all settled members
 * together, 2,000 for those under way. Owner: the apply thread of the shard
 * whose members it counts.
 */
final class HeartbeatPace {
    private static final int SETTLED_MIN_MS = 500;
    private static final int UNDER_WAY_MIN_MS = 100;

    private int memberCount;

    void memberCame() {
        memberCount++;
    }

    void memberWent() {
        memberCount--;
    }

    int intervalMs(boolean isSettled, int longestMs) {
        int paceMs =
                isSettled ? Math.max(SETTLED_MIN_MS, 2 * memberCount) : Math.max(UNDER_WAY_MIN_MS, memberCount / 2);
        return Math.min(paceMs, longestMs);
    }
}
