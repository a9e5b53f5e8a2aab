package io.sluice.cli.letters;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * A record of a dead-letter topic with what its {@code sluice-dead-…} headers say.
 *
 * @param consumed as it was read
 * @param topic where the record was that was given up, empty if no header says so
 * @param partition likewise, −1
 * @param offset likewise, −1
 * @param group who gave it up
 * @param cause why, in a word
 * @param error what its member said
 * @param deliveries how often it was delivered
 */
record DeadLetter(
        ConsumerRecord<byte[], byte[]> consumed,
        String topic,
        int partition,
        long offset,
        String group,
        String cause,
        String error,
        long deliveries) {
    private static final String PREFIX = "sluice-dead-";
    private static final String KAFKA_PREFIX = "__dlq.errors.";

    static DeadLetter of(ConsumerRecord<byte[], byte[]> consumed) {
        return new DeadLetter(
                consumed,
                text(consumed, "topic"),
                (int) number(consumed, "partition"),
                number(consumed, "offset"),
                text(consumed, "group"),
                text(consumed, "cause"),
                text(consumed, "error"),
                number(consumed, "count"));
    }

    private static String text(ConsumerRecord<byte[], byte[]> consumed, String name) {
        Header header = consumed.headers().lastHeader(PREFIX + name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static long number(ConsumerRecord<byte[], byte[]> consumed, String name) {
        String text = text(consumed, name);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** Where the letter is. */
    TopicPartition place() {
        return new TopicPartition(consumed.topic(), consumed.partition());
    }

    /** The headers that the record had itself. */
    List<Header> ownHeaders() {
        return StreamSupport.stream(consumed.headers().spliterator(), false)
                .filter(header ->
                        !header.key().startsWith(PREFIX) && !header.key().startsWith(KAFKA_PREFIX))
                .toList();
    }

    /** Whether it says which record it was, and who gave it up. */
    boolean hasOrigin() {
        return !group.isEmpty() && !topic.isEmpty() && partition >= 0 && offset >= 0;
    }

    /** What key and value take. */
    int sizeBytes() {
        return Math.max(0, consumed.serializedKeySize()) + Math.max(0, consumed.serializedValueSize());
    }

    /** Whether the record itself is here, and not only its story. */
    boolean hasRecord() {
        return consumed.key() != null
                || consumed.value() != null
                || !ownHeaders().isEmpty();
    }
}
