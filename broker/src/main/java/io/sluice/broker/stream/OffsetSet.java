package io.sluice.broker.stream;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * An immutable set of offsets: those of a stream's entries that were deleted while older ones stayed. Each change makes a new
 * set that shares all chunks but the changed ones, so that a reader keeps what it began with at no cost.
 *
 * <pre>
 *   numbers  3 │ 4 │ 9      chunk n holds the offsets from n · 16384 on, one bit each
 *   chunks   ▒ │ ▒ │ ▒
 * </pre>
 */
final class OffsetSet {
    static final OffsetSet EMPTY = new OffsetSet(new long[0], new long[0][], 0);

    private static final int CHUNK_SHIFT = 14;
    private static final int CHUNK_WORDS = 1 << (CHUNK_SHIFT - 6);
    private static final int CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;
    private static final long[] FULL = full();

    private final long[] numbers;
    private final long[][] chunks;
    private final long count;

    private OffsetSet(long[] numbers, long[][] chunks, long count) {
        this.numbers = numbers;
        this.chunks = chunks;
        this.count = count;
    }

    /** How many there are. */
    long count() {
        return count;
    }

    boolean contains(long offset) {
        int at = Arrays.binarySearch(numbers, offset >>> CHUNK_SHIFT);
        return at >= 0 && (chunks[at][word(offset)] & bit(offset)) != 0;
    }

    /** With these too, which rise. */
    OffsetSet with(long[] offsets) {
        OffsetSet result = this;
        int from = 0;
        while (from < offsets.length) {
            int to = from;
            while (to < offsets.length && offsets[to] >>> CHUNK_SHIFT == offsets[from] >>> CHUNK_SHIFT) {
                to++;
            }
            result = result.withChunk(offsets, from, to);
            from = to;
        }
        return result;
    }

    private OffsetSet withChunk(long[] offsets, int from, int to) {
        long number = offsets[from] >>> CHUNK_SHIFT;
        int at = Arrays.binarySearch(numbers, number);
        long[] words = at >= 0 ? chunks[at].clone() : new long[CHUNK_WORDS];
        long added = 0;
        for (int i = from; i < to; i++) {
            int word = word(offsets[i]);
            added += (words[word] & bit(offsets[i])) == 0 ? 1 : 0;
            words[word] |= bit(offsets[i]);
        }
        if (at >= 0) {
            long[][] changed = chunks.clone();
            changed[at] = words;
            return new OffsetSet(numbers, changed, count + added);
        }
        return inserted(-at - 1, number, words, added);
    }

    private OffsetSet inserted(int at, long number, long[] words, long added) {
        long[] moreNumbers = Arrays.copyOf(numbers, numbers.length + 1);
        long[][] moreChunks = Arrays.copyOf(chunks, chunks.length + 1);
        System.arraycopy(numbers, at, moreNumbers, at + 1, numbers.length - at);
        System.arraycopy(chunks, at, moreChunks, at + 1, chunks.length - at);
        moreNumbers[at] = number;
        moreChunks[at] = words;
        return new OffsetSet(moreNumbers, moreChunks, count + added);
    }

    /** With all of these runs too, which rise and do not touch each other. */
    OffsetSet with(List<Run> runs) {
        TreeMap<Long, long[]> changed = new TreeMap<>();
        for (Run run : runs) {
            long from = run.from();
            while (from < run.to()) {
                long number = from >>> CHUNK_SHIFT;
                long start = number << CHUNK_SHIFT;
                long to = Math.min(run.to(), start + CHUNK_MASK + 1);
                if (to - from > CHUNK_MASK) {
                    changed.put(number, FULL);
                } else {
                    fill(changed.computeIfAbsent(number, this::copyOf), (int) (from - start), (int) (to - start));
                }
                from = to;
            }
        }
        for (int i = 0; i < numbers.length; i++) {
            changed.putIfAbsent(numbers[i], chunks[i]);
        }
        long[][] merged = changed.values().toArray(long[][]::new);
        long total = Arrays.stream(merged).mapToLong(OffsetSet::countOf).sum();
        return new OffsetSet(
                changed.keySet().stream().mapToLong(Long::longValue).toArray(), merged, total);
    }

    /** Offsets from one to before another. */
    record Run(long from, long to) {}

    private long[] copyOf(long number) {
        int at = Arrays.binarySearch(numbers, number);
        return at >= 0 ? chunks[at].clone() : new long[CHUNK_WORDS];
    }

    private static void fill(long[] words, int from, int to) {
        for (int word = from >> 6; word <= (to - 1) >> 6; word++) {
            long bits = word == from >> 6 ? -1L << from : -1L;
            words[word] |= word == (to - 1) >> 6 ? bits & (-1L >>> -to) : bits;
        }
    }

    private static long[] full() {
        long[] words = new long[CHUNK_WORDS];
        Arrays.fill(words, -1L);
        return words;
    }

    /** Without those below the offset. */
    OffsetSet from(long offset) {
        if (count == 0) {
            return this;
        }
        long number = offset >>> CHUNK_SHIFT;
        int at = Arrays.binarySearch(numbers, number);
        int first = at >= 0 ? at : -at - 1;
        if (first == numbers.length) {
            return EMPTY;
        }
        long[] keptNumbers = Arrays.copyOfRange(numbers, first, numbers.length);
        long[][] keptChunks = Arrays.copyOfRange(chunks, first, chunks.length);
        if (at >= 0) {
            long[] words = keptChunks[0].clone();
            Arrays.fill(words, 0, word(offset), 0);
            words[word(offset)] &= -1L << offset;
            keptChunks[0] = words;
        }
        long kept = Arrays.stream(keptChunks).mapToLong(OffsetSet::countOf).sum();
        return kept == 0 ? EMPTY : new OffsetSet(keptNumbers, keptChunks, kept);
    }

    /** How many lie from the offset to before the other. */
    long countBetween(long fromOffset, long toOffset) {
        if (count == 0 || fromOffset >= toOffset) {
            return 0;
        }
        int at = Arrays.binarySearch(numbers, fromOffset >>> CHUNK_SHIFT);
        long found = 0;
        for (int i = at >= 0 ? at : -at - 1; i < numbers.length; i++) {
            long start = numbers[i] << CHUNK_SHIFT;
            if (start >= toOffset) {
                break;
            }
            long from = Math.max(0, fromOffset - start);
            long to = Math.min(1L << CHUNK_SHIFT, toOffset - start);
            found += countIn(chunks[i], (int) from, (int) to);
        }
        return found;
    }

    /** The first offset from this one on that is not in the set. */
    long nextAbsent(long offset) {
        long at = offset;
        while (true) {
            int chunk = count == 0 ? -1 : Arrays.binarySearch(numbers, at >>> CHUNK_SHIFT);
            if (chunk < 0) {
                return at;
            }
            long absent = ~chunks[chunk][word(at)] & (-1L << at);
            if (absent != 0) {
                return (at & -64L) + Long.numberOfTrailingZeros(absent);
            }
            at = (at & -64L) + 64;
        }
    }

    /** The first offset of the set from this one on, −1 if there is none. */
    long nextPresent(long offset) {
        int at = Arrays.binarySearch(numbers, offset >>> CHUNK_SHIFT);
        for (int i = at >= 0 ? at : -at - 1; i < numbers.length; i++) {
            int word = i == at ? word(offset) : 0;
            long left = i == at ? chunks[i][word] & (-1L << offset) : chunks[i][word];
            while (left == 0 && word < CHUNK_WORDS - 1) {
                word++;
                left = chunks[i][word];
            }
            if (left != 0) {
                return (numbers[i] << CHUNK_SHIFT) + (long) word * 64 + Long.numberOfTrailingZeros(left);
            }
        }
        return -1;
    }

    private static long countIn(long[] words, int from, int to) {
        long found = 0;
        for (int word = from >> 6; word <= (to - 1) >> 6 && to > from; word++) {
            long bits = words[word];
            if (word == from >> 6) {
                bits &= -1L << from;
            }
            if (word == (to - 1) >> 6) {
                bits &= -1L >>> -to;
            }
            found += Long.bitCount(bits);
        }
        return found;
    }

    private static long countOf(long[] words) {
        return countIn(words, 0, 1 << CHUNK_SHIFT);
    }

    private static int word(long offset) {
        return (int) (offset & CHUNK_MASK) >> 6;
    }

    private static long bit(long offset) {
        return 1L << offset;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof OffsetSet other
                && count == other.count
                && Arrays.equals(numbers, other.numbers)
                && Arrays.deepEquals(chunks, other.chunks);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(numbers) + Long.hashCode(count);
    }
}
