package io.sluice.broker.stream;

import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** 128 bits that stand for bytes of any number: the first of their SHA-256, so that nobody makes two that are alike. */
record Fingerprint(long high, long low) implements Comparable<Fingerprint> {
    /** How many bytes it has. */
    static final int LENGTH_BYTES = 16;

    /** Of parts in this order; where one ends counts, too. */
    static Fingerprint of(List<byte[]> parts) {
        MessageDigest digest = sha256();
        for (byte[] part : parts) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
            digest.update(part);
        }
        ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
        return new Fingerprint(bytes.getLong(), bytes.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new BrokenInvariantException("every Java has SHA-256: " + missing.getMessage());
        }
    }

    byte[] bytes() {
        return ByteBuffer.allocate(LENGTH_BYTES).putLong(high).putLong(low).array();
    }

    @Override
    public int compareTo(Fingerprint other) {
        int byHigh = Long.compare(high, other.high);
        return byHigh != 0 ? byHigh : Long.compare(low, other.low);
    }
}
