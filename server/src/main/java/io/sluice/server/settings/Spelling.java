package io.sluice.server.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant to write. */
final class Spelling {
    private Spelling() {}

    /** The known word with the fewest edits, if these are few enough to be a slip. */
    static Optional<String> closest(String written, Collection<String> known) {
        int tolerated = Math.max(2, written.length() / 3);
        return known.stream()
                .min(Comparator.<String>comparingInt(word -> edits(written, word))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(word -> edits(written, word) <= tolerated);
    }

    /** Insertions, deletions and replacements between two words (Levenshtein). */
    static int edits(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
