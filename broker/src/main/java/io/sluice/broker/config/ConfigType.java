package io.sluice.broker.config;

import io.sluice.broker.api.ConfigEntry;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the text of a configuration is read.
 *
 * @param entryType its name in DescribeConfigs
 * @param description completes "it is not …"
 * @param parser empty if the text means nothing
 */
public record ConfigType<T>(ConfigEntry.Type entryType, String description, Function<String, Optional<T>> parser) {
    static final ConfigType<Integer> INT =
            new ConfigType<>(ConfigEntry.Type.INT, "a whole number of 32 bits", text -> number(text, Integer::valueOf));
    static final ConfigType<Long> LONG =
            new ConfigType<>(ConfigEntry.Type.LONG, "a whole number of 64 bits", text -> number(text, Long::valueOf));
    static final ConfigType<Double> DOUBLE =
            new ConfigType<>(ConfigEntry.Type.DOUBLE, "a number", text -> number(text, Double::valueOf));
    static final ConfigType<Boolean> BOOLEAN =
            new ConfigType<>(ConfigEntry.Type.BOOLEAN, "true or false", ConfigType::truth);
    static final ConfigType<String> STRING = new ConfigType<>(ConfigEntry.Type.STRING, "a text", Optional::of);
    static final ConfigType<String> LIST = new ConfigType<>(ConfigEntry.Type.LIST, "a list", Optional::of);

    /** What nobody is shown again. */
    static final ConfigType<String> PASSWORD = new ConfigType<>(ConfigEntry.Type.PASSWORD, "a text", Optional::of);

    Optional<T> parse(String text) {
        return parser.apply(text);
    }

    private static <N> Optional<N> number(String text, Function<String, N> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Boolean> truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
