package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that starts knows nothing of what is in its journal until somebody tells it what of that is committed. */
@Timeout(300)
final class RestartedNodeTest {
    private static final String TOPIC = "kept";

    @TempDir
    private Path folder;

    @Test
    void itCallsNoTopicMissingThatItHasNotHeardOfYet() {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), 1);
            cluster.nodes().forEach(BrokerProcess::kill9);

            BrokerProcess alone = cluster.node(1);
            alone.restart();
            try (RawKafkaConnection connection = RawKafkaConnection.connect(alone.kafkaAddress())) {
                assertThatThrownBy(() -> RawMetadata.of(connection, TOPIC)).isInstanceOf(UncheckedIOException.class);
            }
            cluster.node(2).restart();
            cluster.node(3).restart();
            cluster.nodes().forEach(BrokerProcess::awaitReady);

            for (BrokerProcess node : cluster.nodes()) {
                try (RawKafkaConnection connection = RawKafkaConnection.connect(node.kafkaAddress())) {
                    assertThat(RawMetadata.of(connection, TOPIC).errorCode()).isZero();
                }
            }
        }
    }
}
