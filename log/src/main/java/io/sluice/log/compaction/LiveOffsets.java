package io.sluice.log.compaction;

import java.util.Arrays;

/** Which offsets of a range hold the newest record of their key: a bit each. Used by one thread. */
public final class LiveOffsets {
    private static final int FIRST_WORDS = 1024;

    private final long fromOffset;
    private final long countMax;
    private long[] words = new long[FIRST_WORDS];

    /** For offsets from this one on, so many at most; none of them is live. */
    public LiveOffsets(long fromOffset, long countMax) {
        this.fromOffset = fromOffset;
        this.countMax = countMax;
    }

    /** Whether there is a bit for the offset, which is not below the first. */
    public boolean holds(long offset) {
        return offset - fromOffset < countMax;
    }

    /** It is live. */
    public void add(long offset) {
        int word = word(offset);
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(word + 1, 2 * words.length));
        }
        words[word] |= 1L << (offset - fromOffset);
    }

    /** A newer one has taken its place; nothing happens to an offset outside of the range. */
    public void remove(long offset) {
        if (offset >= fromOffset) {
            words[word(offset)] &= ~(1L << (offset - fromOffset));
        }
    }

    /** Whether it is live. */
    public boolean contains(long offset) {
        return word(offset) < words.length && (words[word(offset)] & 1L << (offset - fromOffset)) != 0;
    }

    /** Whether any from the first to the last is live. */
    public boolean containsAny(long firstOffset, long lastOffset) {
        int lastWord = Math.min(word(lastOffset), words.length - 1);
        for (int word = word(firstOffset); word <= lastWord; word++) {
            long wanted = -1L;
            if (word == word(firstOffset)) {
                wanted &= -1L << (firstOffset - fromOffset);
            }
            if (word == word(lastOffset)) {
                wanted &= -1L >>> (Long.SIZE - 1 - (lastOffset - fromOffset & Long.SIZE - 1));
            }
            if ((words[word] & wanted) != 0) {
                return true;
            }
        }
        return false;
    }

    private int word(long offset) {
        return (int) (offset - fromOffset >>> 6);
    }
}
