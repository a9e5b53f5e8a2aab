package io.sluice.broker.delivery;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Names of the members of a group, as numbers that rows can hold. Numbers begin at 1 and come again only once forgotten. */
final class Members {
    /** No member's. */
    static final int NOBODY = 0;

    /** In the place of a member: a record that nobody had yet, because its time has not come. No member gets this number. */
    static final int THE_CLOCK = Integer.MAX_VALUE;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final TreeMap<Integer, String> names = new TreeMap<>();

    /** The member's number, {@link #NOBODY} if it has none. */
    int numberOf(String name) {
        return numbers.getOrDefault(name, NOBODY);
    }

    /** The name of that number. */
    Optional<String> nameOf(int number) {
        return Optional.ofNullable(names.get(number));
    }

    /** The number that the next new member gets. */
    int nextNumber() {
        return names.isEmpty() ? 1 : names.lastKey() + 1;
    }

    int count() {
        return names.size();
    }

    Collection<Integer> numbers() {
        return names.keySet();
    }

    void add(int number, String name) {
        names.put(number, name);
        numbers.put(name, number);
    }

    void remove(int number) {
        String name = names.remove(number);
        if (name != null) {
            numbers.remove(name);
        }
    }
}
