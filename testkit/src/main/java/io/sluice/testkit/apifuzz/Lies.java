package io.sluice.testkit.apifuzz;

import java.util.SplittableRandom;

/** Decides where a request says something untrue about its own form. Owner: one thread. */
final class Lies {
    private static final int OVERLONG_VARINT_BYTES = 10;

    private final SplittableRandom random;
    private final int oneIn;
    private int told;

    private Lies(SplittableRandom random, int oneIn) {
        this.random = random;
        this.oneIn = oneIn;
    }

    static Lies none() {
        return new Lies(new SplittableRandom(0), 0);
    }

    /** About one of {@code oneIn} occasions is taken. */
    static Lies oneIn(int oneIn, SplittableRandom random) {
        return new Lies(random, oneIn);
    }

    boolean tells() {
        if (oneIn == 0 || random.nextInt(oneIn) != 0) {
            return false;
        }
        told++;
        return true;
    }

    int told() {
        return told;
    }

    /** Writes the length of a text, bytes or an array; -1 is null. */
    void length(int actual, LengthForm form, ByteSink target) {
        if (!tells()) {
            form.write(actual, target);
            return;
        }
        switch (random.nextInt(9)) {
            case 0 -> form.write(actual + 1, target);
            case 1 -> form.write(actual - 1, target);
            case 2 -> form.write(-1, target);
            case 3 -> form.write(-2, target);
            case 4 -> form.write(Integer.MAX_VALUE, target);
            case 5 -> form.write(Integer.MIN_VALUE, target);
            case 6 -> form.write(actual + random.nextInt(1_000), target);
            case 7 -> form.write(1 << (20 + random.nextInt(10)), target);
            default -> overlong(target);
        }
    }

    // No varint of 32 bits is as long as this.
    private static void overlong(ByteSink target) {
        for (int i = 0; i < OVERLONG_VARINT_BYTES; i++) {
            target.int8(0xff);
        }
    }
}
