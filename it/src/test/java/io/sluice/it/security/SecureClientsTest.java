package io.sluice.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.server.node.BrokerNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kafka-clients log in by every mechanism, without and with TLS; rules and users by its Admin. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SecureClientsTest {
    private static final long FAR_MS = 4_000_000_000_000L;

    private final TestTokens tokens = new TestTokens();
    private final BrokerNode clear;
    private final BrokerNode encrypted;
    private final Path certificate;

    SecureClientsTest(@TempDir Path folder) {
        Path store = Certificates.store(folder, "broker");
        certificate = Certificates.certificate(store);
        List<String> common = List.of(
                "kafka.sasl.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
                "kafka.sasl.oauthbearer.jwks=" + tokens.writeKeys(folder),
                "kafka.sasl.oauthbearer.issuer=" + TestTokens.ISSUER,
                "kafka.sasl.oauthbearer.audience=" + TestTokens.AUDIENCE,
                "security.users.file=" + SecureNode.users(folder),
                "sluice.authorizer=on",
                "super.users=User:root;User:robot");
        clear = SecureNode.start(folder.resolve("clear"), with(common, "kafka.sasl.plain.without.tls=true"));
        encrypted = SecureNode.start(
                folder.resolve("encrypted"),
                with(
                        common,
                        "kafka.tls.certificate=" + certificate,
                        "kafka.tls.key=" + Certificates.key(store),
                        "kafka.sasl.session.max.ms=2000"));
    }

    private static List<String> with(List<String> settings, String... more) {
        List<String> all = new java.util.ArrayList<>(settings);
        all.addAll(List.of(more));
        return all;
    }

    @AfterAll
    void end() {
        clear.close();
        encrypted.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void aPasswordLetsInWithAndWithoutTls(String mechanism) throws Exception {
        String topic = "by-" + mechanism.toLowerCase(java.util.Locale.ROOT);

        assertThat(inClear()
                        .password(mechanism, "root", SecureNode.ROOT_PASSWORD)
                        .roundTrip(topic))
                .isEqualTo("value of " + topic);
        assertThat(inTls().password(mechanism, "root", SecureNode.ROOT_PASSWORD).roundTrip(topic))
                .isEqualTo("value of " + topic);
    }

    @Test
    void aTokenLetsInWithAndWithoutTls() throws Exception {
        String token = tokens.token("robot", TestTokens.ISSUER, TestTokens.AUDIENCE, FAR_MS);

        assertThat(inClear().token(token).roundTrip("by-token")).isEqualTo("value of by-token");
        assertThat(inTls().token(token).roundTrip("by-token")).isEqualTo("value of by-token");
    }

    @Test
    void tokensOfOthersForOthersOrOfThePastDoNotLetIn() {
        List<String> wrong = List.of(
                tokens.token("robot", "https://other.example", TestTokens.AUDIENCE, FAR_MS),
                tokens.token("robot", TestTokens.ISSUER, "other", FAR_MS),
                tokens.token("robot", TestTokens.ISSUER, TestTokens.AUDIENCE, 1_000_000_000_000L),
                new TestTokens().token("robot", TestTokens.ISSUER, TestTokens.AUDIENCE, FAR_MS),
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb2JvdCJ9.");
        for (String token : wrong) {
            assertThatThrownBy(() -> inClear().token(token).clusterId())
                    .isInstanceOf(SaslAuthenticationException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void aWrongPasswordAndAnUnknownUserAreRefused(String mechanism) {
        assertThatThrownBy(() -> inClear().password(mechanism, "root", "wrong").clusterId())
                .isInstanceOf(SaslAuthenticationException.class);
        assertThatThrownBy(
                        () -> inClear().password(mechanism, "stranger", "wrong").clusterId())
                .isInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void aLoginIsRenewedWhileTheClientWorksOn() throws Exception {
        try (Admin admin = inTls().password("SCRAM-SHA-256", "root", SecureNode.ROOT_PASSWORD)
                .admin()) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(admin.describeCluster().clusterId().get()).isNotEmpty();
                assertThat(renewals(admin)).isGreaterThanOrEqualTo(2);
            });
        }
    }

    private static double renewals(Admin admin) {
        return admin.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("successful-reauthentication-total"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }

    @Test
    void whoHasNoRuleSeesNothingAndWithOneExactlyThat() throws Exception {
        SecureClient root = inClear().password("PLAIN", "root", SecureNode.ROOT_PASSWORD);
        SecureClient alice = inClear().password("PLAIN", "alice", SecureNode.ALICE_PASSWORD);
        try (Admin admin = root.admin();
                Admin asAlice = alice.admin()) {
            admin.createTopics(List.of(new NewTopic("hers", 1, (short) 1), new NewTopic("other", 1, (short) 1)))
                    .all()
                    .get();
            assertThat(asAlice.listTopics().names().get()).doesNotContain("hers", "other");
            assertThatThrownBy(() -> alice.with("enable.idempotence", "false").roundTrip("hers"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);

            admin.createAcls(List.of(
                            rule(ResourceType.TOPIC, "hers", AclOperation.ALL),
                            rule(ResourceType.GROUP, "*", AclOperation.READ)))
                    .all()
                    .get();

            assertThat(asAlice.listTopics().names().get()).contains("hers").doesNotContain("other");
            var described = asAlice.describeTopics(
                            List.of("hers"),
                            new org.apache.kafka.clients.admin.DescribeTopicsOptions()
                                    .includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get();
            assertThat(described.get("hers").authorizedOperations())
                    .contains(AclOperation.READ, AclOperation.WRITE, AclOperation.ALTER_CONFIGS)
                    .hasSize(8);
            assertThat(alice.with("enable.idempotence", "true").roundTrip("hers"))
                    .isEqualTo("value of hers");
            assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get()).hasSize(2);
            assertThat(admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get())
                    .hasSize(2);
        }
    }

    private static AclBinding rule(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:alice", "*", operation, AclPermissionType.ALLOW));
    }

    @Test
    void usersAreMadeListedAndRemovedByAdmin() throws Exception {
        try (Admin admin =
                inClear().password("PLAIN", "root", SecureNode.ROOT_PASSWORD).admin()) {
            var info = new ScramCredentialInfo(org.apache.kafka.clients.admin.ScramMechanism.SCRAM_SHA_512, 8192);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("carol", info, "carol-secret-1")))
                    .all()
                    .get();

            assertThat(inClear()
                            .password("SCRAM-SHA-512", "carol", "carol-secret-1")
                            .clusterIdOrEmpty())
                    .isNotEmpty();
            assertThat(admin.describeUserScramCredentials(List.of("carol"))
                            .description("carol")
                            .get()
                            .credentialInfos())
                    .containsExactly(info);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion(
                            "carol", org.apache.kafka.clients.admin.ScramMechanism.SCRAM_SHA_512)))
                    .all()
                    .get();
            assertThatThrownBy(() -> admin.describeUserScramCredentials(List.of("carol"))
                            .description("carol")
                            .get())
                    .hasCauseInstanceOf(ResourceNotFoundException.class);
        }
    }

    private SecureClient inClear() {
        return new SecureClient(clear.kafkaAddress().orElseThrow(), "SASL_PLAINTEXT");
    }

    private SecureClient inTls() {
        return new SecureClient(encrypted.kafkaAddress().orElseThrow(), "SASL_SSL").trusting(certificate);
    }
}
