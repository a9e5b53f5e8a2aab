package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.RespConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.StreamEntryID;

/** Redis clients on a cluster of three nodes: plain ones through any node, those that know clusters by what the nodes tell. */
@Timeout(240)
final class RedisClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path REDIS_CLI = Path.of("/usr/bin/redis-cli");
    private static final Path REDIS_PY = Path.of("/usr/lib/python3/dist-packages/redis");
    private static final Path PROGRAM =
            Path.of("src", "test", "resources", "redis", "redispycluster.py").toAbsolutePath();

    @TempDir
    Path folder = Path.of("");

    @Test
    void clientsReachTheStreamsThroughAnyNodeAndAfterALeaderHasGone() {
        try (RunningNodes nodes = new RunningNodes(folder, Map.of("redis.listen", "127.0.0.1:0"))) {
            List<BrokerNode> all = List.of(nodes.start(1), nodes.start(2), nodes.start(3));
            all.forEach(RedisClusterTest::awaitMap);
            all.forEach(RedisClusterTest::addAndReadAsAGroup);
            assertThat(call(all.getLast(), "XLEN", "plain")).isEqualTo(":3");
            aBlockedReaderIsWokenThroughAnotherNode(all.getFirst(), all.getLast());
            theNodesTellOfTheCluster(all.get(1));
            clientsThatKnowClustersLiveWithIt(all.get(1));
            redisPyLivesWithIt(all.get(2));

            int leader = leader(all);
            nodes.node(leader).close();
            List<BrokerNode> left =
                    all.stream().filter(each -> each != nodes.node(leader)).toList();
            left.forEach(node -> await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(call(node, "XADD", "plain", "*", "after", "all"))
                            .matches("[0-9]+-[0-9]+")));
            assertThat(call(left.getFirst(), "XLEN", "plain")).isEqualTo(":5");
        }
    }

    private static String address(BrokerNode node) {
        return node.redisAddress().orElseThrow();
    }

    private static String call(BrokerNode node, String... words) {
        try (RespConnection redis = RespConnection.open(address(node))) {
            return redis.call(words).toString();
        }
    }

    /** All three are known, and one of them has all slots. */
    private static void awaitMap(BrokerNode node) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(call(node, "CLUSTER", "INFO"))
                        .contains("cluster_state:ok", "cluster_known_nodes:3", "cluster_slots_assigned:16384"));
    }

    private static void addAndReadAsAGroup(BrokerNode node) {
        try (RespConnection redis = RespConnection.open(address(node))) {
            redis.call("XGROUP", "CREATE", "plain", "g", "0", "MKSTREAM");
            String id = redis.call("XADD", "plain", "*", "a", "b").toString();
            assertThat(redis.call("XREADGROUP", "GROUP", "g", "c", "STREAMS", "plain", ">")
                            .toString())
                    .contains(id);
            assertThat(redis.call("XACK", "plain", "g", id)).isEqualTo(":1");
            redis.call("MULTI");
            redis.call("XLEN", "plain");
            assertThat(redis.call("EXEC")).isInstanceOf(List.class);
        }
    }

    private static void aBlockedReaderIsWokenThroughAnotherNode(BrokerNode reading, BrokerNode writing) {
        try (RespConnection reader = RespConnection.open(address(reading))) {
            assertThat(reader.call("XADD", "woken", "1-1", "a", "b")).isEqualTo("1-1");
            CompletableFuture<Object> read =
                    CompletableFuture.supplyAsync(() -> reader.call("XREAD", "BLOCK", "0", "STREAMS", "woken", "$"));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(call(writing, "INFO", "clients")).contains("blocked_clients:1"));
            call(writing, "XADD", "woken", "2-2", "c", "d");
            assertThat(read.join().toString()).contains("2-2");
        }
    }

    private static void theNodesTellOfTheCluster(BrokerNode node) {
        assertThat(call(node, "CLUSTER", "NODES").lines().filter(line -> line.contains(" ")))
                .hasSize(3);
        assertThat(call(node, "CLUSTER", "SHARDS")).contains("master").contains("replica");
        assertThat(call(node, "CLUSTER", "KEYSLOT", "{user1000}.following"))
                .isEqualTo(call(node, "CLUSTER", "KEYSLOT", "user1000"));
        assertThat(call(node, "CLUSTER", "KEYSLOT", "123456789")).isEqualTo(":12739");
        assertThat(call(node, "READONLY")).isEqualTo("+OK");
    }

    private static void clientsThatKnowClustersLiveWithIt(BrokerNode node) {
        String address = address(node);
        int colon = address.lastIndexOf(':');
        HostAndPort first =
                new HostAndPort(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        try (RedisClusterClient jedis = RedisClusterClient.create(first)) {
            for (int i = 1; i <= 20; i++) {
                jedis.xadd("key" + i, new StreamEntryID(i, 1), Map.of("a", "b"));
            }
            assertThat(jedis.xlen("key7")).isOne();
            assertThat(jedis.getClusterNodes()).hasSize(3);
        }
        if (Files.exists(REDIS_CLI)) {
            String told = OsProcess.run(
                    PATIENCE,
                    REDIS_CLI.toString(),
                    "-c",
                    "-h",
                    first.getHost(),
                    "-p",
                    Integer.toString(first.getPort()),
                    "XLEN",
                    "key8");
            assertThat(told.strip()).isEqualTo("1");
        }
    }

    /** Debian's python3-redis, where it is installed. */
    private static void redisPyLivesWithIt(BrokerNode node) {
        if (Files.isDirectory(REDIS_PY)) {
            String address = address(node);
            int colon = address.lastIndexOf(':');
            String said = OsProcess.run(
                    PATIENCE,
                    "/usr/bin/python3",
                    PROGRAM.toString(),
                    address.substring(0, colon),
                    address.substring(colon + 1));
            assertThat(said.strip()).endsWith("all well");
        }
    }

    /** Number of the node that decides: it calls itself master. */
    private static int leader(List<BrokerNode> nodes) {
        String address = call(nodes.getFirst(), "CLUSTER", "NODES")
                .lines()
                .filter(line -> line.contains("master"))
                .map(line -> line.replaceAll(".* ([0-9.]+:[0-9]+)@.*", "$1"))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < nodes.size(); i++) {
            if (address(nodes.get(i)).equals(address)) {
                return i + 1;
            }
        }
        throw new AssertionError("nobody listens at " + address);
    }
}
