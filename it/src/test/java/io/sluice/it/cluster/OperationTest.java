package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.server.control.ControlClient.ControlException;
import io.sluice.server.node.BrokerNode;
import io.sluice.server.node.StartException;
import io.sluice.server.settings.SettingsLoader;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with a cluster while clients work, who must not notice. */
@Timeout(180)
final class OperationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 4;

    private final RunningNodes nodes;

    OperationTest(@TempDir Path folder) {
        nodes = new RunningNodes(folder, Map.of());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private void startThree() throws ExecutionException, InterruptedException {
        nodes.start(1);
        nodes.start(2);
        nodes.start(3);
        nodes.awaitSettled(1, 3);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", nodes.addresses()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) -1)))
                    .all()
                    .get();
        }
    }

    private boolean isReady(int id) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI address = URI.create("http://" + nodes.node(id).httpAddress().orElseThrow() + "/readyz");
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        }
    }

    /** Nobody complained, and everything acknowledged is there, once and in order. */
    private void assertNothingHappened(SteadyLoad load) {
        assertThat(load.complaints()).isEmpty();
        assertThat(load.produced().acknowledgedCount())
                .isEqualTo(load.produced().sentCount())
                .isPositive();
        List<TopicPartition> partitions = TopicReader.partitionsOf(List.of(TOPIC), PARTITIONS);
        ReadHistory read = TopicReader.readAll(nodes.addresses(), partitions, PATIENCE);
        assertThat(HistoryChecker.check(load.produced(), read, load.consumed()).examples())
                .isEmpty();
    }

    @Test
    void allNodesAreRestartedOneAfterTheOtherAndClientsDoNotNotice() throws Exception {
        startThree();
        try (SteadyLoad load = SteadyLoad.start(nodes.addresses(), TOPIC, PARTITIONS)) {
            for (int id = 1; id <= 3; id++) {
                int restarted = id;
                nodes.stop(restarted);
                nodes.restart(restarted);
                await().atMost(PATIENCE).until(() -> isReady(restarted));
            }
            load.finish();
            assertNothingHappened(load);
        }
    }

    @Test
    void aClusterGrowsToFiveNodesAndShrinksToThreeOthersAndClientsDoNotNotice() throws Exception {
        startThree();
        try (SteadyLoad load = SteadyLoad.start(nodes.addresses(), TOPIC, PARTITIONS)) {
            nodes.start(4);
            nodes.start(5);
            nodes.awaitSettled(4, 5);
            await().atMost(PATIENCE).untilAsserted(this::assertNodesHaveNothingElseOnTheirDisks);

            assertThat(nodes.command(5, "do", "drain", "node", "1", "dry", "true"))
                    .anyMatch(line -> line.startsWith("would: shard "));
            nodes.command(5, "do", "remove", "node", "1");
            nodes.command(5, "do", "remove", "node", "2", "wait", "60");
            assertThat(nodes.command(5, "do", "brief")).hasSize(3);
            nodes.stop(1);
            nodes.stop(2);

            load.finish();
            assertNothingHappened(load);
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", nodes.addresses()))) {
            TopicDescription described = Objects.requireNonNull(
                    admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC));
            assertThat(described.partitions())
                    .allSatisfy(partition -> assertThat(partition.replicas())
                            .extracting(node -> node.id())
                            .containsExactlyInAnyOrder(3, 4, 5));
        }
    }

    /** Of the shards that were added; those with which a broker begins are everywhere. */
    private void assertNodesHaveNothingElseOnTheirDisks() throws IOException {
        List<String> status = nodes.command(5, "do", "status");
        for (int id = 1; id <= 5; id++) {
            Pattern kept = Pattern.compile("shard ([4-9]): .* on nodes \\[.*\\b" + id + "\\b.*");
            List<String> wanted = status.stream()
                    .map(kept::matcher)
                    .filter(Matcher::matches)
                    .map(match -> "shard-" + match.group(1))
                    .toList();
            try (Stream<Path> files = Files.list(nodes.directory(id))) {
                assertThat(files.map(file -> file.getFileName().toString())
                                .filter(name -> name.matches(".*shard-[4-9]")))
                        .as("shards in the directory of node %s, of %s", id, status)
                        .containsExactlyInAnyOrderElementsOf(wanted);
            }
        }
    }

    @Test
    void aNodesDirectoryIsNotOpenedByABrokerAlone() {
        nodes.start(1);
        nodes.stop(1);

        List<String> alone = List.of("data.dir=" + nodes.directory(1), "kafka.listen=off", "http.listen=off");
        assertThatThrownBy(() -> BrokerNode.start(SettingsLoader.load(Optional.empty(), Map.of(), alone)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("is that of a node of a cluster: start it with cluster.listen");
        nodes.restart(1);
    }

    @Test
    void whatCannotBeDoneIsRefusedInASentenceThatSaysWhy() {
        nodes.start(1);
        await().atMost(PATIENCE).until(() -> nodes.command(1, "do", "brief").size() == 1);

        assertThatThrownBy(() -> nodes.command(1, "do", "drain", "node", "1"))
                .isInstanceOf(ControlException.class)
                .hasMessage("node 1 is the only one that could keep and lead; add another one first");
        assertThatThrownBy(() -> nodes.command(1, "do", "remove", "node", "7")).hasMessage("there is no node 7");
        assertThatThrownBy(() -> nodes.command(1, "do", "move-leader", "shard", "9", "node", "1"))
                .hasMessage("there is no shard 9");
        assertThatThrownBy(() -> nodes.command(1, "do", "move-leader", "shard", "1", "node", "7"))
                .hasMessageContaining("node 7 does not keep shard 1");
        assertThat(nodes.command(1, "do", "upgrade", "dry", "true")).containsExactly("nothing has to change");
    }
}
