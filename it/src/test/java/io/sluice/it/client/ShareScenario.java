package io.sluice.it.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;

/**
 * A member of a share group: polls, notes what it is given and how often, and does with each record what the record's
 * value says, until it is told to stop.
 */
final class ShareScenario {
    private static final int RENEWALS = 5;
    private static final long PAUSE_MS = 20;

    private final AtomicBoolean stop;
    private final Properties reads;
    private final boolean isExplicit;
    private final Map<Long, Integer> renewals = new HashMap<>();

    /** {@code input} has {@code stop}, {@code explicit}, and {@code reads}, which all members together note in. */
    ShareScenario(Map<String, Object> input) {
        stop = (AtomicBoolean) input.get("stop");
        reads = (Properties) input.get("reads");
        isExplicit = Boolean.TRUE.equals(input.get("explicit"));
    }

    void run(Map<String, Object> settings, Map<String, Object> input) {
        try (KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(settings)) {
            consumer.subscribe(List.of(String.valueOf(input.get("topics")).split(",")));
            while (!stop.get()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    note(record);
                    if (isExplicit) {
                        acknowledge(consumer, record);
                    }
                }
                if (isExplicit) {
                    consumer.commitSync()
                            .forEach((partition, failure) -> failure.ifPresent(error -> {
                                throw new IllegalStateException("acknowledging " + partition, error);
                            }));
                }
            }
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        String place = record.topic() + "-" + record.partition() + ":" + record.offset();
        String count =
                String.valueOf(record.deliveryCount().map(Short::intValue).orElse(0));
        synchronized (reads) {
            String before = reads.getProperty(place, "");
            reads.setProperty(place, before.isEmpty() ? count : before + "," + count);
        }
    }

    private void acknowledge(KafkaShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record) {
        int count = record.deliveryCount().map(Short::intValue).orElse(0);
        switch (new String(record.value(), StandardCharsets.UTF_8)) {
            case "reject" -> consumer.acknowledge(record, AcknowledgeType.REJECT);
            case "release" ->
                consumer.acknowledge(record, count == 1 ? AcknowledgeType.RELEASE : AcknowledgeType.ACCEPT);
            case "release-always" -> consumer.acknowledge(record, AcknowledgeType.RELEASE);
            case "renew" -> renew(consumer, record);
            case "hold" -> hold();
            default -> consumer.acknowledge(record, AcknowledgeType.ACCEPT);
        }
    }

    /** Renews a few times before it is done; what is renewed comes again with the next poll. */
    private void renew(KafkaShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record) {
        int times = renewals.merge(record.offset(), 1, Integer::sum);
        consumer.acknowledge(record, times > RENEWALS ? AcknowledgeType.ACCEPT : AcknowledgeType.RENEW);
    }

    /** Keeps what it has and does nothing until it is told to stop. */
    private void hold() {
        while (!stop.get()) {
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
