package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.server.node.BrokerNode;
import io.sluice.server.node.StartException;
import io.sluice.server.settings.SettingsLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with records becomes the first of three nodes, in one process, with real clients. */
final class GrowingClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "a secret that all nodes know";

    private final List<BrokerNode> nodes = new ArrayList<>();
    private int probes;

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        nodes.reversed().forEach(BrokerNode::close);
    }

    private BrokerNode start(int id, String... more) {
        Path data = folder.resolve("node-" + id);
        List<String> settings = Stream.concat(
                        Stream.of(
                                "data.dir=" + data,
                                "kafka.listen=127.0.0.1:0",
                                "http.listen=off",
                                "node.id=" + id,
                                "group.initial.rebalance.delay.ms=0",
                                "node.rack=rack-" + id),
                        Stream.of(more))
                .toList();
        BrokerNode node = BrokerNode.start(SettingsLoader.load(Optional.empty(), Map.of(), settings));
        nodes.add(node);
        return node;
    }

    private String token(String secret) throws IOException {
        Path file = folder.resolve("token-" + secret.length());
        Files.writeString(file, secret + "\n", StandardCharsets.UTF_8);
        return "cluster.token.file=" + file;
    }

    private BrokerNode startNode(int id, Optional<BrokerNode> seed, String secret) throws IOException {
        List<String> settings = new ArrayList<>(List.of("cluster.listen=127.0.0.1:0", token(secret)));
        seed.ifPresent(
                node -> settings.add("cluster.join=" + node.clusterAddress().orElseThrow()));
        return start(id, settings.toArray(String[]::new));
    }

    private static Admin admin(BrokerNode node) {
        return Admin.create(Map.of("bootstrap.servers", node.kafkaAddress().orElseThrow()));
    }

    private static void produce(BrokerNode node, String topic, int from, int to) throws Exception {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, node.kafkaAddress().orElseThrow(),
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, "key-" + i, "value-" + i))
                        .get();
            }
        }
    }

    private static Set<String> read(BrokerNode node, String topic, int count) {
        String group = "readers-" + UUID.randomUUID();
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                node.kafkaAddress().orElseThrow(),
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        Set<String> seen = new HashSet<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(PATIENCE).untilAsserted(() -> {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(100))) {
                    seen.add(each.value());
                }
                assertThat(seen)
                        .as("values of %s through group %s", topic, group)
                        .hasSize(count);
            });
        }
        return seen;
    }

    private static Set<String> values(int count) {
        Set<String> values = new HashSet<>();
        IntStream.range(0, count).forEach(i -> values.add("value-" + i));
        return values;
    }

    private static List<TopicPartitionInfo> partitions(Admin admin, String topic) throws Exception {
        TopicDescription described =
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        return described == null ? List.of() : described.partitions();
    }

    private static boolean isOnThreeNodes(Admin admin, String topic) throws Exception {
        return partitions(admin, topic).stream()
                .allMatch(each -> each.replicas().size() == 3 && each.isr().size() == 3 && each.leader() != null);
    }

    private static Set<Integer> leaders(Admin admin, String topic) throws Exception {
        Set<Integer> leaders = new HashSet<>();
        partitions(admin, topic).forEach(each -> leaders.add(each.leader().id()));
        return leaders;
    }

    /** One of the two does not lead the metadata; what it was told the other one knows. */
    private static void changeEverythingThrough(BrokerNode one, BrokerNode other) throws Exception {
        for (BrokerNode node : List.of(one, other)) {
            BrokerNode reader = node == one ? other : one;
            try (Admin admin = admin(node);
                    Admin check = admin(reader)) {
                String name = "through-" + node.hashCode();
                admin.createTopics(List.of(new NewTopic(name, 1, (short) -1)))
                        .all()
                        .get();
                ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
                ConfigResource brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
                admin.incrementalAlterConfigs(Map.of(
                                topic, List.of(set("retention.ms", "12345")),
                                brokers, List.of(set("message.max.bytes", "2000000"))))
                        .all()
                        .get();
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "a password")))
                        .all()
                        .get();
                await().atMost(PATIENCE).untilAsserted(() -> {
                    Config configs = Objects.requireNonNull(
                            check.describeConfigs(List.of(topic)).all().get().get(topic));
                    assertThat(configs.get("retention.ms").value()).isEqualTo("12345");
                    assertThat(configs.get("max.message.bytes").value()).isEqualTo("2000000");
                    assertThat(check.describeUserScramCredentials().users().get())
                            .contains(name);
                });
                admin.deleteTopics(List.of(name)).all().get();
                assertThat(admin.listTopics().names().get()).doesNotContain(name);
            }
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private static Set<Integer> leadersOfFresh(Admin admin, String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 6, (short) -1))).all().get();
        return leaders(admin, topic);
    }

    @Test
    void aBrokerWithRecordsGrowsToThreeNodesAndOneMayDie() throws Exception {
        try (BrokerNode alone = start(1);
                Admin admin = admin(alone)) {
            admin.createTopics(List.of(new NewTopic("orders", 2, (short) 1)))
                    .all()
                    .get();
            produce(alone, "orders", 0, 50);
        }
        BrokerNode first = startNode(1, Optional.empty(), TOKEN);
        produce(first, "orders", 50, 100);
        BrokerNode second = startNode(2, Optional.of(first), TOKEN);
        BrokerNode third = startNode(3, Optional.of(second), TOKEN);

        try (Admin admin = admin(third)) {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> isOnThreeNodes(admin, "orders"));
            assertThat(admin.describeCluster().nodes().get())
                    .extracting(Node::id)
                    .containsExactlyInAnyOrder(1, 2, 3);
            assertThat(admin.describeCluster().nodes().get())
                    .extracting(Node::rack)
                    .containsExactlyInAnyOrder("rack-1", "rack-2", "rack-3");
            // A topic is spread over the shards that there are, of which there is one a node in the end.
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(leadersOfFresh(admin, "probe-" + probes++))
                            .containsExactlyInAnyOrder(1, 2, 3));
            admin.createTopics(List.of(new NewTopic("spread", 6, (short) 3)))
                    .all()
                    .get();
        }
        changeEverythingThrough(second, third);
        produce(second, "spread", 0, 60);
        assertThat(read(first, "spread", 60)).isEqualTo(values(60));
        produce(third, "orders", 100, 150);

        first.close();
        produce(second, "orders", 150, 200);
        assertThat(read(third, "orders", 200)).isEqualTo(values(200));
        assertThat(read(second, "spread", 60)).isEqualTo(values(60));
    }

    @Test
    void aStrangerCannotJoin() throws IOException {
        BrokerNode first = startNode(1, Optional.empty(), TOKEN);

        assertThatThrownBy(() -> startNode(2, Optional.of(first), "another secret of somebody"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("cluster.token.file");
    }

    @Test
    void aNumberThatIsTakenIsRefusedWithWhatToDo() throws IOException, ExecutionException, InterruptedException {
        BrokerNode first = startNode(1, Optional.empty(), TOKEN);
        try (Admin admin = admin(first)) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> !admin.describeCluster().nodes().get().isEmpty());
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThatThrownBy(() -> BrokerNode.start(SettingsLoader.load(
                                Optional.empty(),
                                Map.of(),
                                List.of(
                                        "data.dir=" + folder.resolve("other"),
                                        "kafka.listen=off",
                                        "http.listen=off",
                                        "cluster.listen=127.0.0.1:0",
                                        token(TOKEN),
                                        "cluster.join=" + first.clusterAddress().orElseThrow()))))
                        .isInstanceOf(StartException.class)
                        .hasMessageContaining("node 1 is a member already"));
    }
}
