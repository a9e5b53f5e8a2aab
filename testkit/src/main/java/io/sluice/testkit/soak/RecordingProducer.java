package io.sluice.testkit.soak;

import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.TestPayload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** An idempotent producer whose every record and acknowledgement is written down. Owner: one thread. */
final class RecordingProducer implements AutoCloseable {
    private static final int OPEN_SENDS_LIMIT = 200;
    private static final List<String> COMPRESSIONS = List.of("none", "lz4", "zstd", "snappy", "gzip");

    private final KafkaProducer<byte[], byte[]> producer;
    private final int number;
    private final ProduceHistory history;
    private final Consumer<String> failures;
    private final Semaphore open = new Semaphore(OPEN_SENDS_LIMIT);
    private long sequence;

    /**
     * Makes a producer.
     *
     * @param number part of every record's identity; no two producers of a history have the same
     * @param failures gets a line for each record that was given up; any thread
     */
    RecordingProducer(String address, int number, ProduceHistory history, Consumer<String> failures) {
        Map<String, Object> settings = PatientProducer.settings(address);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, number % 2 * 5);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, COMPRESSIONS.get(number % COMPRESSIONS.size()));
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, SoakClients.RECONNECT_BACKOFF_MAX_MS);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1 << 20);
        this.producer = new KafkaProducer<>(settings);
        this.number = number;
        this.history = history;
        this.failures = failures;
    }

    void send(TopicPartition target) throws InterruptedException {
        open.acquire();
        long identity = TestPayload.identity(number, sequence++);
        history.sent(target, identity);
        byte[] value = TestPayload.valueOf(identity);
        producer.send(new ProducerRecord<>(target.topic(), target.partition(), null, value), (metadata, failure) -> {
            open.release();
            if (failure == null) {
                history.acknowledged(target, metadata.offset(), identity);
            } else {
                failures.accept("record for " + target + ": " + failure);
            }
        });
    }

    void flush() {
        producer.flush();
    }

    /** Ends at once; records under way are given up. */
    void abandon() {
        producer.close(Duration.ZERO);
    }

    @Override
    public void close() {
        producer.close();
    }
}
