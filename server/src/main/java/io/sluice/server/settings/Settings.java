package io.sluice.server.settings;

import java.util.Map;
import java.util.stream.Collectors;

/** The values in force, each with where it comes from. Immutable. */
public final class Settings {
    private final Map<String, Chosen> chosen;

    Settings(Map<String, Chosen> chosen) {
        this.chosen = Map.copyOf(chosen);
    }

    /** The typed value. */
    public <T> T get(Setting<T> setting) {
        return setting.type().parse(text(setting));
    }

    /** The value as it was written. */
    public String text(Setting<?> setting) {
        Chosen value = chosen.get(setting.name());
        return value == null ? setting.defaultText() : value.text();
    }

    /** Where the value comes from: {@code default}, a file's name, a variable's name, or {@code command line}. */
    public String source(Setting<?> setting) {
        Chosen value = chosen.get(setting.name());
        return value == null ? "default" : value.source();
    }

    /** Whether anything but the default applies. */
    public boolean isSet(Setting<?> setting) {
        return chosen.containsKey(setting.name());
    }

    /** What was set of the broker's own configurations, by Kafka's names. */
    public Map<String, String> brokerValues() {
        return SluiceSettings.OF_BROKER.stream()
                .filter(this::isSet)
                .collect(Collectors.toUnmodifiableMap(Setting::name, this::text));
    }

    /**
     * A value that was set.
     *
     * @param text as written
     * @param source where
     */
    record Chosen(String text, String source) {}
}
