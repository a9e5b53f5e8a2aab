package io.sluice.it.security;

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
import java.nio.file.Path;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;

/** An issuer of tokens, and how a client gets them: by the option {@code token} of its JAAS line. */
final class TestTokens {
    static final String ISSUER = "https://issuer.example";
    static final String AUDIENCE = "sluice";

    private final ECKey key;

    TestTokens() {
        this("k1");
    }

    /** Whose key has the name. */
    TestTokens(String keyName) {
        try {
            key = new ECKeyGenerator(Curve.P_256).keyID(keyName).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    Path writeKeys(Path folder) {
        return Certificates.write(folder.resolve("jwks.json"), keys());
    }

    /** The public key as a JSON Web Key Set. */
    String keys() {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    String token(String user, String issuer, String audience, long expiresMs) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .subject(user)
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

    /** Gives the client the token of its configuration. */
    public static final class FromOption implements AuthenticateCallbackHandler {
        private String token = "";

        /** Made by kafka-clients. */
        public FromOption() {}

        @Override
        public void configure(Map<String, ?> configs, String mechanism, java.util.List<AppConfigurationEntry> entries) {
            token = String.valueOf(entries.getFirst().getOptions().get("token"));
        }

        @Override
        public void handle(Callback[] callbacks) {
            for (Callback callback : callbacks) {
                if (callback instanceof OAuthBearerTokenCallback wanted) {
                    wanted.token(new Given(token));
                }
            }
        }

        @Override
        public void close() {}
    }

    private record Given(String value) implements OAuthBearerToken {
        @Override
        public Set<String> scope() {
            return Set.of();
        }

        @Override
        public long lifetimeMs() {
            return Long.MAX_VALUE;
        }

        @Override
        public String principalName() {
            return "client";
        }

        @Override
        public Long startTimeMs() {
            return 0L;
        }
    }
}
