package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.it.cli.CliRun;
import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Groups of Redis as {@code sluice group --kind redis} shows and moves them. */
@Timeout(120)
final class CliRedisGroupsTest {
    private static final String KEY = "bär:1";
    /** A connection sends a byte for each character. */
    private static final String KEY_BYTES =
            new String(KEY.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    @TempDir
    private Path folder;

    @Test
    void groupsOfStreamsAreSeenAndMoved() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = RespConnection.open(node.redisAddress().orElseThrow())) {
            assertThat(succeed("list").out()).contains("no groups of this kind yet");
            handOut(redis);
            areSeen();
            areMoved(redis);
        }
    }

    /** Two of three entries are pending, one of them for the second time; a group of the same name has nothing. */
    private static void handOut(RespConnection redis) {
        redis.call("XGROUP", "CREATE", KEY_BYTES, "workers", "0", "MKSTREAM");
        for (int i = 1; i <= 3; i++) {
            redis.call("XADD", KEY_BYTES, i + "-1", "value", "v" + i);
        }
        redis.call("XREADGROUP", "GROUP", "workers", "ann", "COUNT", "2", "STREAMS", KEY_BYTES, ">");
        redis.call("XCLAIM", KEY_BYTES, "workers", "bob", "0", "1-1");
        redis.call("SELECT", "3");
        redis.call("XGROUP", "CREATE", "other", "workers", "$", "MKSTREAM");
        redis.call("XGROUP", "CREATE", "other", "idlers", "$");
        redis.call("SELECT", "0");
    }

    private void areSeen() {
        assertThat(succeed("list").out()).contains("workers", "idlers", KEY, "other");
        JsonNode groups = succeed("describe", "workers", "-o", "json").json();
        assertThat(groups).hasSize(2);
        JsonNode group = groups.path(0);
        assertThat(group.path("key").asString()).isEqualTo(KEY);
        assertThat(group.path("lastId").asString()).isEqualTo("2-1");
        assertThat(group.path("streamLastId").asString()).isEqualTo("3-1");
        assertThat(group.path("lag").asLong()).isEqualTo(1);
        assertThat(group.path("pending").asLong()).isEqualTo(2);
        assertThat(group.path("consumers").asLong()).isEqualTo(2);
        assertThat(group.path("redeliveries").asLong()).isEqualTo(1);
        assertThat(group.path("oldestMs").asLong()).isNotNegative();
        assertThat(groups.path(1).path("database").asInt()).isEqualTo(3);
        assertThat(groups.path(1).path("pending").asLong()).isZero();
        assertThat(groups.path(1).path("oldestMs").isNull()).isTrue();
        assertThat(run("describe", "nobody").err()).contains("no group nobody of this kind");
    }

    private void areMoved(RespConnection redis) {
        assertThat(succeed("reset", "workers", "--topic", KEY, "--to-earliest").err())
                .contains("would let group workers go on at earliest in 1 stream", "--execute does it");
        assertThat(succeed("reset", "workers", "--topic", KEY, "--to-earliest", "--execute")
                        .out())
                .contains("moved group workers in 1 stream");
        JsonNode group = succeed("describe", "workers", "-o", "json").json().path(0);
        assertThat(group.path("lastId").asString()).isEqualTo("0-0");
        assertThat(group.path("lag").asLong()).isEqualTo(3);
        assertThat(group.path("pending").asLong()).as("stays").isEqualTo(2);
        assertThat(run("reset", "workers", "--to-offset", "1", "--execute").err())
                .contains("entries of Redis have ids");
        assertThat(redis.call("XPENDING", KEY_BYTES, "workers").toString()).contains("1-1", "2-1");
    }

    private CliRun succeed(String what, String... words) {
        CliRun run = run(what, words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private CliRun run(String what, String... words) {
        List<String> all = new ArrayList<>(List.of("group", what));
        all.addAll(List.of(words));
        all.addAll(List.of("--kind", "redis", "--data", folder.resolve("data").toString()));
        return CliRun.of("", all.toArray(String[]::new));
    }
}
