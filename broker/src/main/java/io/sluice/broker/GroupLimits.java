package io.sluice.broker;

import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.config.ShareConfigs;
import io.sluice.broker.group.ConsumerSettings;
import io.sluice.broker.group.GroupSettings;
import io.sluice.broker.group.ShareSettings;
import java.util.List;

/** The broker's configurations as the group coordinator wants them. */
final class GroupLimits {
    private static final long MINUTE_MS = 60_000;

    private GroupLimits() {}

    static GroupSettings of(LiveConfigs live) {
        ConfigValues broker = live.values();
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
                GroupSettings.DEFAULT.groupCountMax(),
                broker.get(BrokerConfigs.GROUP_HEARTBEAT_WAIT_MS),
                consumers(broker, live),
                new ShareSettings(
                        broker.get(ShareConfigs.BROKER_SESSION_MS),
                        broker.get(ShareConfigs.BROKER_HEARTBEAT_MS),
                        broker.get(ShareConfigs.MAX_SIZE),
                        new LiveGroupSettings(live)));
    }

    private static ConsumerSettings consumers(ConfigValues broker, LiveConfigs live) {
        List<String> assignors =
                List.of(broker.get(BrokerConfigs.GROUP_CONSUMER_ASSIGNORS).split(","));
        return new ConsumerSettings(
                broker.get(BrokerConfigs.GROUP_CONSUMER_SESSION_MS),
                broker.get(BrokerConfigs.GROUP_CONSUMER_HEARTBEAT_MS),
                broker.get(BrokerConfigs.GROUP_CONSUMER_MAX_SIZE),
                assignors.stream().map(String::trim).toList(),
                ConsumerSettings.Migration.find(broker.get(BrokerConfigs.GROUP_CONSUMER_MIGRATION))
                        .orElse(ConsumerSettings.Migration.BIDIRECTIONAL),
                new LiveGroupSettings(live));
    }
}
