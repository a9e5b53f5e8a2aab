package io.sluice.testkit.apifuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.common.Uuid;

/** What answers have told of: names, ids, epochs, members. A bounded number of each, newest first out. Safe for any thread. */
final class Learned {
    private static final int KEPT = 32;

    private final Map<String, List<Object>> values = new HashMap<>();
    private final Set<Uuid> protectedIds = new HashSet<>();
    private int nextPlace;

    /** A member of a group, as it would name itself. */
    record Membership(String group, String member, int epoch) {}

    /** No request but those that change nothing may be about this topic. */
    synchronized void protect(Uuid topicId) {
        protectedIds.add(topicId);
    }

    /** Remembers a value of a family; what honest clients use is left out. */
    synchronized void add(String family, Object value) {
        boolean isProtected =
                value instanceof String text && FuzzNames.isProtected(text) || protectedIds.contains(value);
        if (isProtected) {
            return;
        }
        List<Object> known = values.computeIfAbsent(family, name -> new ArrayList<>());
        if (known.contains(value)) {
            return;
        }
        if (known.size() < KEPT) {
            known.add(value);
        } else {
            nextPlace = (nextPlace + 1) % KEPT;
            known.set(nextPlace, value);
        }
    }

    /** One of the family's values of this type, if there is any. */
    synchronized <T> Optional<T> any(String family, Class<T> type, SplittableRandom random) {
        List<Object> known = values.getOrDefault(family, List.of());
        if (known.isEmpty()) {
            return Optional.empty();
        }
        Object value = known.get(random.nextInt(known.size()));
        return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
    }
}
