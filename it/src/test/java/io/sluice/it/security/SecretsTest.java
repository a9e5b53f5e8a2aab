package io.sluice.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.server.node.BrokerNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever happens, at the most talkative level, neither log nor data directory has a password, a token or a key. */
@Timeout(240)
final class SecretsTest {
    private static final List<String> LOGGERS = List.of("io.sluice", "sluice.audit", "com.nimbusds");
    private static final String CAROL_PASSWORD = "carol-secret-5";
    private static final String WRONG_PASSWORD = "wrong-secret-6";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void noSecretIsWrittenAnywhere() throws Exception {
        TestTokens tokens = new TestTokens();
        String token = tokens.token("alice", "https://other.example", TestTokens.AUDIENCE, 4_000_000_000_000L);
        List<ILoggingEvent> logged = new ArrayList<>();
        ListAppender<ILoggingEvent> appender = listen();

        useEverything(tokens, token);

        logged.addAll(appender.list);
        LOGGERS.forEach(name -> logger(name).detachAppender(appender));
        List<String> secrets = List.of(
                SecureNode.ROOT_PASSWORD,
                SecureNode.ALICE_PASSWORD,
                CAROL_PASSWORD,
                WRONG_PASSWORD,
                Certificates.PASSWORD,
                token,
                token.substring(token.lastIndexOf('.') + 1));
        String log = logged.stream().map(SecretsTest::text).collect(Collectors.joining("\n"));
        assertThat(log)
                .contains(
                        "login failed host=127.0.0.1 mechanism=PLAIN reason=user root is unknown or has another password");
        assertThat(log)
                .contains(
                        "changed principal=\"User:root\" host=\"127.0.0.1\" what=user detail=\"SetCredential[user=carol");
        assertThat(log).contains("denied principal=\"User:alice\" host=\"127.0.0.1\" operation=");
        assertThat(log).doesNotContain(secrets);
        assertThat(dataFiles())
                .allSatisfy(file -> assertThat(
                                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain(secrets));
    }

    private void useEverything(TestTokens tokens, String token) throws Exception {
        Path store = Certificates.store(folder, "broker");
        Path certificate = Certificates.certificate(store);
        List<String> settings = List.of(
                "kafka.tls.certificate=" + store,
                "kafka.tls.password.file=" + Certificates.passwordFile(folder),
                "kafka.sasl.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER",
                "kafka.sasl.oauthbearer.jwks=" + tokens.writeKeys(folder),
                "kafka.sasl.oauthbearer.issuer=" + TestTokens.ISSUER,
                "security.users.file=" + SecureNode.users(folder),
                "sluice.authorizer=on",
                "super.users=User:root");
        try (BrokerNode node = SecureNode.start(folder, settings)) {
            String address = node.kafkaAddress().orElseThrow();
            SecureClient root = client(address, certificate).password("PLAIN", "root", SecureNode.ROOT_PASSWORD);
            assertThat(root.roundTrip("t")).isEqualTo("value of t");
            try (Admin admin = root.admin()) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                "carol", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), CAROL_PASSWORD)))
                        .all()
                        .get();
            }
            assertThatThrownBy(() -> client(address, certificate)
                            .password("PLAIN", "root", WRONG_PASSWORD)
                            .clusterId())
                    .isInstanceOf(SaslAuthenticationException.class);
            assertThatThrownBy(() -> client(address, certificate).token(token).clusterId())
                    .isInstanceOf(SaslAuthenticationException.class);
            assertThatThrownBy(() -> client(address, certificate)
                            .password("SCRAM-SHA-512", "alice", SecureNode.ALICE_PASSWORD)
                            .with("enable.idempotence", "false")
                            .roundTrip("t"))
                    .isInstanceOf(ExecutionException.class);
        }
    }

    private static SecureClient client(String address, Path certificate) {
        return new SecureClient(address, "SASL_SSL").trusting(certificate);
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        LOGGERS.forEach(name -> {
            logger(name).setLevel(Level.TRACE);
            logger(name).addAppender(appender);
        });
        return appender;
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static String text(ILoggingEvent event) {
        return event.getFormattedMessage()
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }

    private List<Path> dataFiles() throws java.io.IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
