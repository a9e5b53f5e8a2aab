package io.sluice.server.demo;

import io.sluice.server.logging.ProcessLog;
import io.sluice.server.node.BrokerNode;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SettingsLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The broker as {@code sluice start} would run it, in this process. */
record NodeBroker(BrokerNode node, String kafkaAddress) implements DemoBroker {

    /** Starts one; its log stays silent but for errors, because the demo's table is on the same terminal. */
    static DemoBroker start(Path dataDirectory, int kafkaPort) {
        Settings settings = SettingsLoader.load(
                Optional.empty(),
                Map.of(),
                List.of("data.dir=" + dataDirectory, "kafka.listen=127.0.0.1:" + kafkaPort, "http.listen=127.0.0.1:0"));
        ProcessLog.setLevel("error");
        BrokerNode node = BrokerNode.start(settings);
        return new NodeBroker(
                node, node.kafkaAddress().orElseThrow(() -> new IllegalStateException("the Kafka listener is off")));
    }

    @Override
    public List<Long> processIds() {
        return List.of(ProcessHandle.current().pid());
    }

    @Override
    public List<String> standing() {
        return List.of();
    }

    @Override
    public void close() {
        node.close();
    }
}
