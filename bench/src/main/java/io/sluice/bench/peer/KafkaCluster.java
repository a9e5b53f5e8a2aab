package io.sluice.bench.peer;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.cluster.ClusterAdmin;
import io.sluice.testkit.cluster.ClusterUnderTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Apache Kafka as processes that keep one cluster, each broker and controller: every partition on all, and no acknowledgement
 * before all but one have it. Owner: one thread.
 */
final class KafkaCluster implements ClusterUnderTest {
    private final List<KafkaProcess> nodes = new ArrayList<>();

    private KafkaCluster() {}

    static KafkaCluster start(Path folder, int count) {
        KafkaCluster cluster = new KafkaCluster();
        try {
            List<Integer> controllerPorts = KafkaProcess.freePorts(count);
            Map<String, String> settings = Map.of(
                    "default.replication.factor",
                    Integer.toString(count),
                    "min.insync.replicas",
                    Integer.toString(count / 2 + 1));
            for (int id = 1; id <= count; id++) {
                cluster.nodes.add(new KafkaProcess(folder.resolve("node-" + id), settings, id, controllerPorts));
            }
            cluster.nodes.forEach(BrokerUnderTest::awaitReady);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    @Override
    public String addresses() {
        return nodes.stream().map(BrokerUnderTest::kafkaAddress).collect(Collectors.joining(","));
    }

    @Override
    public List<KafkaProcess> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void createTopics(List<String> names, int partitions, Map<String, String> configs) {
        try (ClusterAdmin admin = new ClusterAdmin(addresses())) {
            admin.create(names, partitions, nodes.size(), configs);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create " + names, e);
        }
    }

    @Override
    public Optional<Integer> leader(String topic, int partition) {
        try (ClusterAdmin admin = new ClusterAdmin(addresses())) {
            return admin.leader(topic, partition);
        }
    }

    @Override
    public void close() {
        nodes.forEach(BrokerUnderTest::close);
    }
}
