package io.sluice.broker.api;

import java.util.Optional;

/** What a quota limits, with Kafka's name (<a href="https://kafka.apache.org/43/design/design/#quotas">quotas</a>). */
public enum QuotaKey {
    /** Bytes of Produce requests a second. */
    PRODUCER_BYTE_RATE("producer_byte_rate", true),
    /** Bytes of Fetch answers a second. */
    CONSUMER_BYTE_RATE("consumer_byte_rate", true),
    /** Time in which requests keep a thread busy, in percent of one thread. */
    REQUEST_PERCENTAGE("request_percentage", false),
    /** Partitions created or deleted a second, KIP-599. */
    CONTROLLER_MUTATION_RATE("controller_mutation_rate", false),
    /** Connections accepted a second from one address, KIP-612. */
    CONNECTION_CREATION_RATE("connection_creation_rate", true);

    private final String kafkaName;
    private final boolean isWhole;

    QuotaKey(String kafkaName, boolean isWhole) {
        this.kafkaName = kafkaName;
        this.isWhole = isWhole;
    }

    /** Its name in Kafka. */
    public String kafkaName() {
        return kafkaName;
    }

    /** Whether only whole numbers are allowed. */
    public boolean isWhole() {
        return isWhole;
    }

    /** Whether it is for addresses; all others are for users and client ids. */
    public boolean isForAddresses() {
        return this == CONNECTION_CREATION_RATE;
    }

    /** The one of that name. */
    public static Optional<QuotaKey> find(String kafkaName) {
        for (QuotaKey key : values()) {
            if (key.kafkaName.equals(kafkaName)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }
}
