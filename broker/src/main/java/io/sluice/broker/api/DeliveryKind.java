package io.sluice.broker.api;

import java.util.Optional;

/**
 * Whose rules a delivery group follows; groups of one name and different kinds have nothing in common. The defaults of
 * {@link DeliveryOptions} come with the kind.
 */
public enum DeliveryKind {
    /** Kafka's share groups, KIP-932. What a leader had handed out is void for the next: available again at once. */
    SHARE(1, "share"),
    /** Consumer groups of Redis Streams. */
    REDIS(2, "redis"),
    /** Durable consumers of JetStream. */
    JETSTREAM(3, "jetstream"),
    /** Consumer groups of Memphis stations. */
    MEMPHIS(4, "memphis"),
    /** Shared subscriptions of MQTT 5. */
    MQTT(5, "mqtt");

    private final byte code;
    private final String label;

    DeliveryKind(int code, String label) {
        this.code = (byte) code;
        this.label = label;
    }

    /** Its number in everything that is stored. */
    public byte code() {
        return code;
    }

    /** As people write it: lower case. */
    public String label() {
        return label;
    }

    /** The kind of that number; empty for none. */
    public static Optional<DeliveryKind> find(int code) {
        for (DeliveryKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** The kind that people call so; empty for none. */
    public static Optional<DeliveryKind> find(String label) {
        for (DeliveryKind kind : values()) {
            if (kind.label.equals(label)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
