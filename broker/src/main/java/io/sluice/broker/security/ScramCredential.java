package io.sluice.broker.security;

import io.sluice.broker.api.ScramMechanism;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a password (RFC 5802, section 3): enough to check a proof of it, not enough to make one.
 *
 * @param iterations of the hash
 * @param salt random
 * @param storedKey H(HMAC(salted password, "Client Key"))
 * @param serverKey HMAC(salted password, "Server Key")
 */
public record ScramCredential(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    /** Of a salted password; cheap. */
    public static ScramCredential of(ScramMechanism mechanism, int iterations, byte[] salt, byte[] saltedPassword) {
        byte[] clientKey = hmac(mechanism, saltedPassword, "Client Key");
        return new ScramCredential(
                iterations, salt.clone(), hash(mechanism, clientKey), hmac(mechanism, saltedPassword, "Server Key"));
    }

    /** Whether the password is the one; takes milliseconds on purpose, so never on an event loop. */
    public boolean isOfPassword(ScramMechanism mechanism, char[] password) {
        byte[] clientKey = hmac(mechanism, mechanism.salted(password, salt, iterations), "Client Key");
        return MessageDigest.isEqual(storedKey, hash(mechanism, clientKey));
    }

    /** HMAC of a text. */
    public static byte[] hmac(ScramMechanism mechanism, byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(mechanism.macName());
            mac.init(new SecretKeySpec(key, mechanism.macName()));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + mechanism.mechanismName(), e);
        }
    }

    /** The mechanism's hash. */
    public static byte[] hash(ScramMechanism mechanism, byte[] bytes) {
        try {
            return MessageDigest.getInstance(mechanism.hashName()).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + mechanism.mechanismName(), e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScramCredential credential
                && iterations == credential.iterations
                && Arrays.equals(salt, credential.salt)
                && MessageDigest.isEqual(storedKey, credential.storedKey)
                && MessageDigest.isEqual(serverKey, credential.serverKey);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(storedKey);
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "ScramCredential[iterations=" + iterations + "]";
    }
}
