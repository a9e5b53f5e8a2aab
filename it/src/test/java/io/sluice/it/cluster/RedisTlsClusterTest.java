package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.it.security.Certificates;
import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.RespConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.StreamEntryID;

/** Redis clients that encrypt, on a cluster of three nodes: passed on encrypted to the node that decides, where it is trusted. */
@Timeout(240)
final class RedisTlsClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder = Path.of("");

    private static Map<String, String> keys(Path store) {
        return Map.of(
                "redis.listen",
                "127.0.0.1:0",
                "redis.tls.listen",
                "127.0.0.1:0",
                "redis.tls.certificate",
                Certificates.certificate(store).toString(),
                "redis.tls.key",
                Certificates.key(store).toString());
    }

    @Test
    void clientsReachTheStreamsEncryptedThroughAnyNode() {
        Path store = Certificates.store(folder, "all");
        SocketFactory sockets = Certificates.trusting(store).getSocketFactory();
        try (RunningNodes nodes = new RunningNodes(folder, keys(store))) {
            List<BrokerNode> all = List.of(nodes.start(1), nodes.start(2), nodes.start(3));
            all.forEach(RedisTlsClusterTest::awaitMap);

            all.forEach(node -> assertThat(call(node, sockets, "XADD", "quakes", "*", "place", "Alaska"))
                    .matches("[0-9]+-[0-9]+"));
            all.forEach(
                    node -> assertThat(call(node, sockets, "XLEN", "quakes")).isEqualTo(":3"));
            all.forEach(node -> assertLargeEntriesPass(node, sockets));
            aBlockedReaderIsWokenThroughAnotherNode(all.getFirst(), all.getLast(), sockets);
            clientsThatKnowClustersLiveWithIt(all.get(1), store);
            redisCliLivesWithIt(all.get(2), store);
        }
    }

    /** Each has signed its own certificate: the others cannot know whose it is. */
    @Test
    void nobodyIsPassedOnToWhoCannotBeTrusted() {
        List<Path> stores = List.of(
                Certificates.store(folder, "one"),
                Certificates.store(folder, "two"),
                Certificates.store(folder, "three"));
        SocketFactory sockets =
                Certificates.trusting(stores.toArray(Path[]::new)).getSocketFactory();
        try (RunningNodes nodes = new RunningNodes(folder, Map.of())) {
            List<BrokerNode> all = List.of(
                    nodes.start(1, keys(stores.get(0))),
                    nodes.start(2, keys(stores.get(1))),
                    nodes.start(3, keys(stores.get(2))));
            all.forEach(RedisTlsClusterTest::awaitMap);
            // In the clear everybody is passed on.
            assertThat(call(all.getFirst(), SocketFactory.getDefault(), "XADD", "quakes", "1-1", "place", "Alaska"))
                    .isEqualTo("1-1");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(all)
                            .allSatisfy(node -> assertThat(call(node, sockets, "XLEN", "quakes"))
                                    .isEqualTo(":1")));
            assertThat(all.stream().map(node -> call(node, sockets, "XADD", "quakes", "*", "place", "Chile")))
                    .filteredOn(answer -> answer.startsWith("-MOVED "))
                    .hasSize(2);
        }
    }

    private static String call(BrokerNode node, SocketFactory sockets, String... words) {
        String address =
                (sockets == SocketFactory.getDefault() ? node.redisAddress() : node.redisTlsAddress()).orElseThrow();
        try (RespConnection redis = RespConnection.open(address, sockets)) {
            return redis.call(words).toString();
        }
    }

    /** All three are known, and one of them has all slots. */
    private static void awaitMap(BrokerNode node) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(call(node, SocketFactory.getDefault(), "CLUSTER", "INFO"))
                        .contains("cluster_state:ok", "cluster_known_nodes:3", "cluster_slots_assigned:16384"));
    }

    /** More than a socket takes at once, both ways. */
    private static void assertLargeEntriesPass(BrokerNode node, SocketFactory sockets) {
        String large = "x".repeat(3 << 20);
        try (RespConnection redis = RespConnection.open(node.redisTlsAddress().orElseThrow(), sockets)) {
            for (int i = 0; i < 4; i++) {
                redis.send("XADD", "large", "*", "field", large);
            }
            for (int i = 0; i < 4; i++) {
                assertThat(redis.reply().toString()).matches("[0-9]+-[0-9]+");
            }
            assertThat(redis.call("XREVRANGE", "large", "+", "-", "COUNT", "4").toString())
                    .hasSizeGreaterThan(4 * large.length());
        }
    }

    private static void aBlockedReaderIsWokenThroughAnotherNode(
            BrokerNode reading, BrokerNode writing, SocketFactory sockets) {
        try (RespConnection reader =
                RespConnection.open(reading.redisTlsAddress().orElseThrow(), sockets)) {
            assertThat(reader.call("XADD", "woken", "1-1", "a", "b")).isEqualTo("1-1");
            CompletableFuture<Object> read =
                    CompletableFuture.supplyAsync(() -> reader.call("XREAD", "BLOCK", "0", "STREAMS", "woken", "$"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(call(writing, sockets, "INFO", "clients"))
                            .contains("blocked_clients:1"));
            assertThat(call(writing, sockets, "XADD", "woken", "2-2", "c", "d")).isEqualTo("2-2");
            assertThat(read.join().toString()).contains("2-2");
        }
    }

    private static HostAndPort place(BrokerNode node) {
        String address = node.redisTlsAddress().orElseThrow();
        int colon = address.lastIndexOf(':');
        return new HostAndPort(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private static void clientsThatKnowClustersLiveWithIt(BrokerNode node, Path store) {
        DefaultJedisClientConfig encrypted = DefaultJedisClientConfig.builder()
                .ssl(true)
                .sslSocketFactory(Certificates.trusting(store).getSocketFactory())
                .build();
        try (RedisClusterClient jedis = RedisClusterClient.builder()
                .nodes(Set.of(place(node)))
                .clientConfig(encrypted)
                .build()) {
            for (int i = 1; i <= 20; i++) {
                jedis.xadd("key" + i, new StreamEntryID(i, 1), Map.of("a", "b"));
            }
            assertThat(jedis.xlen("key7")).isOne();
            assertThat(jedis.getClusterNodes()).hasSize(3);
        }
    }

    private static void redisCliLivesWithIt(BrokerNode node, Path store) {
        if (OsProcess.isInstalled("redis-cli")) {
            String told = OsProcess.run(
                    PATIENCE,
                    "redis-cli",
                    "-c",
                    "--tls",
                    "--cacert",
                    Certificates.certificate(store).toString(),
                    "-h",
                    place(node).getHost(),
                    "-p",
                    Integer.toString(place(node).getPort()),
                    "XLEN",
                    "key8");
            assertThat(told.strip()).isEqualTo("1");
        }
    }
}
