package io.sluice.it.client;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;

/** A pattern that the broker matches (KIP-848): a class of its own, since clients before 4.0 cannot load it. */
final class PatternSubscription {
    private PatternSubscription() {}

    static void of(KafkaConsumer<byte[], byte[]> consumer, String pattern) {
        consumer.subscribe(new SubscriptionPattern(pattern));
    }
}
