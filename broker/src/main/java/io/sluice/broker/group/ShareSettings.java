package io.sluice.broker.group;

import java.util.OptionalInt;

/**
 * How the membership of share groups behaves.
 *
 * @param sessionTimeoutMs how long a member may be silent, {@code group.share.session.timeout.ms}
 * @param heartbeatIntervalMs longest time between two heartbeats, {@code group.share.heartbeat.interval.ms}
 * @param groupMaxSize most members of a group, {@code group.share.max.size}
 * @param ofGroup what groups have configured for themselves
 */
public record ShareSettings(int sessionTimeoutMs, int heartbeatIntervalMs, int groupMaxSize, OfGroup ofGroup) {
    /** Kafka's defaults. */
    public static final ShareSettings DEFAULT = new ShareSettings(45_000, 5_000, 200, OfGroup.NOTHING);

    /** The session timeout of the group's members. */
    int sessionTimeoutMs(String groupId) {
        return ofGroup.shareSessionTimeoutMs(groupId).orElse(sessionTimeoutMs);
    }

    /** The longest heartbeat interval of the group's members. */
    int heartbeatIntervalMs(String groupId) {
        return ofGroup.shareHeartbeatIntervalMs(groupId).orElse(heartbeatIntervalMs);
    }

    /** Settings of single groups (configuration resource GROUP). Any thread. */
    public interface OfGroup {
        /** No group has any. */
        OfGroup NOTHING = new OfGroup() {
            @Override
            public OptionalInt shareSessionTimeoutMs(String groupId) {
                return OptionalInt.empty();
            }

            @Override
            public OptionalInt shareHeartbeatIntervalMs(String groupId) {
                return OptionalInt.empty();
            }

            @Override
            public boolean mayRenew(String groupId) {
                return true;
            }
        };

        /** {@code share.session.timeout.ms}. */
        OptionalInt shareSessionTimeoutMs(String groupId);

        /** {@code share.heartbeat.interval.ms}. */
        OptionalInt shareHeartbeatIntervalMs(String groupId);

        /** {@code share.renew.acknowledge.enable}. */
        boolean mayRenew(String groupId);
    }
}
