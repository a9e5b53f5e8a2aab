package io.sluice.protocol.kafka;

import io.sluice.network.ListenerSettings;
import java.util.Optional;

/**
 * The Kafka listener.
 *
 * @param listener address and limits of connections
 * @param advertisedHost what Metadata tells clients; empty for the bound address
 * @param advertisedPort 0 for the bound port
 * @param limits of memory and requests
 */
public record KafkaSettings(
        ListenerSettings listener, Optional<String> advertisedHost, int advertisedPort, KafkaLimits limits) {
    /** Advertises what it binds, with all defaults. */
    public static KafkaSettings of(String host, int port) {
        return new KafkaSettings(ListenerSettings.of("kafka", host, port), Optional.empty(), 0, KafkaLimits.defaults());
    }

    /** The same, advertised elsewhere. */
    public KafkaSettings advertisedAs(String host, int port) {
        return new KafkaSettings(listener, Optional.of(host), port, limits);
    }
}
