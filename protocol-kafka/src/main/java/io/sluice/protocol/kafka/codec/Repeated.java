package io.sluice.protocol.kafka.codec;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What a request names more than once: Kafka refuses every mention of it. */
public final class Repeated {
    private Repeated() {}

    /** Those that are there twice or more. */
    public static <T> Set<T> of(Collection<T> named) {
        Set<T> seen = new HashSet<>();
        Set<T> repeated = new HashSet<>();
        for (T each : named) {
            if (!seen.add(each)) {
                repeated.add(each);
            }
        }
        return repeated;
    }
}
