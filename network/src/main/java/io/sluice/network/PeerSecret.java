package io.sluice.network;

import io.sluice.common.Check;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What all nodes of a cluster know and a stranger does not. It never travels: each end proves that it knows it, over numbers
 * that the other end has just made up (HMAC-SHA-256, RFC 2104). Immutable; any thread.
 */
public final class PeerSecret {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] PURPOSE = "sluice peer 2\n".getBytes(StandardCharsets.UTF_8);
    private static final byte OF_DIALING = 'D';
    private static final byte OF_DIALED = 'A';

    /** Proves nothing: for networks in which there is nobody else, or where certificates prove it. */
    public static final PeerSecret NONE = new PeerSecret(new byte[0]);

    private final SecretKeySpec key;

    private PeerSecret(byte[] secret) {
        byte[] bytes = new byte[PURPOSE.length + secret.length];
        System.arraycopy(PURPOSE, 0, bytes, 0, PURPOSE.length);
        System.arraycopy(secret, 0, bytes, PURPOSE.length, secret.length);
        key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** The secret of these bytes, at least one. */
    public static PeerSecret of(byte[] secret) {
        Check.check(secret.length > 0, "an empty secret is none");
        return new PeerSecret(secret.clone());
    }

    /** What the end that dialed, or the other, says after both hellos. */
    ByteBuffer proof(boolean ofDialing, ByteBuffer helloOfDialing, ByteBuffer helloOfDialed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(ofDialing ? OF_DIALING : OF_DIALED);
            mac.update(helloOfDialing.duplicate());
            mac.update(helloOfDialed.duplicate());
            return ByteBuffer.wrap(mac.doFinal());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        }
    }

    /** Compares without telling by its time where they differ. */
    static boolean isSame(ByteBuffer one, ByteBuffer other) {
        return MessageDigest.isEqual(bytes(one), bytes(other));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
