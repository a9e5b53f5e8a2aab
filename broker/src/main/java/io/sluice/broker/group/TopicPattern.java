package io.sluice.broker.group;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A pattern of topic names in RE2 syntax, whose matching takes time linear in the name whatever the pattern (KIP-848). A
 * name matches as a whole. Immutable; any thread.
 */
final class TopicPattern {
    /** A compiled pattern is many times its text; no list of topics needs more. */
    private static final int LENGTH_MAX = 4_096;

    private final Pattern pattern;

    private TopicPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** The pattern; empty if it is none or too long. */
    static Optional<TopicPattern> compile(String text) {
        if (text.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TopicPattern(Pattern.compile(text)));
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
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
