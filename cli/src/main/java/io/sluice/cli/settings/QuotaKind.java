package io.sluice.cli.settings;

import io.sluice.cli.text.Printable;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a quota limits; its words are those of options and output. */
enum QuotaKind {
    PRODUCE("produce", "producer_byte_rate"),
    CONSUME("consume", "consumer_byte_rate"),
    REQUESTS("requests", "request_percentage"),
    MUTATIONS("mutations", "controller_mutation_rate"),
    CONNECTIONS("connections", "connection_creation_rate");

    private final String word;
    private final String key;

    QuotaKind(String word, String key) {
        this.word = word;
        this.key = key;
    }

    /** Kafka's name. */
    String key() {
        return key;
    }

    @Override
    public String toString() {
        return word;
    }

    static Optional<QuotaKind> of(String key) {
        return Stream.of(values()).filter(kind -> kind.key.equals(key)).findFirst();
    }

    /** The limit as people read it. */
    String text(double limit) {
        return switch (this) {
            case PRODUCE, CONSUME -> Printable.size((long) limit) + "/s";
            case REQUESTS -> number(limit) + " %";
            case MUTATIONS, CONNECTIONS -> number(limit) + "/s";
        };
    }

    private static String number(double limit) {
        return limit == Math.rint(limit) && limit < 1e15
                ? Printable.number((long) limit)
                : String.format(Locale.ROOT, "%.2f", limit);
    }
}
