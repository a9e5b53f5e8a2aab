package io.sluice.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.server.node.BrokerNode;
import io.sluice.server.node.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of brokers and of clients. */
@Timeout(240)
final class TlsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aClientIsWhoItsCertificateSays() throws Exception {
        Path store = Certificates.store(folder, "broker");
        Path alice = Certificates.store(folder, "Alice");
        Path mallory = Certificates.store(folder, "Mallory");
        Path certificate = Certificates.certificate(store);
        try (BrokerNode node = start(
                store,
                "kafka.tls.client.auth=required",
                "kafka.tls.trust=" + Certificates.certificate(alice),
                "kafka.tls.principal.mapping.rules=RULE:^OU=Tests,CN=(.*)$/$1/L,RULE:^CN=(.*),OU=Tests$/$1/L",
                "sluice.authorizer=on",
                "super.users=User:alice")) {
            String address = node.kafkaAddress().orElseThrow();
            assertThat(new SecureClient(address, "SSL")
                            .trusting(certificate)
                            .showing(alice)
                            .roundTrip("by-certificate"))
                    .isEqualTo("value of by-certificate");
            assertThatThrownBy(() -> new SecureClient(address, "SSL")
                            .trusting(certificate)
                            .showing(mallory)
                            .clusterId())
                    .isInstanceOf(SslAuthenticationException.class);
        }
    }

    @Test
    void whoShowsNoCertificateIsNobodyWhereNoneIsRequired() throws Exception {
        Path store = Certificates.store(folder, "broker");
        try (BrokerNode node = start(
                store,
                "kafka.tls.client.auth=requested",
                "kafka.tls.trust=" + store,
                "sluice.authorizer=on",
                "super.users=User:CN=broker,OU=Tests")) {
            SecureClient unnamed = new SecureClient(node.kafkaAddress().orElseThrow(), "SSL")
                    .trusting(Certificates.certificate(store))
                    .with("enable.idempotence", "false");
            assertThatThrownBy(() -> unnamed.roundTrip("t"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
            assertThat(unnamed.showing(store).roundTrip("t")).isEqualTo("value of t");
        }
    }

    @Test
    void aRenewedCertificateIsInUseWithoutARestartAndABrokenOneIsNot() throws Exception {
        Path store = Certificates.store(folder, "first");
        Path next = Certificates.store(folder, "second");
        Path used = Files.copy(store, folder.resolve("used.p12"));
        try (BrokerNode node = start(used)) {
            String address = node.kafkaAddress().orElseThrow();
            assertThat(subjectShownBy(address)).contains("CN=first");

            Files.copy(next, used, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> subjectShownBy(address).contains("CN=second"));
            Certificates.write(used, "no key store");
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> subjectShownBy(address).contains("CN=second"));
        }
    }

    @Test
    void aRenewedCertificateInPemIsInUseOnceItsKeyIsThereToo() throws Exception {
        Path first = Certificates.store(folder, "first");
        Path second = Certificates.store(folder, "second");
        Path certificate = Files.copy(Certificates.certificate(first), folder.resolve("used.pem"));
        Path key = Files.copy(Certificates.key(first), folder.resolve("used.key"));
        try (BrokerNode node =
                SecureNode.start(folder, List.of("kafka.tls.certificate=" + certificate, "kafka.tls.key=" + key))) {
            String address = node.kafkaAddress().orElseThrow();

            Files.copy(Certificates.certificate(second), certificate, StandardCopyOption.REPLACE_EXISTING);
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> subjectShownBy(address).contains("CN=first"));
            Files.copy(Certificates.key(second), key, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> subjectShownBy(address).contains("CN=second"));
        }
    }

    @Test
    void whoIsTrustedChangesWithoutARestart() throws Exception {
        Path store = Certificates.store(folder, "broker");
        Path alice = Certificates.store(folder, "Alice");
        Path bob = Certificates.store(folder, "Bob");
        Path trust = Files.copy(Certificates.certificate(alice), folder.resolve("trust.pem"));
        try (BrokerNode node = start(store, "kafka.tls.client.auth=required", "kafka.tls.trust=" + trust)) {
            String address = node.kafkaAddress().orElseThrow();
            SecureClient asAlice = new SecureClient(address, "SSL")
                    .trusting(Certificates.certificate(store))
                    .showing(alice);
            SecureClient asBob = new SecureClient(address, "SSL")
                    .trusting(Certificates.certificate(store))
                    .showing(bob);
            assertThat(asAlice.clusterIdOrEmpty()).isNotEmpty();
            assertThatThrownBy(asBob::clusterId).isInstanceOf(SslAuthenticationException.class);

            Files.copy(Certificates.certificate(bob), trust, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(ExecutionException.class)
                    .until(() -> !asBob.clusterIdOrEmpty().isEmpty());
            assertThatThrownBy(asAlice::clusterId).isInstanceOf(SslAuthenticationException.class);
        }
    }

    @Test
    void anEncryptedKeyIsReadWithItsPasswordAndOnlyWithThat() throws Exception {
        Path store = Certificates.store(folder, "broker");
        String certificate = "kafka.tls.certificate=" + Certificates.certificate(store);
        String key = "kafka.tls.key=" + Certificates.encryptedKey(store);
        try (BrokerNode node = SecureNode.start(
                folder, List.of(certificate, key, "kafka.tls.password.file=" + Certificates.passwordFile(folder)))) {
            assertThat(subjectShownBy(node.kafkaAddress().orElseThrow())).contains("CN=broker");
        }
        Path wrong = Certificates.write(folder.resolve("wrong"), "wrong\n");
        assertRefused(
                "cannot be decrypted; check the password file", certificate, key, "kafka.tls.password.file=" + wrong);
    }

    @Test
    void whoBeginsNoHandshakeIsHungUpOn() throws Exception {
        Path store = Certificates.store(folder, "broker");
        try (BrokerNode node = start(store, "kafka.tls.handshake.timeout.ms=300")) {
            String[] hostAndPort = node.kafkaAddress().orElseThrow().split(":");
            try (java.net.Socket silent = new java.net.Socket(hostAndPort[0], Integer.parseInt(hostAndPort[1]))) {
                silent.setSoTimeout(60_000);
                assertThat(silent.getInputStream().readAllBytes()).isEmpty();
            }
        }
    }

    @Test
    void httpIsServedThroughTlsToo() throws Exception {
        Path store = Certificates.store(folder, "broker");
        try (BrokerNode node = SecureNode.start(
                folder,
                List.of(
                        "http.listen=127.0.0.1:0",
                        "http.tls.certificate=" + store,
                        "http.tls.password.file=" + Certificates.passwordFile(folder)))) {
            assertThat(subjectShownBy(node.httpAddress().orElseThrow())).contains("CN=broker");
        }
    }

    @Test
    void keysThatCannotBeUsedStopTheStartWithOneLineThatNamesThem() throws IOException {
        Path store = Certificates.store(folder, "broker");
        Path expired = Certificates.store(folder, "expired", "-startdate", "-3d", "-validity", "1");
        Path certificate = Certificates.certificate(store);
        Path garbage = Certificates.write(folder.resolve("garbage"), "garbage");
        assertRefused(
                "kafka.tls.certificate: " + folder.resolve("none") + " does not exist",
                "kafka.tls.certificate=" + folder.resolve("none"));
        assertRefused("expired on", withPassword(expired));
        assertRefused("is neither PEM nor PKCS#12", withPassword(garbage));
        assertRefused("has another password", "kafka.tls.certificate=" + store, "kafka.tls.password.file=" + garbage);
        assertRefused("private key's file is needed", "kafka.tls.certificate=" + certificate);
        assertRefused(
                "is not the key of the certificate",
                "kafka.tls.certificate=" + certificate,
                "kafka.tls.key=" + Certificates.key(Certificates.store(folder, "other")));
        assertRefused(
                "kafka.tls.client.auth: needs kafka.tls.trust",
                "kafka.tls.certificate=" + certificate,
                "kafka.tls.client.auth=required");
        assertRefused("which needs TLS", "kafka.sasl.mechanisms=PLAIN");
        Path users = Certificates.write(folder.resolve("open-users"), "root:root-secret\n");
        Files.setPosixFilePermissions(users, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused("chmod 600", "security.users.file=" + users);
    }

    private void assertRefused(String line, String... settings) {
        assertThatThrownBy(() -> SecureNode.start(folder, List.of(settings)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(line)
                .hasMessageNotContainingAny("\n", Certificates.PASSWORD, "root-secret");
    }

    private String[] withPassword(Path store) {
        return new String[] {
            "kafka.tls.certificate=" + store, "kafka.tls.password.file=" + Certificates.passwordFile(folder)
        };
    }

    private BrokerNode start(Path store, String... settings) {
        List<String> all = new ArrayList<>(List.of(withPassword(store)));
        all.addAll(List.of(settings));
        return SecureNode.start(folder, all);
    }

    /** Name in the certificate that a new connection sees. */
    private static String subjectShownBy(String address) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        String[] hostAndPort = address.split(":");
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(hostAndPort[0], Integer.parseInt(hostAndPort[1]))) {
            socket.startHandshake();
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
