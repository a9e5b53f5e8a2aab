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
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
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
            List<RedisDoor> doors =
                    all.stream().map(node -> RedisDoor.encrypted(node, sockets)).toList();
            doors.forEach(RedisDoor::awaitMap);

            doors.forEach(door -> assertThat(door.call("XADD", "quakes", "*", "place", "Alaska"))
                    .matches("[0-9]+-[0-9]+"));
            doors.forEach(door -> assertThat(door.call("XLEN", "quakes")).isEqualTo(":3"));
            doors.forEach(RedisTlsClusterTest::assertLargeEntriesPass);
            doors.getFirst().assertAReaderIsWokenBy(doors.getLast());
            clientsThatKnowClustersLiveWithIt(doors.get(1));
            redisCliLivesWithIt(doors.get(2).place(), store);
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
            List<RedisDoor> plain = all.stream().map(RedisDoor::plain).toList();
            List<RedisDoor> encrypted =
                    all.stream().map(node -> RedisDoor.encrypted(node, sockets)).toList();
            plain.forEach(RedisDoor::awaitMap);
            // In the clear everybody is passed on.
            assertThat(plain.getFirst().call("XADD", "quakes", "1-1", "place", "Alaska"))
                    .isEqualTo("1-1");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(encrypted)
                            .allSatisfy(door ->
                                    assertThat(door.call("XLEN", "quakes")).isEqualTo(":1")));
            assertThat(encrypted.stream().map(door -> door.call("XADD", "quakes", "*", "place", "Chile")))
                    .filteredOn(answer -> answer.startsWith("-MOVED "))
                    .hasSize(2);
        }
    }

    /** More than a socket takes at once, both ways. */
    private static void assertLargeEntriesPass(RedisDoor door) {
        String large = "x".repeat(3 << 20);
        try (RespConnection redis = door.open()) {
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

    private static void clientsThatKnowClustersLiveWithIt(RedisDoor door) {
        DefaultJedisClientConfig encrypted = DefaultJedisClientConfig.builder()
                .ssl(true)
                .sslSocketFactory((SSLSocketFactory) door.sockets())
                .build();
        try (RedisClusterClient jedis = RedisClusterClient.builder()
                .nodes(Set.of(door.place()))
                .clientConfig(encrypted)
                .build()) {
            for (int i = 1; i <= 20; i++) {
                jedis.xadd("key" + i, new StreamEntryID(i, 1), Map.of("a", "b"));
            }
            assertThat(jedis.xlen("key7")).isOne();
            assertThat(jedis.getClusterNodes()).hasSize(3);
        }
    }

    private static void redisCliLivesWithIt(HostAndPort place, Path store) {
        if (OsProcess.isInstalled("redis-cli")) {
            String told = OsProcess.run(
                    PATIENCE,
                    "redis-cli",
                    "-c",
                    "--tls",
                    "--cacert",
                    Certificates.certificate(store).toString(),
                    "-h",
                    place.getHost(),
                    "-p",
                    Integer.toString(place.getPort()),
                    "XLEN",
                    "key8");
            assertThat(told.strip()).isEqualTo("1");
        }
    }
}
