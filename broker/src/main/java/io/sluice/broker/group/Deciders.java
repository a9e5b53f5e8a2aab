package io.sluice.broker.group;

import io.sluice.broker.group.GroupTimers.Alarm;
import java.util.random.RandomGenerator;

/** The rules of groups, one object per concern; they hold no state of any group. */
record Deciders(
        JoinDecider join,
        RebalanceDecider rebalance,
        SyncDecider sync,
        MemberDecider members,
        OffsetDecider offsets,
        OffsetExpiry expiry,
        GroupQueries queries) {
    static Deciders of(GroupSettings settings, RandomGenerator random) {
        OffsetExpiry expiry = new OffsetExpiry(settings);
        RebalanceDecider rebalance = new RebalanceDecider(settings, expiry);
        return new Deciders(
                new JoinDecider(settings, random, rebalance),
                rebalance,
                new SyncDecider(settings, rebalance, expiry),
                new MemberDecider(rebalance),
                new OffsetDecider(settings, expiry),
                expiry,
                new GroupQueries());
    }

    /** Decides what an alarm brings. */
    void ring(Turn turn, Alarm alarm) {
        switch (alarm) {
            case Alarm.Heartbeat a -> members.sessionEnded(turn, a.group(), a.member());
            case Alarm.Pending a -> members.pendingEnded(turn, a.group(), a.memberId());
            case Alarm.Join a -> rebalance.joinTimeEnded(turn, a.group());
            case Alarm.Sync a -> rebalance.syncTimeEnded(turn, a.group());
            case Alarm.Expiry a -> expiry.check(turn, a.group());
        }
    }
}
