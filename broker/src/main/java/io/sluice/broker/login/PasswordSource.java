package io.sluice.broker.login;

import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.Credentials;
import io.sluice.broker.security.ScramCredential;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * Credentials of users, and for names that no user has such that look like theirs, and the same at every try: nobody can
 * tell by salt, iterations or time which users there are. Any thread.
 */
final class PasswordSource {
    private static final int SECRET_BYTES = 32;
    private static final int SALT_BYTES = 24;
    private static final String LETTERS_AND_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

    private final Credentials credentials;
    private final Semaphore hashing =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private final byte[] secret = new byte[SECRET_BYTES];

    PasswordSource(Credentials credentials, RandomGenerator random) {
        this.credentials = credentials;
        random.nextBytes(secret);
    }

    /** The user's credential; else one that no password fits, which depends on the name and our secret. */
    ScramCredential findOrInvent(String user, ScramMechanism mechanism) {
        return credentials.find(user, mechanism).orElseGet(() -> invent(user, mechanism));
    }

    /**
     * Whether the password is the user's, by whichever credential there is; takes as long for a user that does not exist.
     * Few are hashed at the same time, so that many logins leave the other virtual threads a core.
     */
    boolean isPasswordOf(String user, char[] password) {
        ScramMechanism known = commonest();
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

    private ScramMechanism commonest() {
        ScramMechanism commonest = ScramMechanism.SCRAM_SHA_256;
        for (ScramMechanism mechanism : ScramMechanism.values()) {
            int count = credentials.ofMechanism(mechanism).size();
            commonest = count >= credentials.ofMechanism(commonest).size() ? mechanism : commonest;
        }
        return commonest;
    }

    private ScramCredential invent(String user, ScramMechanism mechanism) {
        byte[] key = ScramCredential.hmac(mechanism, secret, user);
        List<ScramCredential> others = credentials.ofMechanism(mechanism);
        // The keys are of no password: their hash was never one of a client key.
        if (others.isEmpty()) {
            return new ScramCredential(ScramMechanism.ITERATIONS_MIN, Arrays.copyOf(key, SALT_BYTES), key, key);
        }
        double share = Integer.toUnsignedLong(ByteBuffer.wrap(key).getInt()) / (double) (1L << Integer.SIZE);
        ScramCredential other = others.get((int) (share * others.size()));
        return new ScramCredential(other.iterations(), saltLike(other.salt(), user, mechanism), key, key);
    }

    /** As long as the other, and of letters and digits where it is: those that Kafka's clients make are. */
    private byte[] saltLike(byte[] other, String user, ScramMechanism mechanism) {
        String text = new String(other, StandardCharsets.ISO_8859_1);
        boolean isText = text.chars().allMatch(character -> LETTERS_AND_DIGITS.indexOf(character) >= 0);
        byte[] salt = new byte[other.length];
        byte[] block = {};
        for (int i = 0; i < salt.length; i++) {
            int at = i % mechanism.hashBytes();
            block = at == 0 ? ScramCredential.hmac(mechanism, secret, i + " salt of " + user) : block;
            salt[i] = isText
                    ? (byte) LETTERS_AND_DIGITS.charAt((block[at] & 0xFF) % LETTERS_AND_DIGITS.length())
                    : block[at];
        }
        return salt;
    }
}
