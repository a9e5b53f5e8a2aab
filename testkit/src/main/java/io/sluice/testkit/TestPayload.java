package io.sluice.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Values that prove themselves: eight bytes of identity, then bytes that follow from it. Whoever reads a value knows who
 * sent it, as which one of its records, and whether a single bit has changed.
 */
public final class TestPayload {
    /** Answered for bytes that no sender made. */
    public static final long NOT_OURS = -1;

    private static final int SEQUENCE_BITS = 40;
    private static final int FILLER_LIMIT_BYTES = 600;

    private TestPayload() {}

    /** The identity of the {@code sequence}th record of {@code producer}; both from 0. */
    public static long identity(int producer, long sequence) {
        return (long) producer << SEQUENCE_BITS | sequence;
    }

    /** Which producer sent it. */
    public static int producerOf(long identity) {
        return (int) (identity >>> SEQUENCE_BITS);
    }

    /** The value of {@code identity}. */
    public static byte[] valueOf(long identity) {
        SplittableRandom random = new SplittableRandom(identity);
        byte[] filler = new byte[random.nextInt(FILLER_LIMIT_BYTES)];
        random.nextBytes(filler);
        return ByteBuffer.allocate(Long.BYTES + filler.length)
                .putLong(identity)
                .put(filler)
                .array();
    }

    /** The identity in {@code value}, or {@link #NOT_OURS} if it is not byte for byte what was sent. */
    public static long identityOf(byte[] value) {
        if (value.length < Long.BYTES) {
            return NOT_OURS;
        }
        long identity = ByteBuffer.wrap(value).getLong();
        return identity >= 0 && Arrays.equals(value, valueOf(identity)) ? identity : NOT_OURS;
    }
}
