package io.sluice.it.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * A member of a group, by calls that every version has: polls, notes what it has and reads, commits what it read, until
 * it is told to stop.
 */
final class MemberScenario {
    private final AtomicBoolean stop;
    private final Properties shown;
    private final Properties reads;

    /** {@code input} has {@code stop}, and what is noted in: {@code shown} and, by all members together, {@code reads}. */
    MemberScenario(Map<String, Object> input) {
        stop = (AtomicBoolean) input.get("stop");
        shown = (Properties) input.get("shown");
        reads = (Properties) input.get("reads");
    }

    /** Subscribes to {@code topics}, with commas between, or to a {@code pattern} that the broker matches. */
    void run(Map<String, Object> settings, Map<String, Object> input) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            if (input.containsKey("pattern")) {
                PatternSubscription.of(consumer, String.valueOf(input.get("pattern")));
            } else {
                consumer.subscribe(List.of(String.valueOf(input.get("topics")).split(",")));
            }
            while (!stop.get()) {
                pollOnce(consumer);
            }
        }
    }

    private void pollOnce(KafkaConsumer<byte[], byte[]> consumer) {
        boolean isRead = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            reads.setProperty(record.topic() + "-" + record.partition() + ":" + record.offset(), "");
            isRead = true;
        }
        note(consumer);
        try {
            if (isRead) {
                consumer.commitSync();
            }
        } catch (CommitFailedException | RebalanceInProgressException e) {
            shown.setProperty("uncommitted", "");
        }
    }

    private void note(KafkaConsumer<byte[], byte[]> consumer) {
        String assignment =
                consumer.assignment().stream()
                        .map(Object::toString)
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .collect(Collectors.joining(","));
        if (!assignment.equals(shown.setProperty("assignment", assignment))) {
            int changes = Integer.parseInt(shown.getProperty("changes", "0"));
            shown.setProperty("changes", Integer.toString(changes + 1));
        }
    }
}
