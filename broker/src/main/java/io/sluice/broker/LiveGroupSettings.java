package io.sluice.broker;

import io.sluice.broker.config.ConfigKey;
import io.sluice.broker.config.GroupConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.config.ShareConfigs;
import io.sluice.broker.group.ConsumerSettings;
import io.sluice.broker.group.ShareSettings;
import java.util.OptionalInt;

/** What is set at groups now. Any thread. */
record LiveGroupSettings(LiveConfigs live) implements ConsumerSettings.OfGroup, ShareSettings.OfGroup {
    @Override
    public OptionalInt sessionTimeoutMs(String groupId) {
        return set(groupId, GroupConfigs.SESSION_MS);
    }

    @Override
    public OptionalInt heartbeatIntervalMs(String groupId) {
        return set(groupId, GroupConfigs.HEARTBEAT_MS);
    }

    @Override
    public OptionalInt shareSessionTimeoutMs(String groupId) {
        return set(groupId, ShareConfigs.SESSION_MS);
    }

    @Override
    public OptionalInt shareHeartbeatIntervalMs(String groupId) {
        return set(groupId, ShareConfigs.HEARTBEAT_MS);
    }

    @Override
    public boolean mayRenew(String groupId) {
        return live.ofGroup(groupId, ShareConfigs.RENEW);
    }

    private OptionalInt set(String groupId, ConfigKey<Integer> key) {
        return live.group(groupId).explicit().containsKey(key.name())
                ? OptionalInt.of(live.ofGroup(groupId, key))
                : OptionalInt.empty();
    }
}
