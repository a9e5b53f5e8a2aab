package io.sluice.it.cluster;

import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TestPayload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A producer and a member of a group that work all the time, and note what went wrong in a way that a program would see:
 * whatever their clients try again themselves does not count. Threads: one each.
 */
final class SteadyLoad implements AutoCloseable {
    private static final long INTERVAL_MS = 5;

    private final String topic;
    private final int partitions;
    private final ProduceHistory produced = new ProduceHistory();
    private final ReadHistory consumed = new ReadHistory();
    private final Queue<Exception> complaints = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads;

    private SteadyLoad(String addresses, String topic, int partitions) {
        this.topic = topic;
        this.partitions = partitions;
        threads = List.of(
                Thread.ofPlatform().daemon().name("producer").unstarted(() -> produce(addresses)),
                Thread.ofPlatform().daemon().name("consumer").unstarted(() -> consume(addresses)));
    }

    static SteadyLoad start(String addresses, String topic, int partitions) {
        SteadyLoad load = new SteadyLoad(addresses, topic, partitions);
        load.threads.forEach(Thread::start);
        return load;
    }

    private void produce(String addresses) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(PatientProducer.settings(addresses))) {
            for (int sent = 0; !stopped.await(INTERVAL_MS, TimeUnit.MILLISECONDS); sent++) {
                TopicPartition target = new TopicPartition(topic, sent % partitions);
                long identity = TestPayload.identity(0, sent);
                produced.sent(target, identity);
                producer.send(
                        new ProducerRecord<>(topic, target.partition(), null, TestPayload.valueOf(identity)),
                        (metadata, failure) -> {
                            if (failure == null) {
                                produced.acknowledged(target, metadata.offset(), identity);
                            } else {
                                complaints.add(failure);
                            }
                        });
            }
        } catch (InterruptedException | RuntimeException e) {
            complaints.add(e);
        }
    }

    private void consume(String addresses) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                addresses,
                ConsumerConfig.GROUP_ID_CONFIG,
                "steady",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
                500,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of(topic));
            while (stopped.getCount() > 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    consumed.saw(
                            new TopicPartition(record.topic(), record.partition()), record.offset(), record.value());
                }
            }
        } catch (RuntimeException e) {
            complaints.add(e);
        }
    }

    ProduceHistory produced() {
        return produced;
    }

    ReadHistory consumed() {
        return consumed;
    }

    /** What a program would have seen going wrong. */
    List<Exception> complaints() {
        return List.copyOf(complaints);
    }

    /** Ends both when what was sent is acknowledged. */
    void finish() throws InterruptedException {
        close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
