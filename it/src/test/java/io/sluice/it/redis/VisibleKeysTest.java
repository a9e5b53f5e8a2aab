package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Walks over keys of which the caller may see a few only: nothing that is to be seen is missed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class VisibleKeysTest {
    private static final int OTHERS = 2_500;
    private static final List<String> MINE = List.of("mine1", "mine2", "mine3");

    @TempDir
    Path folder = Path.of("");

    @Test
    void whoMaySeeFewKeysOfManyFindsAllOfThem() throws Exception {
        try (BrokerNode node = start();
                RespConnection all = RespConnection.open(node.redisAddress().orElseThrow());
                RespConnection alice = RespConnection.open(node.redisAddress().orElseThrow())) {
            allowToDescribe(node, "mine");
            assertThat(all.call("AUTH", "first-secret")).isEqualTo("+OK");
            assertThat(alice.call("AUTH", "alice", "alice-secret")).isEqualTo("+OK");
            assertThat(alice.call("RANDOMKEY")).isEqualTo("nil");
            for (int i = 0; i < OTHERS; i++) {
                all.send("XADD", "other" + i, "*", "n", "1");
            }
            MINE.forEach(key -> all.send("XADD", key, "*", "n", "1"));
            for (int i = 0; i < OTHERS + MINE.size(); i++) {
                assertThat(all.reply()).asString().contains("-");
            }

            assertThat((List<?>) all.call("KEYS", "o*")).hasSize(OTHERS).doesNotHaveDuplicates();
            assertThat(scanned(all)).hasSize(OTHERS + MINE.size()).doesNotHaveDuplicates();
            assertThat(alice.call("KEYS", "*"))
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .containsExactlyInAnyOrderElementsOf(MINE);
            assertThat(scanned(alice)).containsExactlyInAnyOrderElementsOf(MINE);
            assertThat(MINE).contains(alice.call("RANDOMKEY").toString());
        }
    }

    private BrokerNode start() throws IOException {
        Path users = Files.writeString(folder.resolve("users"), "default:first-secret\nalice:alice-secret\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        return RedisNode.start(
                folder,
                "redis.login=true",
                "redis.durability=os",
                "security.users.file=" + users,
                "sluice.authorizer=on",
                "super.users=User:default;User:ANONYMOUS");
    }

    private static void allowToDescribe(BrokerNode node, String prefix)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, node.kafkaAddress().orElseThrow()))) {
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(ResourceType.TOPIC, prefix, PatternType.PREFIXED),
                            new AccessControlEntry("User:alice", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
    }

    private static List<String> scanned(RespConnection redis) {
        List<String> found = new ArrayList<>();
        String cursor = "0";
        do {
            List<?> page = (List<?>) redis.call("SCAN", cursor, "COUNT", "10");
            cursor = page.getFirst().toString();
            ((List<?>) page.get(1)).forEach(key -> found.add(key.toString()));
        } while (!cursor.equals("0"));
        return found;
    }
}
