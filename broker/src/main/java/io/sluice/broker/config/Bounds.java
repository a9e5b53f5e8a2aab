package io.sluice.broker.config;

import java.util.List;
import java.util.function.Predicate;

/**
 * Which values a configuration may have.
 *
 * @param text for people: "must be at least 1"
 * @param predicate whether a value is allowed
 */
public record Bounds<T>(String text, Predicate<T> predicate) {
    static <T> Bounds<T> any() {
        return new Bounds<>("any value", value -> true);
    }

    static <T extends Comparable<T>> Bounds<T> atLeast(T least) {
        return new Bounds<>("must be at least " + least, value -> value.compareTo(least) >= 0);
    }

    static <T extends Comparable<T>> Bounds<T> between(T least, T most) {
        return new Bounds<>(
                "must be from " + least + " to " + most,
                value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
    }

    static Bounds<String> oneOf(String... choices) {
        List<String> allowed = List.of(choices);
        return new Bounds<>("must be one of " + String.join(", ", allowed), allowed::contains);
    }

    /** What this version cannot do is refused, not silently ignored. */
    static <T> Bounds<T> only(T value, String reason) {
        return new Bounds<>("must be " + (value.equals("") ? "empty" : value) + ": " + reason, value::equals);
    }

    boolean allows(T value) {
        return predicate.test(value);
    }
}
