package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis clients reach a node, in the clear or encrypted.
 *
 * @param sockets how they connect
 */
record RedisDoor(String address, SocketFactory sockets) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static RedisDoor plain(BrokerNode node) {
        return new RedisDoor(node.redisAddress().orElseThrow(), SocketFactory.getDefault());
    }

    static RedisDoor encrypted(BrokerNode node, SocketFactory sockets) {
        return new RedisDoor(node.redisTlsAddress().orElseThrow(), sockets);
    }

    RespConnection open() {
        return RespConnection.open(address, sockets);
    }

    /** What one command on a connection of its own is answered. */
    String call(String... words) {
        try (RespConnection redis = open()) {
            return redis.call(words).toString();
        }
    }

    HostAndPort place() {
        int colon = address.lastIndexOf(':');
        return new HostAndPort(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** Until all three nodes are known here, and one of them has all slots. */
    void awaitMap() {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(call("CLUSTER", "INFO"))
                        .contains("cluster_state:ok", "cluster_known_nodes:3", "cluster_slots_assigned:16384"));
    }

    /** Who waits here is woken by an entry that comes through another door. */
    void assertAReaderIsWokenBy(RedisDoor writing) {
        try (RespConnection reader = open()) {
            assertThat(reader.call("XADD", "woken", "1-1", "a", "b")).isEqualTo("1-1");
            CompletableFuture<Object> read =
                    CompletableFuture.supplyAsync(() -> reader.call("XREAD", "BLOCK", "0", "STREAMS", "woken", "$"));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(writing.call("INFO", "clients")).contains("blocked_clients:1"));
            assertThat(writing.call("XADD", "woken", "2-2", "c", "d")).isEqualTo("2-2");
            assertThat(read.join().toString()).contains("2-2");
        }
    }
}
