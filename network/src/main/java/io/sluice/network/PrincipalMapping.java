package io.sluice.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Makes user names of certificates' names, by the rules of Kafka's {@code ssl.principal.mapping.rules} (KIP-371): a list
 * of {@code RULE:pattern/replacement/[LU]} and {@code DEFAULT}, of which the first that fits is used; L and U make lower
 * and upper case, {@code DEFAULT} takes the whole name. A slash within a rule is written {@code \/}. Immutable.
 */
public final class PrincipalMapping {
    private static final String RULE = "RULE:";
    private static final Pattern PARTS =
            Pattern.compile("((?:\\\\.|[^\\\\/])*)/((?:\\\\.|[^\\\\/])*)/([LU]?)\\s*(?:,|$)");
    private static final Pattern GROUP_REFERENCE =
            Pattern.compile("(?<!\\\\)\\$(?:(?<number>\\d)|\\{(?<name>[^}]*)\\}|)");

    private final List<Rule> rules;

    private PrincipalMapping(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param pattern of the whole name
     * @param replacement with groups of the pattern
     * @param letters L, U or nothing
     */
    private record Rule(Pattern pattern, String replacement, String letters) {}

    /** Reads rules; {@link IllegalArgumentException} says in a sentence which is wrong. */
    public static PrincipalMapping parse(String text) {
        List<Rule> rules = new ArrayList<>();
        String rest = text.strip();
        while (!rest.isEmpty()) {
            if (rest.startsWith("DEFAULT")) {
                rules.add(new Rule(Pattern.compile("(?s)(.*)"), "$1", ""));
                rest = afterComma(rest.substring("DEFAULT".length()));
            } else if (rest.startsWith(RULE)) {
                Matcher parts = PARTS.matcher(rest).region(RULE.length(), rest.length());
                if (!parts.lookingAt()) {
                    throw new IllegalArgumentException("\"" + rest + "\" is not RULE:pattern/replacement/[LU]");
                }
                rules.add(rule(parts.group(1), parts.group(2), parts.group(3)));
                rest = rest.substring(parts.end()).strip();
            } else {
                throw new IllegalArgumentException("\"" + rest + "\" begins with neither RULE: nor DEFAULT");
            }
        }
        return new PrincipalMapping(rules);
    }

    private static String afterComma(String rest) {
        String stripped = rest.strip();
        if (!stripped.isEmpty() && !stripped.startsWith(",")) {
            throw new IllegalArgumentException("\"" + stripped + "\" does not begin with a comma");
        }
        return stripped.isEmpty() ? "" : stripped.substring(1).strip();
    }

    private static Rule rule(String pattern, String replacement, String letters) {
        try {
            Pattern compiled = Pattern.compile(pattern.replace("\\/", "/"));
            Matcher references = GROUP_REFERENCE.matcher(replacement);
            while (references.find()) {
                if (!hasGroup(compiled, references.group("number"), references.group("name"))) {
                    throw new IllegalArgumentException("\"" + pattern + "\" has no group " + references.group());
                }
            }
            return new Rule(compiled, replacement.replace("\\/", "/"), letters);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("\"" + pattern + "\" is no regular expression", e);
        }
    }

    private static boolean hasGroup(Pattern pattern, @Nullable String number, @Nullable String name) {
        return number == null
                ? name != null && pattern.namedGroups().containsKey(name)
                : Integer.parseInt(number) <= pattern.matcher("").groupCount();
    }

    /** The user's name; empty if no rule fits. */
    public Optional<String> apply(String distinguishedName) {
        for (Rule rule : rules) {
            Matcher matcher = rule.pattern().matcher(distinguishedName);
            if (matcher.matches()) {
                String name = matcher.replaceFirst(rule.replacement());
                return Optional.of(
                        switch (rule.letters()) {
                            case "L" -> name.toLowerCase(Locale.ENGLISH);
                            case "U" -> name.toUpperCase(Locale.ENGLISH);
                            default -> name;
                        });
            }
        }
        return Optional.empty();
    }
}
