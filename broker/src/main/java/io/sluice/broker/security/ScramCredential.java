package io.sluice.broker.security;

import io.sluice.broker.api.ScramMechanism;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
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
        byte[] clientKey = hmac(mechanism, salted(mechanism, iterations, salt, password), "Client Key");
        return MessageDigest.isEqual(storedKey, hash(mechanism, clientKey));
    }

    /** RFC 5802's SaltedPassword, Hi(password, salt, i), which is PBKDF2. The password must not be empty. */
    public static byte[] salted(ScramMechanism mechanism, int iterations, byte[] salt, char[] password) {
        int keyBits = hashBytes(mechanism) * Byte.SIZE;
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, keyBits);
        try {
            return SecretKeyFactory.getInstance("PBKDF2With" + mechanism.macName())
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + mechanism.mechanismName(), e);
        } finally {
            spec.clearPassword();
        }
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

    /** Bytes of every key of the mechanism. */
    public static int hashBytes(ScramMechanism mechanism) {
        return switch (mechanism) {
            case SCRAM_SHA_256 -> 32;
            case SCRAM_SHA_512 -> 64;
        };
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
