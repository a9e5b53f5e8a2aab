package io.sluice.broker.group;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of topic names in RE2 syntax, whose matching takes time linear in the name whatever the pattern (KIP-848). A
 * name matches as a whole. Immutable; any thread.
 */
final class TopicPattern {
    /** A compiled pattern is many times its text; no list of topics needs more. */
    private static final int LENGTH_MAX = 4_096;

    /** RE2/J goes down into groups by recursion. */
    private static final int GROUPS_MAX = 200;

    /**
     * RE2/J writes counted repetitions out, and nested ones multiply: {@code ((a{1000}){1000}){1000}} would take all the
     * memory there is.
     */
    private static final int WRITTEN_OUT_MAX = 8_192;

    /**
     * Ways that are tried side by side for each character of a name: on five thousand names some hundred cost a second, which
     * everybody in the shard waits for.
     */
    private static final int CHOICES_MAX = 512;

    /** RE2/J allows no more; larger numbers need not be told apart. */
    private static final int TIMES_MAX = 1_001;

    private static final int TIMES_DIGITS_MAX = 4;

    private static final Pattern COUNTED = Pattern.compile("(?s)(.?)\\{(\\d+)(?:,(\\d*))?\\}");

    private final Pattern pattern;

    private TopicPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** The pattern; empty if it is none or too large. */
    static Optional<TopicPattern> compile(String text) {
        if (text.length() > LENGTH_MAX || !isSmall(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TopicPattern(Pattern.compile(text)));
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    /** Counts too much rather than too little: what stands in brackets or is quoted counts as if it did not. */
    private static boolean isSmall(String text) {
        // An empty quotation between a group and its count would hide that the count is the group's.
        boolean isQuoting = text.contains("\\Q") || text.contains("\\E");
        long size = text.length();
        long choices = count(text, "*+?|");
        long factor = 1;
        Matcher counted = COUNTED.matcher(text);
        while (counted.find() && size * factor <= WRITTEN_OUT_MAX) {
            int least = times(counted.group(2));
            int most = Math.max(least, times(counted.group(3)));
            choices += most - least + 1;
            if (isQuoting || counted.group(1).equals(")")) {
                factor *= Math.max(most, 1);
            } else {
                size += most;
            }
        }
        return size * factor <= WRITTEN_OUT_MAX && choices * factor <= CHOICES_MAX && count(text, "(") <= GROUPS_MAX;
    }

    private static long count(String text, String characters) {
        return text.chars()
                .filter(character -> characters.indexOf(character) >= 0)
                .count();
    }

    private static int times(@Nullable String digits) {
        if (digits == null || digits.isEmpty()) {
            return 0;
        }
        return digits.length() > TIMES_DIGITS_MAX ? TIMES_MAX : Math.min(Integer.parseInt(digits), TIMES_MAX);
    }

    boolean matches(String topic) {
        return pattern.matches(topic);
    }

    /** Names of the topics there are that match and are visible, sorted. */
    List<String> resolve(TopicView topics, Predicate<String> visible) {
        return topics.all().stream()
                .map(TopicView.Shape::name)
                .filter(name -> matches(name) && visible.test(name))
                .sorted()
                .toList();
    }
}
