package io.sluice.broker.login;

import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.Credentials;
import io.sluice.common.Clock;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The ways to log in that a door offers, and what holds for all of them. Any thread. */
public final class Logins {
    /** SASL's name of the mechanism that sends the password. */
    public static final String PLAIN = "PLAIN";

    /** SASL's name of the mechanism that sends a token. */
    public static final String OAUTHBEARER = "OAUTHBEARER";

    /** Every mechanism there is. */
    public static final List<String> KNOWN = List.of(PLAIN, "SCRAM-SHA-256", "SCRAM-SHA-512", OAUTHBEARER);

    private final LoginSettings settings;
    private final PasswordSource passwords;
    private final @Nullable TokenCheck tokens;
    private final RandomGenerator random;
    private final Clock clock;

    private Logins(
            LoginSettings settings,
            Credentials credentials,
            @Nullable TokenCheck tokens,
            RandomGenerator random,
            Clock clock) {
        this.settings = settings;
        this.random = random;
        this.clock = clock;
        this.tokens = tokens;
        passwords = new PasswordSource(credentials, random);
    }

    /** Nobody has to log in. */
    public static Logins none(Clock clock) {
        return new Logins(LoginSettings.NONE, Credentials.NONE, null, RandomGenerator.getDefault(), clock);
    }

    /**
     * The mechanisms of the settings. {@code random} must be cryptographically strong and safe for several threads;
     * {@code tokens} is needed for OAUTHBEARER only.
     */
    public static Logins of(
            LoginSettings settings,
            Credentials credentials,
            Optional<TokenCheck> tokens,
            RandomGenerator random,
            Clock clock) {
        return new Logins(settings, credentials, tokens.orElse(null), random, clock);
    }

    /** Whether a client must log in before anything else. */
    public boolean isRequired() {
        return !settings.mechanisms().isEmpty();
    }

    /** Mechanisms and times. */
    public LoginSettings settings() {
        return settings;
    }

    /** Wall time now, for the end of sessions. */
    public long wallMs() {
        return clock.wallMs();
    }

    /** A login by that mechanism; empty if it is not offered. */
    public Optional<LoginExchange> begin(String mechanism) {
        if (!settings.mechanisms().contains(mechanism)) {
            return Optional.empty();
        }
        Optional<ScramMechanism> scram = ScramMechanism.named(mechanism);
        if (scram.isPresent()) {
            return Optional.of(new ScramExchange(scram.get(), passwords, random));
        }
        TokenCheck check = tokens;
        if (mechanism.equals(OAUTHBEARER)) {
            return check == null ? Optional.empty() : Optional.of(new BearerExchange(check));
        }
        return Optional.of(new PlainExchange(passwords));
    }
}
