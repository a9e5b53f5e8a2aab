package io.sluice.broker.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.broker.api.LoginStep;
import io.sluice.common.FileSource;
import io.sluice.common.SimulatedClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bearer tokens whose keys an issuer tells by HTTP: it changes them, goes away, tells nonsense. */
final class TokenKeysByUrlTest {
    private static final String ISSUER = "https://issuer.example";
    private static final String AUDIENCE = "sluice";
    private static final int UNAVAILABLE = 503;

    private final SimulatedClock clock = new SimulatedClock();
    private final AtomicInteger questions = new AtomicInteger();
    private final HttpServer server;
    private volatile String answer = "";
    private final JwtTokenCheck check;

    TokenKeysByUrlTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/keys", this::serve);
        server.start();
        check = JwtTokenCheck.of(
                settings("http://127.0.0.1:" + server.getAddress().getPort() + "/keys"), new NoFiles(), clock);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            questions.incrementAndGet();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            if (body.length == 0) {
                exchange.sendResponseHeaders(UNAVAILABLE, -1);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static TokenSettings settings(String jwks) {
        return new TokenSettings(jwks, Optional.of(ISSUER), List.of(AUDIENCE), Set.of("ES256"), "sub", 0);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aTokenOfTheIssuerLetsInUntilItEnds() {
        ECKey key = tell("k1");
        String token = token(key, ISSUER, AUDIENCE, clock.wallMs() + 60_000);

        LoginStep step = check.check(token);

        assertThat(step).isInstanceOfSatisfying(LoginStep.Success.class, success -> {
            assertThat(success.principal().name()).isEqualTo("robot");
            assertThat(success.expiresWallMs()).isEqualTo((clock.wallMs() + 60_000) / 1_000 * 1_000);
        });
        clock.advanceMs(61_000);
        assertThat(isIn(token)).isFalse();
    }

    @Test
    void tokensOfOthersForOthersOrWithoutASignatureDoNotLetIn() {
        ECKey key = tell("k1");
        long endMs = clock.wallMs() + 60_000;

        assertThat(isIn(token(key, "https://other.example", AUDIENCE, endMs))).isFalse();
        assertThat(isIn(token(key, ISSUER, "other", endMs))).isFalse();
        assertThat(isIn(token(key, ISSUER, AUDIENCE, clock.wallMs() - 1_000))).isFalse();
        assertThat(isIn(token(newKey("k1"), ISSUER, AUDIENCE, endMs)))
                .as("another key of that name")
                .isFalse();
        assertThat(isIn("eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb2JvdCJ9.")).isFalse();
        assertThat(questions).hasValue(1);
    }

    @Test
    void aNewKeyOfTheIssuerIsGoodAtOnceAndTheOldOneUntilItIsSeenToBeGone() {
        ECKey old = tell("k1");
        assertThat(isIn(token(old))).isTrue();

        ECKey next = tell("k2");

        assertThat(isIn(token(old))).as("fetched a moment ago").isTrue();
        assertThat(isIn(token(next))).isTrue();
        assertThat(isIn(token(old))).isFalse();
    }

    @Test
    void keysNobodyKnowsMakeTheBrokerAskNowAndThenOnly() {
        ECKey key = tell("k1");
        for (int i = 0; i < 20; i++) {
            assertThat(isIn(token(newKey("unknown-" + i)))).isFalse();
        }
        assertThat(questions).hasValue(2);
        clock.advanceMs(KeyUrl.PAUSE_MS);
        assertThat(isIn(token(newKey("unknown")))).isFalse();
        assertThat(questions).hasValue(3);
        assertThat(isIn(token(key))).isTrue();
    }

    @Test
    void whileTheIssuerIsAwayItsLastKeysServeForADay() {
        ECKey key = tell("k1");
        String token = token(key, ISSUER, AUDIENCE, clock.wallMs() + 2 * KeyUrl.USABLE_MS);
        assertThat(isIn(token)).isTrue();

        server.stop(0);

        clock.advanceMs(KeyUrl.FRESH_MS);
        assertThat(isIn(token)).isTrue();
        clock.advanceMs(KeyUrl.USABLE_MS - KeyUrl.FRESH_MS - 1);
        assertThat(isIn(token)).isTrue();
        clock.advanceMs(1);
        assertThat(isIn(token)).isFalse();
    }

    @Test
    void anIssuerThatIsAwayAtFirstIsAskedAgainAfterAPause() {
        ECKey key = newKey("k1");
        assertThat(isIn(token(key))).isFalse();
        assertThat(isIn(token(key))).isFalse();
        assertThat(questions).hasValue(1);

        answer = new JWKSet(key.toPublicJWK()).toString();

        clock.advanceMs(KeyUrl.PAUSE_MS);
        assertThat(isIn(token(key))).isTrue();
    }

    @Test
    void whatIsNoKeySetOrTooLargeForOneIsNotBelieved() {
        ECKey key = tell("k1");
        assertThat(isIn(token(key))).isTrue();
        for (String nonsense : List.of("<html>", "{}", "x".repeat(2 << 20))) {
            answer = nonsense;
            clock.advanceMs(KeyUrl.FRESH_MS);
            assertThat(isIn(token(key))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://issuer.example/keys", "ftp://127.0.0.1/keys", "https:///keys"})
    void keysComeEncryptedOrFromThisMachine(String url) {
        assertThatThrownBy(() -> JwtTokenCheck.of(settings(url), new NoFiles(), clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(url);
    }

    private boolean isIn(String token) {
        return check.check(token) instanceof LoginStep.Success;
    }

    /** The issuer has a new key and no other. */
    private ECKey tell(String name) {
        ECKey key = newKey(name);
        answer = new JWKSet(key.toPublicJWK()).toString();
        return key;
    }

    private static ECKey newKey(String name) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(name).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private String token(ECKey key) {
        return token(key, ISSUER, AUDIENCE, clock.wallMs() + 3_600_000);
    }

    private static String token(ECKey key, String issuer, String audience, long expiresMs) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .subject("robot")
                        .issuer(issuer)
                        .audience(audience)
                        .expirationTime(new Date(expiresMs))
                        .build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    private static final class NoFiles implements FileSource {
        @Override
        public byte[] read(Path file, long bytesMax) throws IOException {
            throw new IOException("no files");
        }

        @Override
        public String stamp(Path file) {
            return "";
        }
    }
}
