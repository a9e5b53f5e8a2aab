package io.sluice.broker.login;

import io.sluice.broker.api.LoginExchange;
import io.sluice.broker.api.LoginSettings;
import io.sluice.broker.api.Logins;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.Credentials;
import io.sluice.common.Clock;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Logins against the users of this broker, and by tokens of others. Any thread. */
public final class LocalLogins implements Logins {
    private final LoginSettings settings;
    private final PasswordSource passwords;
    private final @Nullable TokenCheck tokens;
    private final RandomGenerator random;
    private final Clock clock;

    /**
     * The mechanisms of the settings. {@code random} must be cryptographically strong and safe for several threads;
     * {@code tokens} is needed for OAUTHBEARER only.
     */
    public LocalLogins(
            LoginSettings settings,
            Credentials credentials,
            Optional<TokenCheck> tokens,
            RandomGenerator random,
            Clock clock) {
        this.settings = settings;
        this.random = random;
        this.clock = clock;
        this.tokens = tokens.orElse(null);
        passwords = new PasswordSource(credentials, random);
    }

    @Override
    public LoginSettings settings() {
        return settings;
    }

    @Override
    public long wallMs() {
        return clock.wallMs();
    }

    @Override
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
