package io.sluice.broker.config;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The list {@code cleanup.policy}: delete, compact, both in any order, or empty for neither. */
final class CleanupPolicy {
    static final Bounds<String> BOUNDS =
            new Bounds<>("must be a list of delete and compact, each at most once", CleanupPolicy::isValid);

    private static final String COMPACT = "compact";
    private static final String DELETE = "delete";
    private static final Set<String> ALLOWED = Set.of(COMPACT, DELETE);

    private CleanupPolicy() {}

    private static boolean isValid(String text) {
        List<String> names = names(text);
        return ALLOWED.containsAll(names) && new HashSet<>(names).size() == names.size();
    }

    private static List<String> names(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    static boolean compacts(String text) {
        return names(text).contains(COMPACT);
    }

    static boolean deletes(String text) {
        return names(text).contains(DELETE);
    }
}
