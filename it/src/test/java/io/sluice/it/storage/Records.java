package io.sluice.it.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes to and reads from partition 0 of one topic with the ordinary client. Owner: one thread. */
final class Records {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(120);

    private final String address;
    private final TopicPartition partition;
    private final Duration patience;

    /** Of a client that does not give up: what is not acknowledged was not written. */
    Records(String address, String topic) {
        this(address, topic, LONG);
    }

    /** Of a client that gives up on a record after so long, which may be written nevertheless. */
    Records(String address, String topic, Duration patience) {
        this.address = address;
        this.partition = new TopicPartition(topic, 0);
        this.patience = patience;
    }

    private KafkaProducer<String, String> producer() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                address,
                "delivery.timeout.ms",
                Math.toIntExact(patience.toMillis()),
                "request.timeout.ms",
                Math.toIntExact(patience.toMillis() / 2),
                "linger.ms",
                "0");
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** Sends them and answers the offsets of those that were acknowledged. */
    Map<Long, String> write(List<String> values) throws InterruptedException {
        Map<Long, String> acknowledged = new TreeMap<>();
        try (KafkaProducer<String, String> producer = producer()) {
            List<Future<RecordMetadata>> answers = new ArrayList<>();
            for (String value : values) {
                answers.add(producer.send(new ProducerRecord<>(partition.topic(), 0, null, value)));
            }
            for (int number = 0; number < answers.size(); number++) {
                keep(answers.get(number), values.get(number), acknowledged);
            }
        }
        return acknowledged;
    }

    private static void keep(Future<RecordMetadata> answer, String value, Map<Long, String> acknowledged)
            throws InterruptedException {
        try {
            acknowledged.put(answer.get().offset(), value);
        } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof RetriableException)) {
                throw new IllegalStateException(refused);
            }
        }
    }

    /** Everything from the offset to the end. */
    Map<Long, String> readFrom(long offset) {
        Map<Long, String> read = new TreeMap<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", address, "auto.offset.reset", "none");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, offset);
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> each : consumer.poll(POLL)) {
                    read.put(each.offset(), each.value());
                }
            }
        }
        return read;
    }
}
