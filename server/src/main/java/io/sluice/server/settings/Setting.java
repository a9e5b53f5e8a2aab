package io.sluice.server.settings;

import java.util.Locale;

/**
 * One thing that can be set.
 *
 * @param name dotted; Kafka's name where Kafka has the same setting
 * @param type how its text is read, with bounds and unit
 * @param defaultText the value when nothing is set
 * @param change when a new value takes effect
 * @param sentence what it does
 * @param <T> type of its value
 */
public record Setting<T>(String name, SettingType<T> type, String defaultText, Change change, String sentence) {
    /** Reads the default once, so that a wrong table fails at once. */
    public Setting {
        type.parse(defaultText);
    }

    /** The name of the environment variable that sets it. */
    public String environmentName() {
        return SettingsLoader.ENVIRONMENT_PREFIX + name.replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
