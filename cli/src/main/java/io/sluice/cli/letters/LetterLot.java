package io.sluice.cli.letters;

/** How many letters wait for an answer, and how large they are: so many at most, and not more than memory has. One thread. */
final class LetterLot {
    private static final int SIZE_BYTES_MAX = 16 << 20;

    private final int countMax;
    private int count;
    private long sizeBytes;

    LetterLot(int countMax) {
        this.countMax = countMax;
    }

    /** One more waits; whether that is enough. */
    boolean isFullWith(DeadLetter letter) {
        count++;
        sizeBytes += letter.sizeBytes();
        return count >= countMax || sizeBytes >= SIZE_BYTES_MAX;
    }

    /** None waits any more. */
    void clear() {
        count = 0;
        sizeBytes = 0;
    }
}
