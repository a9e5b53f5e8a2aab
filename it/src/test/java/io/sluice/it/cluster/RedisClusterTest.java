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
            List<RedisDoor> doors = all.stream().map(RedisDoor::plain).toList();
            doors.forEach(RedisDoor::awaitMap);
            doors.forEach(RedisClusterTest::addAndReadAsAGroup);
            assertThat(doors.getLast().call("XLEN", "plain")).isEqualTo(":3");
            doors.getFirst().assertAReaderIsWokenBy(doors.getLast());
            theNodesTellOfTheCluster(doors.get(1));
            clientsThatKnowClustersLiveWithIt(doors.get(1).place());
            redisPyLivesWithIt(doors.get(2).place());

            // Before, the shard may be kept by two, of which neither can go.
            nodes.awaitSettled(1, 3);
            int leader = leader(doors);
            all.get(leader).close();
            List<RedisDoor> left =
                    doors.stream().filter(each -> each != doors.get(leader)).toList();
            left.forEach(door -> await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(door.call("XADD", "plain", "*", "after", "all"))
                            .matches("[0-9]+-[0-9]+")));
            assertThat(left.getFirst().call("XLEN", "plain")).isEqualTo(":5");
        }
    }

    private static void addAndReadAsAGroup(RedisDoor door) {
        try (RespConnection redis = door.open()) {
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

    private static void theNodesTellOfTheCluster(RedisDoor door) {
        assertThat(door.call("CLUSTER", "NODES").lines().filter(line -> line.contains(" ")))
                .hasSize(3);
        assertThat(door.call("CLUSTER", "SHARDS")).contains("master").contains("replica");
        assertThat(door.call("CLUSTER", "KEYSLOT", "{user1000}.following"))
                .isEqualTo(door.call("CLUSTER", "KEYSLOT", "user1000"));
        assertThat(door.call("CLUSTER", "KEYSLOT", "123456789")).isEqualTo(":12739");
        assertThat(door.call("READONLY")).isEqualTo("+OK");
    }

    private static void clientsThatKnowClustersLiveWithIt(HostAndPort first) {
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
    private static void redisPyLivesWithIt(HostAndPort first) {
        if (Files.isDirectory(REDIS_PY)) {
            String said = OsProcess.run(
                    PATIENCE,
                    "/usr/bin/python3",
                    PROGRAM.toString(),
                    first.getHost(),
                    Integer.toString(first.getPort()));
            assertThat(said.strip()).endsWith("all well");
        }
    }

    /** Which of them is the node's that decides: it calls itself master. */
    private static int leader(List<RedisDoor> doors) {
        String address = doors.getFirst()
                .call("CLUSTER", "NODES")
                .lines()
                .filter(line -> line.contains("master"))
                .map(line -> line.replaceAll(".* ([0-9.]+:[0-9]+)@.*", "$1"))
                .findFirst()
                .orElseThrow();
        assertThat(doors).extracting(RedisDoor::address).contains(address);
        return doors.stream().map(RedisDoor::address).toList().indexOf(address);
    }
}
