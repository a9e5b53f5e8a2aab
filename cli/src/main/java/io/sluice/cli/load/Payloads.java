package io.sluice.cli.load;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Values that compress by about half, as much of real text does. Owner: one thread. */
final class Payloads {

    /** Enough that a compressor finds no repetition within a batch of usual size. */
    private static final int VARIANTS = 256;

    private static final byte[] LETTERS = "abcdefghijklmnop".getBytes(StandardCharsets.US_ASCII);

    private final byte[][] variants = new byte[VARIANTS][];
    private int next;

    Payloads(RandomGenerator random, int sizeBytes) {
        for (int variant = 0; variant < VARIANTS; variant++) {
            byte[] value = new byte[sizeBytes];
            for (int index = 0; index < sizeBytes; index++) {
                value[index] = LETTERS[random.nextInt(LETTERS.length)];
            }
            variants[variant] = value;
        }
    }

    /** The next value; the same array comes again and must not be changed. */
    byte[] next() {
        next = (next + 1) % VARIANTS;
        return variants[next];
    }
}
