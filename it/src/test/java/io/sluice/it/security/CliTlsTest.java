package io.sluice.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.it.cli.CliRun;
import io.sluice.server.node.BrokerNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client commands on listeners with TLS, by password and by certificate. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CliTlsTest {
    private final Path folder;
    private final Path store;
    private final String certificate;
    private final BrokerNode broker;

    CliTlsTest(@TempDir Path folder) {
        this.folder = folder;
        store = Certificates.store(folder, "broker");
        certificate = Certificates.certificate(store).toString();
        broker = SecureNode.start(
                folder,
                List.of(
                        "kafka.tls.certificate=" + certificate,
                        "kafka.tls.key=" + Certificates.key(store),
                        "kafka.sasl.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                        "security.users.file=" + SecureNode.users(folder),
                        "sluice.authorizer=on",
                        "super.users=User:root"));
    }

    @AfterAll
    void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void recordsGoInAndOutByEachMechanism(String mechanism) {
        String topic = "by-" + mechanism;
        assertThat(succeed("hello\n", "produce", topic, "--sasl", mechanism, "--tls-ca", certificate)
                        .out())
                .startsWith("produced 1 record ");
        assertThat(succeed("", "consume", topic, "-o", "value", "-q", "--sasl", mechanism, "--tls-ca", certificate)
                        .out())
                .isEqualTo("hello\n");
    }

    @Test
    void administrationGroupsAndLoadsSignInToo() {
        succeed("", "topic", "create", "orders", "-p", "2", "--tls-ca", certificate);
        succeed("carols\n", "user", "add", "carol", "--tls-ca", certificate);
        succeed("", "acl", "add", "-u", "carol", "--allow", "read", "-t", "orders", "-g", "g", "--tls-ca", certificate);
        assertThat(as("carol", "carols", "", "consume", "orders", "-g", "g", "-q", "--tls-ca", certificate)
                        .exitCode())
                .isZero();
        assertThat(succeed("", "group", "list", "--tls-ca", certificate).out()).contains("g ");
        assertThat(succeed("", "bench", "produce", "-n", "100", "--tls-ca", certificate)
                        .out())
                .startsWith("produced 100 records");
    }

    @Test
    void whatDoesNotFitTheListenerIsSaidInOneLineWithWhatToDo() {
        assertFails(asRoot("topic", "list", "--tls"), "no encrypted connection to", "--tls-ca FILE");
        assertFails(asRoot("topic", "list", "--timeout", "2s"), "--tls belongs to listeners with TLS");
        assertFails(
                as("root", "wrong", "", "topic", "list", "--tls-ca", certificate), "sign-in refused", "the password");
        assertFails(as("", "", "", "topic", "list", "--tls-ca", certificate, "--timeout", "2s"), "--as USER");
    }

    @Test
    void aClientFileShowsACertificate() {
        Path alice = Certificates.store(folder, "alice");
        try (BrokerNode strict = SecureNode.start(
                folder.resolve("strict"),
                List.of(
                        "kafka.tls.certificate=" + store,
                        "kafka.tls.password.file=" + Certificates.passwordFile(folder),
                        "kafka.tls.client.auth=required",
                        "kafka.tls.trust=" + Certificates.certificate(alice),
                        "kafka.tls.principal.mapping.rules=RULE:^OU=Tests,CN=(.*)$/$1/,RULE:^CN=(.*),OU=Tests$/$1/",
                        "sluice.authorizer=on",
                        "super.users=User:alice"))) {
            Path file = Certificates.write(folder.resolve("client.properties"), """
                    bootstrap.servers=%s
                    security.protocol=SSL
                    ssl.truststore.type=PEM
                    ssl.truststore.location=%s
                    ssl.keystore.type=PKCS12
                    ssl.keystore.location=%s
                    ssl.keystore.password=%s
                    """.formatted(
                            strict.kafkaAddress().orElseThrow(), certificate, alice, Certificates.PASSWORD));
            CliRun created = CliRun.of("", "topic", "create", "hers", "--client-config", file.toString());
            assertThat(created.exitCode()).as(created.err()).isZero();
        }
    }

    private CliRun succeed(String input, String... words) {
        CliRun run = as("root", SecureNode.ROOT_PASSWORD, input, words);
        assertThat(run.exitCode())
                .as("%s: %s", String.join(" ", words), run.err())
                .isZero();
        return run;
    }

    private CliRun asRoot(String... words) {
        return as("root", SecureNode.ROOT_PASSWORD, "", words);
    }

    private CliRun as(String user, String password, String input, String... words) {
        String[] all = Stream.concat(
                        Arrays.stream(words),
                        Stream.of("--bootstrap", broker.kafkaAddress().orElseThrow()))
                .toArray(String[]::new);
        return CliRun.of(Map.of("SLUICE_USER", user, "SLUICE_PASSWORD", password), input, all);
    }

    private static void assertFails(CliRun run, String... reasons) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains(reasons);
    }
}
