package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.ConfigEntry;

/** Numbers of Kafka's {@code DescribeConfigsResponse} for sources and types of configurations. */
final class ConfigCodes {
    private ConfigCodes() {}

    static byte source(ConfigEntry.Source source) {
        return switch (source) {
            case TOPIC -> 1;
            case STATIC_BROKER -> 4;
            case DEFAULT -> 5;
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
        };
    }
}
