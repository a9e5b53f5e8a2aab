package io.sluice.broker.group;

/**
 * How groups behave; fixed while the broker runs.
 *
 * @param initialRebalanceDelayMs how long an empty group waits for more members, {@code group.initial.rebalance.delay.ms}
 * @param sessionTimeoutMinMs shortest session a member may ask for, {@code group.min.session.timeout.ms}
 * @param sessionTimeoutMaxMs longest session a member may ask for, {@code group.max.session.timeout.ms}
 * @param groupMaxSize most members of a group, {@code group.max.size}
 * @param offsetMetadataMaxLength most characters of a committed offset's metadata, {@code offset.metadata.max.bytes}
 * @param offsetsRetentionMs how long offsets outlive their group's last member, {@code offsets.retention.minutes}
 * @param offsetsRetentionCheckMs shortest time between two looks at a group, {@code offsets.retention.check.interval.ms}
 * @param newMemberJoinTimeoutMs how long a new member's join may be parked before it must try again (Kafka: 5 minutes)
 * @param generationBytesMax most bytes of a group's generation (metadata and assignments): it is one event
 * @param groupCountMax most groups of one slot; there are 64 slots
 * @param heartbeatWaitMs how long a heartbeat of a classic member may wait for a rebalance; 0 for not at all
 * @param consumer how groups of the consumer protocol behave
 * @param share how share groups behave
 */
public record GroupSettings(
        int initialRebalanceDelayMs,
        int sessionTimeoutMinMs,
        int sessionTimeoutMaxMs,
        int groupMaxSize,
        int offsetMetadataMaxLength,
        long offsetsRetentionMs,
        long offsetsRetentionCheckMs,
        int newMemberJoinTimeoutMs,
        int generationBytesMax,
        int groupCountMax,
        int heartbeatWaitMs,
        ConsumerSettings consumer,
        ShareSettings share) {
    /** Kafka's defaults where Kafka has the setting. */
    public static final GroupSettings DEFAULT = new GroupSettings(
            3_000,
            6_000,
            1_800_000,
            Integer.MAX_VALUE,
            4_096,
            7L * 24 * 3_600_000,
            600_000,
            300_000,
            15 << 20,
            50_000,
            2_500,
            ConsumerSettings.DEFAULT,
            ShareSettings.DEFAULT);

    /** Most bytes that members say of themselves: the other half of an event is for the assignments that follow. */
    int membersBytesMax() {
        return generationBytesMax / 2;
    }

    /** These with another initial delay. */
    GroupSettings withInitialRebalanceDelayMs(int delayMs) {
        return new GroupSettings(
                delayMs,
                sessionTimeoutMinMs,
                sessionTimeoutMaxMs,
                groupMaxSize,
                offsetMetadataMaxLength,
                offsetsRetentionMs,
                offsetsRetentionCheckMs,
                newMemberJoinTimeoutMs,
                generationBytesMax,
                groupCountMax,
                heartbeatWaitMs,
                consumer,
                share);
    }

    /** These with other rules for groups of the consumer protocol. */
    GroupSettings withConsumer(ConsumerSettings newConsumer) {
        return new GroupSettings(
                initialRebalanceDelayMs,
                sessionTimeoutMinMs,
                sessionTimeoutMaxMs,
                groupMaxSize,
                offsetMetadataMaxLength,
                offsetsRetentionMs,
                offsetsRetentionCheckMs,
                newMemberJoinTimeoutMs,
                generationBytesMax,
                groupCountMax,
                heartbeatWaitMs,
                newConsumer,
                share);
    }
}
