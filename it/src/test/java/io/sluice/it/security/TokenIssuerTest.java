package io.sluice.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kafka-clients log in with tokens of an issuer that is not up at first, changes its keys, and goes away. */
@Timeout(120)
final class TokenIssuerTest {
    private static final long FAR_MS = 4_000_000_000_000L;

    private String address = "";

    @TempDir
    private Path folder = Path.of("");

    private static Map<String, String> settings(TokenIssuer issuer) {
        return Map.of(
                "kafka.sasl.mechanisms",
                "OAUTHBEARER",
                "kafka.sasl.plain.without.tls",
                "true",
                "kafka.sasl.oauthbearer.jwks",
                issuer.url(),
                "kafka.sasl.oauthbearer.issuer",
                TestTokens.ISSUER,
                "kafka.sasl.oauthbearer.audience",
                TestTokens.AUDIENCE);
    }

    private BrokerNode start(TokenIssuer issuer) {
        List<String> settings = new ArrayList<>();
        settings(issuer).forEach((name, value) -> settings.add(name + "=" + value));
        return SecureNode.start(folder, settings);
    }

    @Test
    void clientsComeInWheneverTheirTokenIsGood() {
        try (TokenIssuer issuer = TokenIssuer.open();
                BrokerNode node = start(issuer)) {
            address = node.kafkaAddress().orElseThrow();
            clientsComeIn(issuer);
        }
    }

    private void clientsComeIn(TokenIssuer issuer) {
        TestTokens first = new TestTokens("k1");
        TestTokens second = new TestTokens("k2");
        assertThatThrownBy(() -> with(good(first)).clusterId()).isInstanceOf(SaslAuthenticationException.class);

        issuer.tell(first.keys());
        await().atMost(Duration.ofSeconds(30)).until(() -> isIn(good(first)));

        issuer.tell(second.keys());
        assertThat(isIn(good(second))).as("a new key").isTrue();
        assertThat(isIn(good(first))).as("a key that is gone").isFalse();

        issuer.close();
        assertThat(isIn(good(second))).as("the issuer is away").isTrue();
        assertThat(isIn(second.token("robot", "https://other.example", TestTokens.AUDIENCE, FAR_MS)))
                .isFalse();
        assertThat(isIn(second.token("robot", TestTokens.ISSUER, "other", FAR_MS)))
                .isFalse();
        assertThat(isIn(second.token("robot", TestTokens.ISSUER, TestTokens.AUDIENCE, 1_000_000_000_000L)))
                .isFalse();
    }

    @Test
    void keysThatComeEncryptedAreBelievedIfTheCertificateIsTrusted() {
        Path store = Certificates.store(folder, "issuer");
        TestTokens tokens = new TestTokens();
        BrokerCommand command = BrokerCommand.ofBuild(
                "-Djavax.net.ssl.trustStore=" + store, "-Djavax.net.ssl.trustStorePassword=" + Certificates.PASSWORD);
        try (TokenIssuer issuer = TokenIssuer.encrypted(store);
                BrokerProcess trusting = BrokerProcess.start(command, folder.resolve("trusting"), settings(issuer));
                BrokerNode doubting = start(issuer)) {
            issuer.tell(tokens.keys());

            address = trusting.kafkaAddress();
            assertThat(isIn(good(tokens))).isTrue();
            address = doubting.kafkaAddress().orElseThrow();
            assertThat(isIn(good(tokens))).isFalse();
        }
    }

    private static String good(TestTokens tokens) {
        return tokens.token("robot", TestTokens.ISSUER, TestTokens.AUDIENCE, FAR_MS);
    }

    private boolean isIn(String token) {
        try {
            return !with(token).clusterIdOrEmpty().isEmpty();
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(SaslAuthenticationException.class);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private SecureClient with(String token) {
        return new SecureClient(address, "SASL_PLAINTEXT").token(token);
    }
}
