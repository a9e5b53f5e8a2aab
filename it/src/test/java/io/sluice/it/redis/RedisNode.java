package io.sluice.it.redis;

import io.sluice.server.node.BrokerNode;
import io.sluice.server.settings.SettingsLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brokers in this process with a door for Redis clients. */
final class RedisNode {
    private RedisNode() {}

    static BrokerNode start(Path folder, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "data.dir=" + folder.resolve("data"),
                "kafka.listen=127.0.0.1:0",
                "http.listen=off",
                "redis.listen=127.0.0.1:0"));
        all.addAll(List.of(settings));
        return BrokerNode.start(SettingsLoader.load(Optional.empty(), Map.of(), all));
    }
}
