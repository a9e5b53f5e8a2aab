package io.sluice.log.compaction;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * SipHash-2-4 with 128 bits of a record's key (<a href="https://www.aumasson.jp/siphash/siphash.pdf">Aumasson and
 * Bernstein</a>), under a secret: keys that are taken for one lose records, so nobody may be able to find
 * two that are. Used by one thread.
 */
public final class KeyHash {
    private static final int WORD_BYTES = Long.BYTES;

    private final long secret0;
    private final long secret1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long high;
    private long low;

    /** With a secret from the generator. */
    public KeyHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    KeyHash(long secret0, long secret1) {
        this.secret0 = secret0;
        this.secret1 = secret1;
    }

    /** Another with the same secret, for another thread. */
    public KeyHash copy() {
        return new KeyHash(secret0, secret1);
    }

    /** Computes the hash of these bytes, which {@link #high} and {@link #low} answer until the next call. */
    public void of(ByteBuffer bytes, int position, int lengthBytes) {
        v0 = secret0 ^ 0x736f6d6570736575L;
        v1 = secret1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = secret0 ^ 0x6c7967656e657261L;
        v3 = secret1 ^ 0x7465646279746573L;
        int wholeEnd = position + lengthBytes / WORD_BYTES * WORD_BYTES;
        for (int at = position; at < wholeEnd; at += WORD_BYTES) {
            compress(Long.reverseBytes(bytes.getLong(at)));
        }
        long last = (long) lengthBytes << 56;
        for (int at = wholeEnd, shift = 0; at < position + lengthBytes; at++, shift += Byte.SIZE) {
            last |= (bytes.get(at) & 0xFFL) << shift;
        }
        compress(last);
        v2 ^= 0xee;
        finish();
        high = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        finish();
        low = v0 ^ v1 ^ v2 ^ v3;
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void finish() {
        round();
        round();
        round();
        round();
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    /** The first 8 bytes of the last hash. */
    public long high() {
        return high;
    }

    /** The other 8 bytes. */
    public long low() {
        return low;
    }
}
