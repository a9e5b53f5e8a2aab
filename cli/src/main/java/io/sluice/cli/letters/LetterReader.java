package io.sluice.cli.letters;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.text.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads the open letters of partitions up to the ends that these have at the beginning. For one thread. */
final class LetterReader {
    private static final Duration POLL_LIMIT = Duration.ofMillis(500);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final HandledLetters handled;
    private final InstantSource clock;
    private final Duration patience;

    LetterReader(
            KafkaConsumer<byte[], byte[]> consumer, HandledLetters handled, InstantSource clock, Duration patience) {
        this.consumer = consumer;
        this.handled = handled;
        this.clock = clock;
        this.patience = patience;
    }

    /** Gets letters one by one. */
    interface Visitor {
        /** Whether to go on. */
        boolean visit(DeadLetter letter);
    }

    /** Shows every open letter until the visitor has enough. */
    void read(Collection<TopicPartition> partitions, Visitor visitor) {
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        partitions.forEach(partition -> consumer.seek(partition, handled.position(partition)));
        Instant lastSign = clock.instant();
        boolean goesOn = true;
        while (goesOn && isMore(ends)) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL_LIMIT);
            lastSign = polled.isEmpty() ? lastSign : clock.instant();
            if (Duration.between(lastSign, clock.instant()).compareTo(patience) > 0) {
                throw new CommandException("no letter came for " + DurationText.format(patience)
                        + " though there are more; is the broker still there? --timeout waits longer");
            }
            goesOn = show(polled, ends, visitor);
        }
    }

    private boolean isMore(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private boolean show(ConsumerRecords<byte[], byte[]> polled, Map<TopicPartition, Long> ends, Visitor visitor) {
        for (TopicPartition partition : List.copyOf(polled.partitions())) {
            for (ConsumerRecord<byte[], byte[]> each : polled.records(partition)) {
                boolean isOpen =
                        each.offset() < ends.getOrDefault(partition, 0L) && !handled.contains(partition, each.offset());
                if (isOpen && !visitor.visit(DeadLetter.of(each))) {
                    return false;
                }
            }
        }
        return true;
    }
}
