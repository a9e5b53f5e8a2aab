package io.sluice.bench.measure;

import io.sluice.bench.load.LatencyHistogram;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** From send to poll with kafka-clients, records of 100 B at a steady pace, acks=all, no linger, one partition. */
final class EndToEndMeasure {
    /** The pace where one broker is measured. */
    private static final int RECORDS_PER_SECOND = 5_000;

    private static final int VALUE_BYTES = 100;
    /** Where records come more slowly, what compiles them takes longer to be ready. */
    private static final int WARM_UP_RECORDS = 30_000;

    private static final Duration DURATION = Duration.ofSeconds(12);
    private static final TopicPartition PARTITION = new TopicPartition(BenchTopic.NAME, 0);
    private static final Executor NEW_THREAD =
            task -> Thread.ofPlatform().daemon().start(task);

    private EndToEndMeasure() {}

    static Measure measure(String name, Contender ours, List<Row> rows) {
        return new Measure(
                name,
                "end to end at 5,000 records/s of 100 B, kafka-clients, acks=all, " + ours.label(),
                ours,
                Contender.KAFKA,
                rows,
                24,
                Measure.Run.onTopic(1, EndToEndMeasure::run));
    }

    private static Map<String, Double> run(BrokerUnderTest broker) {
        return run(broker.kafkaAddress(), RECORDS_PER_SECOND);
    }

    /** Measures brokers whose topic is there; answers {@code p50Ms} and {@code p99Ms}. */
    static Map<String, Double> run(String addresses, int recordsPerSecond) {
        Duration warmUp = Duration.ofMillis(1_000L * WARM_UP_RECORDS / recordsPerSecond);
        AtomicBoolean stop = new AtomicBoolean();
        Stopwatch epoch = Stopwatch.started();
        CompletableFuture<LatencyHistogram> reader =
                CompletableFuture.supplyAsync(() -> read(addresses, epoch, warmUp, stop), NEW_THREAD);
        long sent = send(addresses, epoch, warmUp.plus(DURATION), recordsPerSecond);
        Stopwatch.sleep(Duration.ofSeconds(1));
        stop.set(true);
        LatencyHistogram latencies = reader.join();
        long expected = (long) (recordsPerSecond * DURATION.toSeconds() * 0.98);
        if (latencies.count() < expected) {
            throw new IllegalStateException("only " + latencies.count() + " of " + sent + " records were timed");
        }
        return Map.of("p50Ms", latencies.percentileMs(50), "p99Ms", latencies.percentileMs(99));
    }

    private static long send(String address, Stopwatch epoch, Duration total, int recordsPerSecond) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        long sent = 0;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            Stopwatch watch = Stopwatch.started();
            while (!watch.hasPassed(total)) {
                long due = watch.elapsedNs() * recordsPerSecond / 1_000_000_000;
                for (; sent < due; sent++) {
                    producer.send(new ProducerRecord<>(BenchTopic.NAME, 0, null, stamped(epoch)));
                }
                LockSupport.parkNanos(100_000);
            }
        }
        return sent;
    }

    private static byte[] stamped(Stopwatch epoch) {
        return ByteBuffer.allocate(VALUE_BYTES).putLong(epoch.elapsedNs()).array();
    }

    private static LatencyHistogram read(String address, Stopwatch epoch, Duration warmUp, AtomicBoolean stop) {
        LatencyHistogram latencies = new LatencyHistogram();
        long firstAtNs = -1;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(TopicReader.settings(address))) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, 0);
            while (!stop.get()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    long sentAtNs = ByteBuffer.wrap(record.value()).getLong();
                    firstAtNs = firstAtNs < 0 ? sentAtNs : firstAtNs;
                    long latencyNs = epoch.elapsedNs() - sentAtNs;
                    // Records of the warm-up are read like all others and not counted.
                    if (sentAtNs - firstAtNs > warmUp.toNanos()) {
                        latencies.record(latencyNs);
                    }
                }
            }
        }
        return latencies;
    }
}
