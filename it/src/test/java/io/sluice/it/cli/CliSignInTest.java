package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a broker where everybody has to sign in and nothing is allowed without a rule. */
@Timeout(120)
final class CliSignInTest {

    private static BrokerProcess broker;

    @BeforeAll
    static void startBroker(@TempDir Path folder) throws IOException {
        Path users = Files.writeString(
                Files.createFile(
                        folder.resolve("users"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                "admin:first-secret\n");
        broker = BrokerProcess.start(
                BrokerCommand.ofBuild(),
                folder.resolve("data"),
                Map.of(
                        "kafka.sasl.mechanisms", "SCRAM-SHA-512,SCRAM-SHA-256",
                        "security.users.file", users.toString(),
                        "sluice.authorizer", "on",
                        "super.users", "User:admin"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void aNewUserMayDoWhatARuleSaysAndNothingElse() {
        succeedAs("admin", "first-secret", "topic", "create", "orders-1");
        assertThat(run("admin", "first-secret", "alices\n", "user", "add", "alice")
                        .out())
                .startsWith("added alice");
        assertThat(as("alice", "alices", "topic", "list").out()).doesNotContain("orders-1");
        assertThat(as("alice", "alices", "topic", "create", "mine").err())
                .hasLineCount(1)
                .contains("not allowed", "'sluice acl add'");

        succeedAs(
                "admin",
                "first-secret",
                "acl",
                "add",
                "--user",
                "alice",
                "--allow",
                "all",
                "--topic",
                "orders-",
                "--prefix");
        assertThat(run("alice", "alices", "hello\n", "produce", "orders-1").exitCode())
                .isZero();
        assertThat(succeedAs("alice", "alices", "consume", "orders-1", "-o", "value", "-q", "--sasl", "scram-sha-256")
                        .out())
                .isEqualTo("hello\n");
        assertThat(as("alice", "alices", "consume", "orders-1", "--group", "g").err())
                .hasLineCount(1)
                .contains("not allowed on group g");
    }

    @Test
    void aWrongPasswordAWrongMechanismAndNoSignInAreSaidInOneLine() {
        assertFails(as("admin", "guess", "topic", "list"), "sign-in refused", "check the user, the password");
        assertFails(
                as("admin", "first-secret", "topic", "list", "--sasl", "PLAIN"), "does not sign in this way", "--sasl");
        assertFails(
                CliRun.of("", "topic", "list", "--bootstrap", broker.kafkaAddress(), "--timeout", "2s"), "--as USER");
    }

    @Test
    void aClientFileSignsInToo(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("client.properties"), """
                bootstrap.servers=%s
                security.protocol=SASL_PLAINTEXT
                sasl.mechanism=SCRAM-SHA-512
                sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
                  username="admin" password="first-secret";
                """.formatted(broker.kafkaAddress()));
        CliRun run = CliRun.of("", "topic", "create", "by-file", "--client-config", file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(CliRun.of(Map.of("SLUICE_CLIENT_CONFIG", file.toString()), "", "topic", "list")
                        .out())
                .contains("by-file");
    }

    private static void assertFails(CliRun run, String... reasons) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains(reasons);
    }

    private static CliRun succeedAs(String user, String password, String... words) {
        CliRun run = as(user, password, words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static CliRun as(String user, String password, String... words) {
        return run(user, password, "", words);
    }

    private static CliRun run(String user, String password, String input, String... words) {
        return CliRun.of(
                Map.of("SLUICE_USER", user, "SLUICE_PASSWORD", password, "SLUICE_BOOTSTRAP", broker.kafkaAddress()),
                input,
                words);
    }
}
