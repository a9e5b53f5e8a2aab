package io.sluice.broker.config;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All configurations of one kind of thing, in the order of the documentation. */
public final class ConfigTable {
    private final String kind;
    private final Map<String, ConfigKey<?>> keys;

    /** {@code kind} is "broker", "topic" or "group". */
    ConfigTable(String kind, Collection<ConfigKey<?>> keys) {
        this.kind = kind;
        Map<String, ConfigKey<?>> byName = new LinkedHashMap<>();
        for (ConfigKey<?> key : keys) {
            byName.put(key.name(), key);
        }
        this.keys = byName;
    }

    /** Every configuration. */
    public Collection<ConfigKey<?>> keys() {
        return Collections.unmodifiableCollection(keys.values());
    }

    /** By name. */
    public Optional<ConfigKey<?>> find(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /** Checks names and values; INVALID_CONFIG names the first that is wrong. */
    public Result<ConfigValues> check(Map<String, String> explicit) {
        for (Map.Entry<String, String> entry : explicit.entrySet()) {
            ConfigKey<?> key = keys.get(entry.getKey());
            if (key == null) {
                return Result.failed(ErrorCode.INVALID_CONFIG, "Unknown " + kind + " config name: " + entry.getKey());
            }
            Result<?> parsed = key.parse(entry.getValue());
            if (!parsed.isOk()) {
                return Result.failed(parsed.error(), parsed.message());
            }
        }
        return Result.of(new ConfigValues(explicit));
    }
}
