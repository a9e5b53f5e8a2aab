package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;

/** The ways to log in that a door offers. Any thread. */
public interface Logins {
    /** SASL's name of the mechanism that sends the password. */
    String PLAIN = "PLAIN";

    /** SASL's name of the mechanism that sends a token. */
    String OAUTHBEARER = "OAUTHBEARER";

    /** Every mechanism there is. */
    List<String> KNOWN = List.of(PLAIN, "SCRAM-SHA-256", "SCRAM-SHA-512", OAUTHBEARER);

    /** Nobody has to log in. */
    Logins NONE = new Logins() {
        @Override
        public LoginSettings settings() {
            return LoginSettings.NONE;
        }

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public Optional<LoginExchange> begin(String mechanism) {
            return Optional.empty();
        }
    };

    /** Mechanisms and times. */
    LoginSettings settings();

    /** Wall time now, for the end of sessions. */
    long wallMs();

    /** A login by that mechanism; empty if it is not offered. */
    Optional<LoginExchange> begin(String mechanism);

    /** Whether a client must log in before anything else. */
    default boolean isRequired() {
        return !settings().mechanisms().isEmpty();
    }
}
