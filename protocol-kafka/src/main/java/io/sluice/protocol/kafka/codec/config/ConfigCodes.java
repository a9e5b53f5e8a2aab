package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Numbers of Kafka's protocol for what has configurations, their sources and types, and what is done to them. */
public final class ConfigCodes {
    /** A topic's. */
    static final byte TOPIC = 2;

    /** A broker's. */
    static final byte BROKER = 4;

    /** Levels of a broker's loggers. */
    static final byte BROKER_LOGGER = 8;

    /** Source of a level. */
    static final byte DYNAMIC_BROKER_LOGGER = 6;

    /** Subscriptions to clients' metrics (KIP-714); there are none. */
    static final byte CLIENT_METRICS = 16;

    /** A group's. */
    static final byte GROUP = 32;

    private ConfigCodes() {}

    /** The kind of a resource; empty for those that have no configurations here. */
    static Optional<Kind> kind(byte resourceType) {
        return switch (resourceType) {
            case TOPIC -> Optional.of(Kind.TOPIC);
            case BROKER -> Optional.of(Kind.BROKER);
            case GROUP -> Optional.of(Kind.GROUP);
            default -> Optional.empty();
        };
    }

    static Optional<Action> action(byte operation) {
        return switch (operation) {
            case 0 -> Optional.of(Action.SET);
            case 1 -> Optional.of(Action.DELETE);
            case 2 -> Optional.of(Action.APPEND);
            case 3 -> Optional.of(Action.SUBTRACT);
            default -> Optional.empty();
        };
    }

    /** Where a value comes from. */
    public static byte source(ConfigEntry.Source source) {
        return switch (source) {
            case TOPIC -> 1;
            case DYNAMIC_BROKER -> 2;
            case DYNAMIC_DEFAULT_BROKER -> 3;
            case STATIC_BROKER -> 4;
            case DEFAULT -> 5;
            case GROUP -> 8;
        };
    }

    static byte type(ConfigEntry.Type type) {
        return switch (type) {
            case BOOLEAN -> 1;
            case STRING -> 2;
            case INT -> 3;
            case LONG -> 5;
            case DOUBLE -> 6;
            case LIST -> 7;
            case PASSWORD -> 9;
        };
    }

    /** The value as clients see it. */
    public static @Nullable String shown(ConfigEntry entry, String value) {
        return entry.isSensitive() ? null : value;
    }
}
