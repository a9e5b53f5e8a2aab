package io.sluice.broker.topic;

import java.util.Optional;

/** Which names topics may have: the rules of Kafka's {@code Topic.validate} and {@code Topic.hasCollision}. */
final class TopicNames {
    private static final int LENGTH_MAX = 249;

    private TopicNames() {}

    /** Why not, empty if it may. */
    static Optional<String> whyInvalid(String name) {
        if (name.isEmpty()) {
            return Optional.of("a topic name cannot be empty");
        }
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("a topic cannot be called \".\" or \"..\"");
        }
        if (name.length() > LENGTH_MAX) {
            return Optional.of("a topic name has at most " + LENGTH_MAX + " characters, this one " + name.length());
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isAllowed(name.charAt(i))) {
                return Optional.of("a topic name has only letters a-z A-Z, digits, '.', '_' and '-'; character "
                        + (i + 1) + " is another");
            }
        }
        return Optional.empty();
    }

    /** Equal for names that differ in '.' and '_' only: metric names cannot tell them apart, so one of them may exist. */
    static String unified(String name) {
        return name.replace('.', '_');
    }

    private static boolean isAllowed(char character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || character == '.'
                || character == '_'
                || character == '-';
    }
}
