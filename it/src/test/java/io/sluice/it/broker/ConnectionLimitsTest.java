package io.sluice.it.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits of connections of a running broker. */
@Timeout(120)
final class ConnectionLimitsTest {
    private static final ConfigResource ALL_BROKERS = new ConfigResource(ConfigResource.Type.BROKER, "");

    @Test
    void limitsChangeWhileTheBrokerRuns(@TempDir Path folder) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of());
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.kafkaAddress()))) {
            alter(admin, OpType.SET);
            List<RawKafkaConnection> served = new ArrayList<>();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 4; i++) {
                            served.add(serve(broker));
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class);

            alter(admin, OpType.DELETE);
            for (int i = 0; i < 4; i++) {
                served.add(serve(broker));
            }
            assertThat(served).hasSizeGreaterThanOrEqualTo(4);
            served.forEach(RawKafkaConnection::close);
        }
    }

    private static RawKafkaConnection serve(BrokerProcess broker) {
        RawKafkaConnection connection = RawKafkaConnection.connect(broker.kafkaAddress());
        connection.call(RawRequests.metadata(List.of()));
        return connection;
    }

    /** The admin's own connections, one or two, stay below it. */
    private static void alter(Admin admin, OpType type) throws Exception {
        AlterConfigOp op = new AlterConfigOp(new ConfigEntry("max.connections.per.ip", "4"), type);
        admin.incrementalAlterConfigs(Map.of(ALL_BROKERS, List.of(op))).all().get(30, TimeUnit.SECONDS);
    }
}
