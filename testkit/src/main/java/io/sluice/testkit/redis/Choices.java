package io.sluice.testkit.redis;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices by seed, from ranges so small that commands meet each other. Owner: one thread. */
public final class Choices {
    /** Few, so that commands meet; one of them is no text. */
    static final List<String> KEYS = List.of("s", "t", "{t}:2", "b\u00ff\r\n");

    private static final int MS_MAX = 12;
    private static final int SEQ_MAX = 4;

    private final SplittableRandom random;
    private int chosenIds;

    Choices(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The server has chosen so many ids by now. */
    void chosenIds(int count) {
        chosenIds = count;
    }

    /** Zero to below the limit. */
    public int upTo(int limit) {
        return random.nextInt(limit);
    }

    /** True once in so many times. */
    public boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    /** One of these. */
    public String oneOf(String... words) {
        return words[random.nextInt(words.length)];
    }

    /** A key. */
    public String key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    /** An id as a client names an entry, with or without seq; now and then one that the server chose. */
    public String id() {
        if (chosenIds > 0 && chance(6)) {
            return "@" + random.nextInt(chosenIds);
        }
        String ms = Integer.toString(random.nextInt(MS_MAX));
        return chance(4) ? ms : ms + "-" + random.nextInt(SEQ_MAX);
    }

    /** An id for a new entry, which grows slowly so that most are accepted. */
    public String newId(int step) {
        return switch (random.nextInt(12)) {
            case 0 -> id();
            case 1 -> step + "-*";
            case 2 -> Integer.toString(step);
            default -> step + "-" + random.nextInt(SEQ_MAX);
        };
    }

    /** An end of a range. */
    public String bound() {
        return switch (random.nextInt(6)) {
            case 0 -> "-";
            case 1 -> "+";
            case 2 -> "(" + id();
            default -> id();
        };
    }

    /** A number of entries, now and then zero or negative. */
    public String count() {
        return chance(10) ? oneOf("0", "-1", "100000") : Integer.toString(1 + random.nextInt(8));
    }

    /** A field's name or value. */
    public String text() {
        return oneOf("a", "b", "value", "42", "", "two words", "\u00fe\u0000", "\"q\\", "\u00c3\u00a9");
    }
}
