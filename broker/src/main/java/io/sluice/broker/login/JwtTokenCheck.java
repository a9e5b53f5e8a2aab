package io.sluice.broker.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.sluice.broker.api.LoginStep;
import io.sluice.broker.api.Principal;
import io.sluice.common.Clock;
import io.sluice.common.FileSource;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;

/**
 * Bearer tokens that are signed JWTs (RFC 7519, RFC 9068): signature by a key of the issuer's set, algorithm allowed,
 * issuer, audience, expiry. Any thread; may wait for the issuer to give its keys.
 */
public final class JwtTokenCheck implements TokenCheck {
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int READ_TIMEOUT_MS = 2_000;
    private static final int KEYS_BYTES_MAX = 1 << 20;
    private static final int TOKEN_CHARACTERS_MAX = 64 << 10;

    private final TokenSettings settings;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private JwtTokenCheck(TokenSettings settings, JWKSource<SecurityContext> keys, Clock clock) {
        this.settings = settings;
        Set<JWSAlgorithm> algorithms = new HashSet<>();
        settings.algorithms().forEach(name -> algorithms.add(JWSAlgorithm.parse(name)));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
        processor.setJWTClaimsSetVerifier(new Claims(settings, clock));
    }

    /**
     * With the keys of a file or an URL. Throws {@link IllegalArgumentException} with one sentence if there can be none.
     */
    public static JwtTokenCheck of(TokenSettings settings, FileSource files, Clock clock) {
        boolean isUrl = settings.jwks().contains("://");
        return new JwtTokenCheck(
                settings, isUrl ? fromUrl(settings.jwks(), clock) : fromFile(settings.jwks(), files), clock);
    }

    private static JWKSource<SecurityContext> fromFile(String path, FileSource files) {
        KeyFile file = new KeyFile(Path.of(path), files);
        file.read();
        return file;
    }

    private static JWKSource<SecurityContext> fromUrl(String url, Clock clock) {
        URI uri = URI.create(url);
        boolean isLocal = "127.0.0.1".equals(uri.getHost()) || "localhost".equals(uri.getHost());
        boolean isEncrypted = "https".equals(uri.getScheme()) && uri.getHost() != null;
        if (!isEncrypted && !("http".equals(uri.getScheme()) && isLocal)) {
            throw new IllegalArgumentException("keys come by https only, not from " + url);
        }
        try {
            return new KeyUrl(
                    uri.toURL(),
                    new DefaultResourceRetriever(CONNECT_TIMEOUT_MS, READ_TIMEOUT_MS, KEYS_BYTES_MAX),
                    clock);
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(url + " is no URL", e);
        }
    }

    @Override
    public LoginStep check(String token) {
        if (token.length() > TOKEN_CHARACTERS_MAX) {
            return new LoginStep.Failure("a token of " + token.length() + " characters");
        }
        try {
            JWTClaimsSet claims = processor.process(token, null);
            String name = claims.getStringClaim(settings.principalClaim());
            return name == null || name.isEmpty()
                    ? new LoginStep.Failure("the token has no claim " + settings.principalClaim())
                    : new LoginStep.Success(
                            new byte[0],
                            Principal.user(name),
                            claims.getExpirationTime().toInstant().toEpochMilli());
        } catch (ParseException e) {
            return new LoginStep.Failure("the token is no signed JWT");
        } catch (BadJOSEException | JOSEException e) {
            return new LoginStep.Failure("the token is refused: " + e.getMessage());
        }
    }

    /** Issuer, audience and times, by our clock. */
    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final Clock clock;

        Claims(TokenSettings settings, Clock clock) {
            super(
                    settings.audiences().isEmpty() ? null : Set.copyOf(settings.audiences()),
                    exactly(settings),
                    Set.of("exp", settings.principalClaim()),
                    Set.of());
            this.clock = clock;
            setMaxClockSkew((int) (settings.clockSkewMs() / 1_000));
        }

        private static JWTClaimsSet exactly(TokenSettings settings) {
            JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
            settings.issuer().ifPresent(claims::issuer);
            return claims.build();
        }

        @Override
        protected Date currentTime() {
            return Date.from(Instant.ofEpochMilli(clock.wallMs()));
        }
    }
}
