package io.sluice.broker.group;

import io.sluice.broker.group.GroupTimers.Alarm;
import java.util.random.RandomGenerator;

/** The rules of groups, one object per concern; they hold no state of any group. */
record Deciders(
        JoinDecider join,
        RebalanceDecider rebalance,
        SyncDecider sync,
        MemberDecider members,
        ConsumerDecider consumers,
        ConsumerMembership consumerMembership,
        ConsumerRebalance consumerRebalance,
        MixedGroupDecider mixed,
        ShareDecider shares,
        GroupMigration migration,
        OffsetDecider offsets,
        OffsetExpiry expiry,
        GroupQueries queries,
        GroupSettings settings) {
    static Deciders of(GroupSettings settings, TopicView topics, RandomGenerator random, ShareDeliveries deliveries) {
        MemberIds memberIds = new MemberIds(random);
        OffsetExpiry expiry = new OffsetExpiry(settings);
        RebalanceDecider rebalance = new RebalanceDecider(settings, expiry);
        GroupMigration migration = new GroupMigration(settings, rebalance, topics);
        ConsumerRebalance consumerRebalance = new ConsumerRebalance(settings.consumer(), topics);
        ConsumerMembership membership = new ConsumerMembership(settings, consumerRebalance, migration, expiry);
        ConsumerAdmission admission = new ConsumerAdmission(settings, migration);
        return new Deciders(
                new JoinDecider(settings, memberIds, rebalance),
                rebalance,
                new SyncDecider(settings, rebalance, expiry),
                new MemberDecider(settings, rebalance),
                new ConsumerDecider(settings, memberIds, admission, consumerRebalance, membership),
                membership,
                consumerRebalance,
                new MixedGroupDecider(settings, memberIds, consumerRebalance, membership, topics),
                new ShareDecider(settings, topics, deliveries),
                migration,
                new OffsetDecider(settings, expiry, new ConsumerOffsets(topics)),
                expiry,
                new GroupQueries(consumerRebalance),
                settings);
    }

    /** Decides what an alarm brings. */
    void ring(Turn turn, Alarm alarm) {
        switch (alarm) {
            case Alarm.Heartbeat a -> members.sessionEnded(turn, a.group(), a.member());
            case Alarm.Beat a -> members.waitEnded(turn, a.member());
            case Alarm.Pending a -> members.pendingEnded(turn, a.group(), a.memberId());
            case Alarm.Join a -> rebalance.joinTimeEnded(turn, a.group());
            case Alarm.Sync a -> rebalance.syncTimeEnded(turn, a.group());
            case Alarm.ConsumerDeadline a -> consumerMembership.deadlinePassed(turn, a.group(), a.memberId());
            case Alarm.ShareDeadline a -> shares.deadlinePassed(turn, a.group(), a.memberId());
            case Alarm.Expiry a -> expiry.check(turn, a.group());
        }
    }
}
