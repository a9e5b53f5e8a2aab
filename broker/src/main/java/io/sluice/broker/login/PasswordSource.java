package io.sluice.broker.login;

import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.Credentials;
import io.sluice.broker.security.ScramCredential;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/** Credentials of users, and for names that no user has such that look the same at every try. Any thread. */
final class PasswordSource {
    private static final int SECRET_BYTES = 32;
    private static final int SALT_BYTES = 24;

    private final Credentials credentials;
    private final Semaphore hashing =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private final byte[] secret = new byte[SECRET_BYTES];

    PasswordSource(Credentials credentials, RandomGenerator random) {
        this.credentials = credentials;
        random.nextBytes(secret);
    }

    /** The user's credential; else one that no password fits, whose salt depends on the name and our secret. */
    ScramCredential findOrInvent(String user, ScramMechanism mechanism) {
        return credentials.find(user, mechanism).orElseGet(() -> invent(user, mechanism));
    }

    /**
     * Whether the password is the user's, by whichever credential there is; takes as long for a user that does not exist.
     * Few are hashed at the same time, so that many logins leave the other virtual threads a core.
     */
    boolean isPasswordOf(String user, char[] password) {
        ScramMechanism known = ScramMechanism.SCRAM_SHA_256;
        for (ScramMechanism mechanism : ScramMechanism.values()) {
            known = credentials.find(user, mechanism).isPresent() ? mechanism : known;
        }
        hashing.acquireUninterruptibly();
        try {
            return findOrInvent(user, known).isOfPassword(known, password);
        } finally {
            hashing.release();
        }
    }

    private ScramCredential invent(String user, ScramMechanism mechanism) {
        byte[] key = ScramCredential.hmac(mechanism, secret, user);
        // The keys are of no password: their hash was never one of a client key.
        return new ScramCredential(ScramMechanism.ITERATIONS_MIN, Arrays.copyOf(key, SALT_BYTES), key, key);
    }
}
