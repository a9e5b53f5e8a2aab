package io.sluice.server.training;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What most Kafka clients do first, so often that the JVM's profiles of it are worth keeping: with them a broker that was just
 * started spends a third of the compilers' time on its first fetches (measured: 0.4 instead of 1.3 to 1.9 CPU s).
 */
final class KafkaExercise {
    private static final String TOPIC = "training";
    private static final int SMALL_COUNT = 10_000;
    private static final int LARGE_COUNT = 2_000;
    /** As many as a producer gathers by default. */
    private static final int LARGE_BYTES = 16_000;

    private static final int LIMIT_MS = 15_000;

    private KafkaExercise() {}

    /** Produces and consumes, alone and in a share group; throws {@link IllegalStateException} if the broker does not serve. */
    static void run(String bootstrap) {
        produce(bootstrap, SMALL_COUNT, LARGE_COUNT);
        consume(bootstrap);
        ShareExercise.run(bootstrap, TOPIC);
    }

    /** Produces so many small and large records, one a request; throws {@link IllegalStateException} if one is not taken. */
    static void produce(String bootstrap, int smallCount, int largeCount) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ProducerConfig.BATCH_SIZE_CONFIG, 0,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, LIMIT_MS,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MS / 2,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, LIMIT_MS);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            byte[] small = "a record of the usual size, more or less".getBytes(StandardCharsets.UTF_8);
            Future<RecordMetadata> last = send(producer, small, smallCount);
            last.get(LIMIT_MS, TimeUnit.MILLISECONDS);
            last = send(producer, new byte[LARGE_BYTES], largeCount);
            last.get(LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker takes no records", e);
        } finally {
            // A producer whose broker does not answer would wait for ever.
            producer.close(Duration.ofSeconds(1));
        }
    }

    private static Future<RecordMetadata> send(KafkaProducer<byte[], byte[]> producer, byte[] value, int count) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(TOPIC, value);
        for (int sent = 1; sent < count; sent++) {
            producer.send(record);
        }
        return producer.send(record);
    }

    private static void consume(String bootstrap) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MS,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, LARGE_BYTES,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        int wanted = SMALL_COUNT + LARGE_COUNT;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            for (int got = 0; got < wanted; ) {
                int polled = consumer.poll(Duration.ofMillis(LIMIT_MS)).count();
                if (polled == 0) {
                    throw new IllegalStateException("the broker gave " + got + " of " + wanted + " records");
                }
                got += polled;
            }
        }
    }
}
