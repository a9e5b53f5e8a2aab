package io.sluice.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.OsProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** librdkafka logs in by each mechanism it has; where kcat is not installed these tests are skipped. */
@Timeout(240)
final class KcatSecurityTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void needsKcat() {
        assumeTrue(OsProcess.isInstalled("kcat"), "kcat is not installed (apt-get install kcat)");
    }

    @Test
    void itWritesAndReadsThroughTlsByEachMechanism() {
        Path store = Certificates.store(folder, "broker");
        Path certificate = Certificates.certificate(store);
        try (BrokerNode node = SecureNode.start(
                folder,
                List.of(
                        "kafka.tls.certificate=" + certificate,
                        "kafka.tls.key=" + Certificates.key(store),
                        "kafka.sasl.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                        "security.users.file=" + SecureNode.users(folder),
                        "sluice.authorizer=on",
                        "super.users=User:root"))) {
            String address = node.kafkaAddress().orElseThrow();
            for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")) {
                Path record = Certificates.write(folder.resolve("record"), "by " + mechanism + "\n");
                kcat(address, certificate, mechanism, "-P", "-t", mechanism, record.toString());
                assertThat(kcat(address, certificate, mechanism, "-C", "-t", mechanism, "-c", "1", "-q"))
                        .contains("by " + mechanism);
            }
        }
    }

    private static String kcat(String address, Path certificate, String mechanism, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "kcat",
                "-b",
                address,
                "-X",
                "security.protocol=SASL_SSL",
                "-X",
                "ssl.ca.location=" + certificate,
                "-X",
                "sasl.mechanisms=" + mechanism,
                "-X",
                "sasl.username=root",
                "-X",
                "sasl.password=" + SecureNode.ROOT_PASSWORD));
        command.addAll(List.of(more));
        return OsProcess.run(LIMIT, command.toArray(String[]::new));
    }
}
