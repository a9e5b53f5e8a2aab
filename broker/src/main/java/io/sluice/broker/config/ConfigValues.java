package io.sluice.broker.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Values that were set and checked by a {@link ConfigTable}.
 *
 * @param explicit text by name, only what was set
 */
public record ConfigValues(Map<String, String> explicit) {
    /** Nothing set: every default. */
    public static final ConfigValues NONE = new ConfigValues(Map.of());

    public ConfigValues {
        explicit = Map.copyOf(explicit);
    }

    /** The value in effect. */
    public <T> T get(ConfigKey<T> key) {
        return find(key).orElse(key.standard());
    }

    /** These but for one. */
    public ConfigValues without(ConfigKey<?> key) {
        Map<String, String> fewer = new HashMap<>(explicit);
        fewer.remove(key.name());
        return new ConfigValues(fewer);
    }

    /** The value if it was set. */
    <T> Optional<T> find(ConfigKey<T> key) {
        return Optional.ofNullable(explicit.get(key.name()))
                .map(text -> key.parse(text).get());
    }
}
