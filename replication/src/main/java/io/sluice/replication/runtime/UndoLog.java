package io.sluice.replication.runtime;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects inverses of changes; they run last first if the events of the batch do not commit. */
public interface UndoLog {
    /** For events that are committed already: keeps nothing. */
    UndoLog NONE = inverse -> {};

    /** Remembers one inverse. */
    void add(Runnable inverse);

    /** Puts the value into the map, or takes the key out if there is none, and remembers how it was. */
    default <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
        V before = value == null ? map.remove(key) : map.put(key, value);
        add(() -> {
            if (before == null) {
                map.remove(key);
            } else {
                map.put(key, before);
            }
        });
    }
}
