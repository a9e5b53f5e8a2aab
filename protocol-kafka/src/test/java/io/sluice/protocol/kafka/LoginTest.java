package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.LoginSettings;
import io.sluice.broker.api.Logins;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.login.LocalLogins;
import io.sluice.common.Clock;
import io.sluice.network.PrincipalMapping;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients may say when, byte by byte, with sessions of ten seconds of a clock that the test moves. */
final class LoginTest {
    private static final long SESSION_MS = 10_000;
    private static final short ILLEGAL_STATE = 34;
    private static final short FAILED = 58;
    private static final AtomicLong NOW_MS = new AtomicLong(1_000_000);

    @TempDir
    static Path folder;

    private static BrokerServer server;

    @BeforeAll
    static void start() {
        server = new BrokerServer(folder, broker -> broker, door -> door, LoginTest::plain);
        for (String user : List.of("alice", "bob")) {
            byte[] salt = {1, 2, 3};
            byte[] salted = ScramMechanism.SCRAM_SHA_512.salted("pw".toCharArray(), salt, 4096);
            server.broker
                    .users()
                    .change(List.of(new SetCredential(user, ScramMechanism.SCRAM_SHA_512, 4096, salt, salted)))
                    .join();
        }
    }

    private static KafkaSecurity plain(LocalBroker broker) {
        LoginSettings settings = new LoginSettings(List.of(Logins.PLAIN, "SCRAM-SHA-512"), SESSION_MS, 1);
        Clock clock = new Clock() {
            @Override
            public long wallMs() {
                return NOW_MS.get();
            }

            @Override
            public long nanoTime() {
                return NOW_MS.get() * 1_000_000;
            }
        };
        return new KafkaSecurity(
                new LocalLogins(settings, broker.security(), Optional.empty(), new Random(3), clock),
                Optional.empty(),
                PrincipalMapping.parse("DEFAULT"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void afterTheOldHandshakeTokensComeWithoutRequests() {
        try (WireClient client = server.client()) {
            client.ask(KafkaApi.SASL_HANDSHAKE, 0, handshake("PLAIN"), SaslHandshakeResponseData.class);
            client.write(framed(token("alice", "pw")));

            assertThat(client.nextFrame())
                    .hasValueSatisfying(bytes -> assertThat(bytes.remaining()).isZero());
            assertThat(listGroups(client)).isZero();
        }
    }

    @Test
    void aFailureAfterTheOldHandshakeEndsTheConnectionWithoutAnAnswer() {
        try (WireClient client = server.client()) {
            client.ask(KafkaApi.SASL_HANDSHAKE, 0, handshake("PLAIN"), SaslHandshakeResponseData.class);
            client.write(framed(token("alice", "wrong")));

            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void whatComesTogetherWithTheTokenIsAnsweredAfterIt() {
        try (WireClient client = server.client()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(WireClient.frame(KafkaApi.API_VERSIONS, 0, new ApiVersionsRequestData(), 1));
            all.writeBytes(WireClient.frame(KafkaApi.SASL_HANDSHAKE, 1, handshake("PLAIN"), 2));
            all.writeBytes(WireClient.frame(KafkaApi.SASL_AUTHENTICATE, 2, authenticate("alice", "pw"), 3));
            all.writeBytes(WireClient.frame(KafkaApi.LIST_GROUPS, 4, new ListGroupsRequestData(), 4));
            client.write(all.toByteArray());

            client.receive(KafkaApi.API_VERSIONS, 0, 1);
            client.receive(KafkaApi.SASL_HANDSHAKE, 1, 2);
            client.receive(KafkaApi.SASL_AUTHENTICATE, 2, 3);
            client.receive(KafkaApi.LIST_GROUPS, 4, 4);
        }
    }

    @Test
    void whatComesTogetherWithAWrongTokenIsNotAnswered() {
        try (WireClient client = server.client()) {
            client.ask(KafkaApi.SASL_HANDSHAKE, 1, handshake("PLAIN"), SaslHandshakeResponseData.class);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(WireClient.frame(KafkaApi.SASL_AUTHENTICATE, 2, authenticate("alice", "no"), 2));
            all.writeBytes(WireClient.frame(KafkaApi.LIST_GROUPS, 4, new ListGroupsRequestData(), 3));
            client.write(all.toByteArray());

            var answer = (SaslAuthenticateResponseData) client.receive(KafkaApi.SASL_AUTHENTICATE, 2, 2);
            assertThat(answer.errorCode()).isEqualTo(FAILED);
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void aTokenWithoutAHandshakeAndATokenAfterTheLoginHaveNoPlace() {
        try (WireClient client = server.client()) {
            client.send(KafkaApi.SASL_AUTHENTICATE, 2, authenticate("alice", "pw"));
            assertThat(client.isHungUp()).isTrue();
        }
        try (WireClient client = login("alice")) {
            var again = client.ask(
                    KafkaApi.SASL_AUTHENTICATE, 2, authenticate("alice", "pw"), SaslAuthenticateResponseData.class);
            assertThat(again.errorCode()).isEqualTo(ILLEGAL_STATE);
        }
    }

    @Test
    void anUnknownClientMaySendNoLargeRequest() {
        try (WireClient client = server.client()) {
            client.write(
                    ByteBuffer.allocate(6).putInt(1 << 20).putShort((short) 0).array());

            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void aSessionThatWasNotRenewedEndsAndOneThatWasGoesOn() {
        try (WireClient ended = login("alice");
                WireClient renewed = login("alice")) {
            NOW_MS.addAndGet(SESSION_MS - 1);
            assertThat(listGroups(ended)).isZero();
            assertThat(logIn(renewed, "alice", "PLAIN").sessionLifetimeMs()).isEqualTo(SESSION_MS);
            NOW_MS.addAndGet(1);

            assertThat(listGroups(renewed)).isZero();
            ended.send(KafkaApi.LIST_GROUPS, 4, new ListGroupsRequestData());
            assertThat(ended.isHungUp()).isTrue();
        }
    }

    @Test
    void aSessionIsRenewedByItsOwnUserAndMechanismOnly() {
        try (WireClient other = login("alice");
                WireClient otherWay = login("alice")) {
            assertThat(logIn(other, "bob", "PLAIN").errorCode()).isEqualTo(FAILED);
            assertThat(other.isHungUp()).isTrue();
            assertThat(logIn(otherWay, "alice", "SCRAM-SHA-512").errorCode()).isEqualTo(FAILED);
            assertThat(otherWay.isHungUp()).isTrue();
        }
    }

    @Test
    void everyEndOfALoginIsCounted() {
        double right = logins("sluice_kafka_logins_total", "PLAIN");
        double wrong = logins("sluice_kafka_login_failures_total", "PLAIN");
        double other = logins("sluice_kafka_login_failures_total", "(other)");
        try (WireClient client = login("alice");
                WireClient guesser = server.client();
                WireClient stranger = server.client()) {
            logIn(client, "alice", "PLAIN");
            guesser.ask(KafkaApi.SASL_HANDSHAKE, 1, handshake("PLAIN"), SaslHandshakeResponseData.class);
            guesser.ask(
                    KafkaApi.SASL_AUTHENTICATE, 2, authenticate("alice", "guess"), SaslAuthenticateResponseData.class);
            stranger.ask(KafkaApi.SASL_HANDSHAKE, 1, handshake("GSSAPI"), SaslHandshakeResponseData.class);
        }
        assertThat(logins("sluice_kafka_logins_total", "PLAIN")).isEqualTo(right + 2);
        assertThat(logins("sluice_kafka_login_failures_total", "PLAIN")).isEqualTo(wrong + 1);
        assertThat(logins("sluice_kafka_login_failures_total", "(other)")).isEqualTo(other + 1);
    }

    private static double logins(String name, String mechanism) {
        double[] found = {-1};
        server.kafka.collect(metric -> {
            if (metric.name().equals(name) && metric.labels().equals(Map.of("mechanism", mechanism))) {
                found[0] = metric.value();
            }
        });
        return found[0];
    }

    private static WireClient login(String user) {
        WireClient client = server.client();
        assertThat(logIn(client, user, "PLAIN").errorCode()).isZero();
        return client;
    }

    private static SaslAuthenticateResponseData logIn(WireClient client, String user, String mechanism) {
        client.ask(KafkaApi.SASL_HANDSHAKE, 1, handshake(mechanism), SaslHandshakeResponseData.class);
        return client.ask(KafkaApi.SASL_AUTHENTICATE, 2, authenticate(user, "pw"), SaslAuthenticateResponseData.class);
    }

    private static short listGroups(WireClient client) {
        return client.ask(KafkaApi.LIST_GROUPS, 4, new ListGroupsRequestData(), ListGroupsResponseData.class)
                .errorCode();
    }

    private static SaslHandshakeRequestData handshake(String mechanism) {
        return new SaslHandshakeRequestData().setMechanism(mechanism);
    }

    private static SaslAuthenticateRequestData authenticate(String user, String password) {
        return new SaslAuthenticateRequestData().setAuthBytes(token(user, password));
    }

    private static byte[] token(String user, String password) {
        return ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] framed(byte[] bytes) {
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }
}
