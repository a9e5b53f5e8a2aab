package io.sluice.broker;

import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.group.GroupSettings;

/** The broker's configurations as the group coordinator wants them. */
final class GroupLimits {
    private static final long MINUTE_MS = 60_000;

    private GroupLimits() {}

    static GroupSettings of(ConfigValues broker) {
        return new GroupSettings(
                broker.get(BrokerConfigs.GROUP_INITIAL_DELAY_MS),
                broker.get(BrokerConfigs.GROUP_MIN_SESSION_MS),
                broker.get(BrokerConfigs.GROUP_MAX_SESSION_MS),
                broker.get(BrokerConfigs.GROUP_MAX_SIZE),
                broker.get(BrokerConfigs.OFFSET_METADATA_MAX_BYTES),
                broker.get(BrokerConfigs.OFFSETS_RETENTION_MINUTES) * MINUTE_MS,
                broker.get(BrokerConfigs.OFFSETS_RETENTION_CHECK_MS),
                GroupSettings.DEFAULT.newMemberJoinTimeoutMs(),
                GroupSettings.DEFAULT.generationBytesMax(),
                GroupSettings.DEFAULT.groupCountMax());
    }
}
