package io.sluice.broker.group;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How groups of the consumer protocol behave.
 *
 * @param sessionTimeoutMs how long a member may be silent, {@code group.consumer.session.timeout.ms}
 * @param heartbeatIntervalMs longest time between two heartbeats, {@code group.consumer.heartbeat.interval.ms}
 * @param groupMaxSize most members of a group, {@code group.consumer.max.size}
 * @param assignors those that members may ask for, the default first, {@code group.consumer.assignors}
 * @param migration which groups change their protocol while they run, {@code group.consumer.migration.policy}
 * @param ofGroup what groups have configured for themselves
 */
public record ConsumerSettings(
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        int groupMaxSize,
        List<String> assignors,
        Migration migration,
        OfGroup ofGroup) {
    /** Kafka's defaults. */
    public static final ConsumerSettings DEFAULT = new ConsumerSettings(
            45_000, 5_000, Integer.MAX_VALUE, List.of("uniform", "range"), Migration.BIDIRECTIONAL, OfGroup.NOTHING);

    /** The session timeout of the group's members that speak the consumer protocol. */
    int sessionTimeoutMs(String groupId) {
        return ofGroup.sessionTimeoutMs(groupId).orElse(sessionTimeoutMs);
    }

    /** The longest heartbeat interval of the group's members. */
    int heartbeatIntervalMs(String groupId) {
        return ofGroup.heartbeatIntervalMs(groupId).orElse(heartbeatIntervalMs);
    }

    /** Which way a group may go while it runs; Kafka's names in lower case. */
    public enum Migration {
        DISABLED(false, false),
        UPGRADE(true, false),
        DOWNGRADE(false, true),
        BIDIRECTIONAL(true, true);

        private final boolean upgrades;
        private final boolean downgrades;

        Migration(boolean upgrades, boolean downgrades) {
            this.upgrades = upgrades;
            this.downgrades = downgrades;
        }

        boolean upgrades() {
            return upgrades;
        }

        boolean downgrades() {
            return downgrades;
        }

        /** By Kafka's name, whatever its case. */
        public static Optional<Migration> find(String name) {
            for (Migration migration : values()) {
                if (migration.name().equalsIgnoreCase(name)) {
                    return Optional.of(migration);
                }
            }
            return Optional.empty();
        }
    }

    /** Settings of single groups (configuration resource GROUP). Any thread. */
    public interface OfGroup {
        /** No group has any. */
        OfGroup NOTHING = new OfGroup() {
            @Override
            public OptionalInt sessionTimeoutMs(String groupId) {
                return OptionalInt.empty();
            }

            @Override
            public OptionalInt heartbeatIntervalMs(String groupId) {
                return OptionalInt.empty();
            }
        };

        /** {@code consumer.session.timeout.ms}. */
        OptionalInt sessionTimeoutMs(String groupId);

        /** {@code consumer.heartbeat.interval.ms}. */
        OptionalInt heartbeatIntervalMs(String groupId);
    }
}
