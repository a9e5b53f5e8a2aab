package io.sluice.broker.login;

import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.Credentials;
import io.sluice.broker.security.ScramCredential;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Credentials of users, and for names that no user has such that look the same at every try. Any thread. */
final class PasswordSource {
    private static final int SECRET_BYTES = 32;
    private static final int SALT_BYTES = 24;

    private final Credentials credentials;
    private final byte[] secret = new byte[SECRET_BYTES];

    PasswordSource(Credentials credentials, RandomGenerator random) {
        this.credentials = credentials;
        random.nextBytes(secret);
    }

    /** The user's credential; else one that no password fits, whose salt depends on the name and our secret. */
    ScramCredential findOrInvent(String user, ScramMechanism mechanism) {
        return credentials.find(user, mechanism).orElseGet(() -> invent(user, mechanism));
    }

    /** The user's credential of whichever mechanism, to check a password itself. */
    Checkable findAny(String user) {
        for (ScramMechanism mechanism : ScramMechanism.values()) {
            var known = credentials.find(user, mechanism);
            if (known.isPresent()) {
                return new Checkable(mechanism, known.get());
            }
        }
        return new Checkable(ScramMechanism.SCRAM_SHA_256, invent(user, ScramMechanism.SCRAM_SHA_256));
    }

    /** A credential and how it was made. */
    record Checkable(ScramMechanism mechanism, ScramCredential credential) {
        boolean isOfPassword(char[] password) {
            return credential.isOfPassword(mechanism, password);
        }
    }

    private ScramCredential invent(String user, ScramMechanism mechanism) {
        byte[] key = ScramCredential.hmac(mechanism, secret, user);
        // The keys are of no password: their hash was never one of a client key.
        return new ScramCredential(ScramMechanism.ITERATIONS_MIN, Arrays.copyOf(key, SALT_BYTES), key, key);
    }
}
