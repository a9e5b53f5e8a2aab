package io.sluice.broker.api;

import java.util.List;

/**
 * One configuration and where its value comes from.
 *
 * @param name Kafka's name where Kafka has one
 * @param value effective value
 * @param type kind of value
 * @param source where the value was set
 * @param isReadOnly whether it cannot be changed while the broker runs
 * @param synonyms the values that would apply in turn, the effective one first
 * @param documentation one sentence
 */
public record ConfigEntry(
        String name,
        String value,
        Type type,
        Source source,
        boolean isReadOnly,
        List<Synonym> synonyms,
        String documentation) {
    /** Kind of a value. */
    public enum Type {
        BOOLEAN,
        STRING,
        INT,
        LONG,
        DOUBLE,
        LIST,
        PASSWORD
    }

    /** Where a value comes from. */
    public enum Source {
        TOPIC,
        GROUP,
        DYNAMIC_BROKER,
        DYNAMIC_DEFAULT_BROKER,
        STATIC_BROKER,
        DEFAULT
    }

    /** Whether its values are shown to nobody. */
    public boolean isSensitive() {
        return type == Type.PASSWORD;
    }

    /**
     * A value that applies if those before it are removed.
     *
     * @param name its name there
     * @param value its value
     * @param source where it is set
     */
    public record Synonym(String name, String value, Source source) {}
}
