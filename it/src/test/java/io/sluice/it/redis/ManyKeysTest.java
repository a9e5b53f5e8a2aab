package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More keys than are told to the metadata at a time. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ManyKeysTest {
    private static final int KEYS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder = Path.of("");

    @Test
    void manyKeysComeStayAndGoTogetherAndSoDoTheirTopics() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node);
                Admin admin = admin(node)) {
            addAll(redis);
            redis.call("SELECT", "1");
            redis.call("XADD", "other", "*", "a", "1");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(topics(admin)).hasSize(KEYS + 1));

            redis.call("SELECT", "0");
            assertThat(redis.call("FLUSHDB")).isEqualTo("+OK");
            assertThat(redis.call("DBSIZE")).isEqualTo(":0");
            assertThat(redis.call("XADD", "many:7", "7-7", "a", "1")).isEqualTo("7-7");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(topics(admin)).containsExactlyInAnyOrder("db1.other", "many_x3A7"));
        }
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            assertThat(redis.call("DBSIZE")).isEqualTo(":1");
            assertThat(redis.call("XRANGE", "many:7", "-", "+")).asString().contains("7-7");
            addAll(redis);
        }
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            assertThat(redis.call("DBSIZE")).isEqualTo(":" + KEYS);
            assertThat(redis.call("XLEN", "many:" + (KEYS - 1))).isEqualTo(":1");
            assertThat(redis.call("FLUSHALL")).isEqualTo("+OK");
        }
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            assertThat(redis.call("DBSIZE")).isEqualTo(":0");
        }
    }

    private static RespConnection connect(BrokerNode node) {
        return RespConnection.open(node.redisAddress().orElseThrow());
    }

    private static Admin admin(BrokerNode node) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, node.kafkaAddress().orElseThrow()));
    }

    private static void addAll(RespConnection redis) {
        for (int i = 0; i < KEYS; i++) {
            redis.send("XADD", "many:" + i, "*", "n", Integer.toString(i));
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(redis.reply()).asString().contains("-");
        }
    }

    private static Set<String> topics(Admin admin) throws Exception {
        return admin.listTopics().names().get();
    }
}
