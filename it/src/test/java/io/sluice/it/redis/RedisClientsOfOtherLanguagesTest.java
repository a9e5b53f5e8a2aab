package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.it.security.Certificates;
import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * ioredis 6.0.0 and node-redis 6.3.1 by npm, redis-py by Debian's python3-redis, redis-cli and redis-benchmark by its
 * redis-tools; each skipped where its tool is missing. The programs lie in the resources.
 */
@Timeout(240)
final class RedisClientsOfOtherLanguagesTest {
    private static final Path PROGRAMS =
            Path.of("src", "test", "resources", "redis").toAbsolutePath();
    private static final Path MODULES = Path.of("target", "redis-clients").toAbsolutePath();
    private static final String DEBIAN_PYTHON = "/usr/bin/python3";
    private static final String WITH_GROUPS = "groups";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    static Path folder = Path.of("");

    private static BrokerNode node;
    private static Path certificate = Path.of("");

    @BeforeAll
    static void start() {
        Path store = Certificates.store(folder, "broker");
        certificate = Certificates.certificate(store);
        node = RedisNode.start(
                folder,
                "redis.tls.listen=127.0.0.1:0",
                "redis.tls.certificate=" + certificate,
                "redis.tls.key=" + Certificates.key(store));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void ioredisLivesWithIt() throws IOException {
        assertThat(run(Map.of("NODE_PATH", module("ioredis", "6.0.0")), program("node", "ioredis.js")))
                .contains("all well");
    }

    @Test
    void nodeRedisLivesWithIt() throws IOException {
        assertThat(run(Map.of("NODE_PATH", module("redis", "6.3.1")), program("node", "noderedis.js")))
                .contains("all well");
    }

    @Test
    void redisPyLivesWithIt() {
        assumeTrue(
                Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/redis")), "python3-redis is not installed");
        assertThat(run(Map.of(), program(DEBIAN_PYTHON, "redispy.py"))).contains("all well");
    }

    @Test
    void redisCliLivesWithIt() {
        assumeTrue(OsProcess.isInstalled("redis-cli"), "redis-tools is not installed");
        assertThat(cli("-n", "5", "XADD", "cli:s", "1-1", "a", "1")).isEqualTo("1-1");
        assertThat(cli("-3", "-n", "5", "XRANGE", "cli:s", "-", "+")).isEqualTo("1-1\na\n1");
        assertThat(cli("-n", "5", "--scan", "--pattern", "cli:*")).isEqualTo("cli:s");
        assertThat(cli("-n", "5", "--bigkeys")).contains("Biggest stream found");
        assertThat(cli("-n", "5", "--memkeys")).contains("Biggest stream found");
        assertThat(cli("-n", "5", "EVAL", "return 1", "0")).contains("unknown command");
        assertThat(cli("-n", "5", "DEL", "cli:s")).isEqualTo("1");
        List<String> secure = List.of("-p", tlsPort(), "--tls", "--cacert", certificate.toString(), "PING");
        assertThat(run(Map.of(), with("redis-cli", secure))).isEqualTo("PONG");
    }

    @Test
    void redisBenchmarkLivesWithIt() {
        assumeTrue(OsProcess.isInstalled("redis-benchmark"), "redis-tools is not installed");
        List<String> words =
                List.of("-p", port(), "--csv", "-c", "5", "-n", "2000", "-P", "16", "XADD", "bench:s", "*", "v", "x");
        assertThat(run(Map.of(), with("redis-benchmark", words))).contains("XADD bench:s");
        assertThat(cli("XLEN", "bench:s")).isEqualTo("2000");
    }

    private static String cli(String... words) {
        List<String> all = new ArrayList<>(List.of("-p", port()));
        all.addAll(Arrays.asList(words));
        return run(Map.of(), with("redis-cli", all));
    }

    private static List<String> with(String program, List<String> words) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(words);
        return all;
    }

    private static String module(String name, String version) throws IOException {
        assumeTrue(OsProcess.isInstalled("npm") && OsProcess.isInstalled("node"), "npm is not installed");
        Path home = MODULES.resolve(name);
        Path modules = home.resolve("node_modules");
        if (!Files.isDirectory(modules.resolve(name))) {
            Files.createDirectories(home);
            String wanted = name + "@" + version;
            run(Map.of(), List.of("npm", "install", "--no-audit", "--no-fund", "--prefix", home.toString(), wanted));
        }
        return modules.toString();
    }

    private static List<String> program(String runner, String name) {
        return List.of(
                runner, PROGRAMS.resolve(name).toString(), port(), tlsPort(), certificate.toString(), WITH_GROUPS);
    }

    private static String port() {
        return portOf(node.redisAddress().orElseThrow());
    }

    private static String tlsPort() {
        return portOf(node.redisTlsAddress().orElseThrow());
    }

    private static String portOf(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    private static String run(Map<String, String> environment, List<String> words) {
        try (OsProcess process = OsProcess.start(words, PROGRAMS, environment)) {
            int exitCode = process.awaitExit(LIMIT);
            assertThat(exitCode).as(process.output()).isZero();
            return process.output();
        }
    }
}
