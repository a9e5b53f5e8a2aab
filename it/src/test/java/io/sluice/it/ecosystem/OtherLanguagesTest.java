package io.sluice.it.ecosystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * kafkajs 2.2.4 by npm, and librdkafka by Debian's python3-confluent-kafka; each skipped where its tool is missing. The
 * programs lie in the resources: admin calls, produce, consume in a group.
 */
@Timeout(240)
final class OtherLanguagesTest {
    private static final Path PROGRAMS =
            Path.of("src", "test", "resources", "ecosystem").toAbsolutePath();
    private static final Path KAFKAJS = Path.of("target", "kafkajs").toAbsolutePath();
    private static final String DEBIAN_PYTHON = "/usr/bin/python3";
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final BrokerProcess broker;

    OtherLanguagesTest(@TempDir Path folder) {
        broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of());
    }

    @AfterEach
    void endBroker() {
        broker.close();
    }

    @Test
    void kafkajsAdministersProducesAndConsumes() throws IOException {
        assumeTrue(OsProcess.isInstalled("npm") && OsProcess.isInstalled("node"), "npm is not installed");
        if (!Files.isDirectory(KAFKAJS.resolve("node_modules").resolve("kafkajs"))) {
            Files.createDirectories(KAFKAJS);
            run(Map.of(), "npm", "install", "--no-audit", "--no-fund", "--prefix", KAFKAJS.toString(), "kafkajs@2.2.4");
        }
        Map<String, String> environment =
                Map.of("NODE_PATH", KAFKAJS.resolve("node_modules").toString());
        assertThat(run(environment, "node", program("kafkajs.js"), broker.kafkaAddress(), "by-kafkajs"))
                .contains("all well");
    }

    @Test
    void confluentKafkaAdministersProducesAndConsumes() {
        assumeTrue(hasConfluentKafka(), "python3-confluent-kafka is not installed");
        assertThat(run(Map.of(), DEBIAN_PYTHON, program("confluent.py"), broker.kafkaAddress(), "by-confluent"))
                .contains("all well");
    }

    private static boolean hasConfluentKafka() {
        return Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/confluent_kafka"));
    }

    private static String program(String name) {
        return PROGRAMS.resolve(name).toString();
    }

    private static String run(Map<String, String> environment, String... words) {
        try (OsProcess process = OsProcess.start(List.of(words), PROGRAMS, environment)) {
            int exitCode = process.awaitExit(LIMIT);
            assertThat(exitCode).as(process.output()).isZero();
            return process.output();
        }
    }
}
