package io.sluice.broker.api;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Ways to store and prove a password without sending it (RFC 5802, RFC 7677), with Kafka's numbers (KIP-554). */
public enum ScramMechanism {
    SCRAM_SHA_256(1, "SCRAM-SHA-256", "HmacSHA256", "SHA-256"),
    SCRAM_SHA_512(2, "SCRAM-SHA-512", "HmacSHA512", "SHA-512");

    /** Fewest iterations accepted, Kafka's and the RFC's minimum. */
    public static final int ITERATIONS_MIN = 4_096;

    /** Most iterations accepted, Kafka's maximum. */
    public static final int ITERATIONS_MAX = 16_384;

    private final byte code;
    private final String mechanismName;
    private final String macName;
    private final String hashName;

    ScramMechanism(int code, String mechanismName, String macName, String hashName) {
        this.code = (byte) code;
        this.mechanismName = mechanismName;
        this.macName = macName;
        this.hashName = hashName;
    }

    /** Number in Kafka's protocol. */
    public byte code() {
        return code;
    }

    /** SASL's name. */
    public String mechanismName() {
        return mechanismName;
    }

    /** Name of its HMAC in the JDK. */
    public String macName() {
        return macName;
    }

    /** Name of its hash in the JDK. */
    public String hashName() {
        return hashName;
    }

    /** Bytes of every key of the mechanism. */
    public int hashBytes() {
        return switch (this) {
            case SCRAM_SHA_256 -> 32;
            case SCRAM_SHA_512 -> 64;
        };
    }

    /**
     * RFC 5802's SaltedPassword, Hi(password, salt, i), which is PBKDF2. The password must not be empty. Takes milliseconds on
     * purpose, so never on an event loop.
     */
    public byte[] salted(char[] password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, hashBytes() * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2With" + macName)
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + mechanismName, e);
        } finally {
            spec.clearPassword();
        }
    }

    /** The mechanism with Kafka's number. */
    public static Optional<ScramMechanism> find(int code) {
        return switch (code) {
            case 1 -> Optional.of(SCRAM_SHA_256);
            case 2 -> Optional.of(SCRAM_SHA_512);
            default -> Optional.empty();
        };
    }

    /** The mechanism with SASL's name. */
    public static Optional<ScramMechanism> named(String mechanismName) {
        for (ScramMechanism mechanism : values()) {
            if (mechanism.mechanismName.equals(mechanismName)) {
                return Optional.of(mechanism);
            }
        }
        return Optional.empty();
    }
}
