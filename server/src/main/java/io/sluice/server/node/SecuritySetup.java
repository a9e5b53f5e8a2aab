package io.sluice.server.node;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.LoginSettings;
import io.sluice.broker.api.Logins;
import io.sluice.broker.api.Result;
import io.sluice.broker.login.JwtTokenCheck;
import io.sluice.broker.login.LocalLogins;
import io.sluice.broker.login.TokenCheck;
import io.sluice.broker.login.TokenSettings;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.network.PrincipalMapping;
import io.sluice.network.Tls;
import io.sluice.network.TlsException;
import io.sluice.network.TlsSettings;
import io.sluice.protocol.kafka.KafkaSecurity;
import io.sluice.protocol.redis.RedisSecurity;
import io.sluice.server.settings.SecuritySettings;
import io.sluice.server.settings.SecuritySettings.OfTls;
import io.sluice.server.settings.Setting;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say of TLS and logins, checked before anything is opened: every mistake is one line that names the
 * setting and says what to do.
 *
 * @param kafkaTls of the Kafka listener
 * @param redisTls of the Redis listener with TLS
 * @param isRedisLoginRequired whether Redis clients must log in
 * @param httpTls of the HTTP listener
 * @param mapping names from certificates
 * @param logins mechanisms of the Kafka listener
 * @param tokens who checks bearer tokens
 * @param firstUsers users that are made if they do not exist
 */
record SecuritySetup(
        Optional<Tls> kafkaTls,
        Optional<Tls> redisTls,
        boolean isRedisLoginRequired,
        Optional<Tls> httpTls,
        PrincipalMapping mapping,
        LoginSettings logins,
        Optional<TokenCheck> tokens,
        List<FirstUser> firstUsers) {
    private static final List<String> TELLING = List.of(Logins.PLAIN, Logins.OAUTHBEARER);

    /** Reads certificates, keys and files; throws {@link StartException}. */
    static SecuritySetup of(Settings settings, Clock clock) {
        Optional<Tls> kafkaTls = tls(settings, SecuritySettings.KAFKA_TLS, clock);
        return new SecuritySetup(
                kafkaTls,
                redisTls(settings, clock),
                settings.get(SecuritySettings.REDIS_LOGIN),
                tls(settings, SecuritySettings.HTTP_TLS, clock),
                explained(
                        SecuritySettings.KAFKA_PRINCIPAL_MAPPING,
                        () -> PrincipalMapping.parse(settings.get(SecuritySettings.KAFKA_PRINCIPAL_MAPPING))),
                logins(settings, kafkaTls.isPresent()),
                tokens(settings, clock),
                settings.get(SecuritySettings.USERS_FILE)
                        .map(file -> explained(SecuritySettings.USERS_FILE, () -> FirstUser.read(file)))
                        .orElse(List.of()));
    }

    /** The Kafka listener's part. */
    KafkaSecurity kafka(LocalBroker broker, Clock clock) {
        return new KafkaSecurity(
                new LocalLogins(logins, broker.security(), tokens, new SecureRandom(), clock), kafkaTls, mapping);
    }

    /** The part of one Redis listener. */
    RedisSecurity redis(LocalBroker broker, Clock clock, boolean isTls) {
        LoginSettings required = new LoginSettings(List.of(Logins.PLAIN), 0, logins.failureDelayMs());
        Logins asked = isRedisLoginRequired
                ? new LocalLogins(required, broker.security(), Optional.empty(), new SecureRandom(), clock)
                : Logins.NONE;
        return new RedisSecurity(asked, isTls ? redisTls : Optional.empty());
    }

    private static Optional<Tls> redisTls(Settings settings, Clock clock) {
        Optional<Tls> tls = tls(settings, SecuritySettings.REDIS_TLS, clock);
        if (tls.isEmpty() && settings.get(SluiceSettings.REDIS_TLS_LISTEN).isPresent()) {
            throw wrong(
                    SluiceSettings.REDIS_TLS_LISTEN,
                    "needs " + SecuritySettings.REDIS_TLS.certificate().name(),
                    null);
        }
        return tls;
    }

    /** Makes the first users; throws {@link StartException}. Takes some milliseconds each. */
    void addFirstUsers(LocalBroker broker) {
        if (firstUsers.isEmpty()) {
            return;
        }
        Result<List<ErrorCode>> added = broker.security()
                .addMissing(FirstUser.changes(firstUsers, new SecureRandom()))
                .join();
        boolean isDone = added.isOk() && new HashSet<>(added.get()).equals(new HashSet<>(List.of(ErrorCode.NONE)));
        if (!isDone) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY,
                    "the users of " + SecuritySettings.USERS_FILE.name() + " could not be made: "
                            + (added.isOk() ? added.get() : added.message()),
                    null);
        }
    }

    private static Optional<Tls> tls(Settings settings, OfTls names, Clock clock) {
        TlsSettings.Clients clients =
                TlsSettings.Clients.valueOf(settings.get(names.clients()).toUpperCase(Locale.ROOT));
        return tls(settings, names, clients, clock);
    }

    /** Both ends show a certificate of the authority that both trust; throws {@link StartException}. */
    static Optional<Tls> mutualTls(Settings settings, OfTls names, Clock clock) {
        return tls(settings, names, TlsSettings.Clients.REQUIRED, clock);
    }

    private static Optional<Tls> tls(Settings settings, OfTls names, TlsSettings.Clients clients, Clock clock) {
        Optional<Path> certificate = settings.get(names.certificate());
        if (certificate.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> trust = settings.get(names.trust());
        if (clients != TlsSettings.Clients.NONE && trust.isEmpty()) {
            boolean isChosen = !settings.get(names.clients()).equalsIgnoreCase(TlsSettings.Clients.NONE.name());
            throw wrong(
                    isChosen ? names.clients() : names.certificate(),
                    "needs " + names.trust().name() + " to check the certificates by",
                    null);
        }
        if (settings.get(names.protocols()).isEmpty()) {
            throw wrong(names.protocols(), "names no version", null);
        }
        TlsSettings tls = new TlsSettings(
                certificate.get(),
                settings.get(names.key()),
                settings.get(names.passwordFile()),
                trust,
                clients,
                settings.get(names.protocols()),
                settings.get(names.handshakeTimeoutMs()));
        return Optional.of(explained(names.certificate(), () -> Tls.open(tls, new RealFiles(), clock)));
    }

    private static LoginSettings logins(Settings settings, boolean isTls) {
        List<String> mechanisms = settings.get(SecuritySettings.KAFKA_SASL_MECHANISMS);
        boolean mayTell = isTls || settings.get(SecuritySettings.KAFKA_PLAIN_WITHOUT_TLS);
        for (String mechanism : mechanisms) {
            if (TELLING.contains(mechanism) && !mayTell) {
                throw wrong(
                        SecuritySettings.KAFKA_SASL_MECHANISMS,
                        "offers " + mechanism + ", which needs TLS; set "
                                + SecuritySettings.KAFKA_TLS.certificate().name() + ", or "
                                + SecuritySettings.KAFKA_PLAIN_WITHOUT_TLS.name() + "=true in a network you trust",
                        null);
            }
        }
        return new LoginSettings(
                mechanisms,
                settings.get(SecuritySettings.KAFKA_SASL_SESSION_MAX_MS),
                settings.get(SecuritySettings.KAFKA_SASL_FAILURE_DELAY_MS));
    }

    private static Optional<TokenCheck> tokens(Settings settings, Clock clock) {
        if (!settings.get(SecuritySettings.KAFKA_SASL_MECHANISMS).contains(Logins.OAUTHBEARER)) {
            return Optional.empty();
        }
        String jwks = settings.get(SecuritySettings.OAUTH_JWKS);
        if (jwks.isEmpty()) {
            throw wrong(SecuritySettings.OAUTH_JWKS, "must name the issuer's keys, since OAUTHBEARER is offered", null);
        }
        String issuer = settings.get(SecuritySettings.OAUTH_ISSUER);
        TokenSettings tokens = new TokenSettings(
                jwks,
                issuer.isEmpty() ? Optional.empty() : Optional.of(issuer),
                Arrays.stream(settings.get(SecuritySettings.OAUTH_AUDIENCE).split(",", -1))
                        .map(String::strip)
                        .filter(audience -> !audience.isEmpty())
                        .toList(),
                new HashSet<>(settings.get(SecuritySettings.OAUTH_ALGORITHMS)),
                settings.get(SecuritySettings.OAUTH_PRINCIPAL_CLAIM),
                settings.get(SecuritySettings.OAUTH_CLOCK_SKEW_MS));
        return Optional.of(
                explained(SecuritySettings.OAUTH_JWKS, () -> JwtTokenCheck.of(tokens, new RealFiles(), clock)));
    }

    private interface Reading<T> {
        T read();
    }

    private static <T> T explained(Setting<?> setting, Reading<T> reading) {
        try {
            return reading.read();
        } catch (TlsException | IllegalArgumentException e) {
            throw wrong(setting, String.valueOf(e.getMessage()), e);
        }
    }

    private static StartException wrong(Setting<?> setting, String what, @Nullable Throwable cause) {
        return new StartException(ExitCode.USAGE, setting.name() + ": " + what, cause);
    }
}
