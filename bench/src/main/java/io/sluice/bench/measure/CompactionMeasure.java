package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.LatencyHistogram;
import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.Stopwatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A gigabyte of 1 KiB records under 10,000 keys lies in a compacted topic that was held back by its lag: from when that ends
 * until its old segments hold one record a key, while another topic is written to at a calm pace.
 */
final class CompactionMeasure {
    private static final String COMPACTED = "compacted";
    private static final TopicPartition PARTITION = new TopicPartition(COMPACTED, 0);
    private static final int RECORDS = 1_000_000;
    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 1_024;
    private static final int SEGMENT_BYTES = 64 << 20;
    /** The active segment is not compacted; all else is one record a key. */
    private static final long DONE_BYTES = SEGMENT_BYTES + 2L * KEYS * (VALUE_BYTES + 64);

    private static final int REQUESTS_PER_SECOND = 500;
    private static final Shape ONE_RECORD = new Shape(1_100, 1_024);
    private static final Duration HELD_BACK = Duration.ofHours(1);
    private static final Duration BEFORE = Duration.ofSeconds(6);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private CompactionMeasure() {}

    static Measure measure() {
        return new Measure(
                "compaction",
                "compaction of 1 GB with 1 % distinct keys, 500 requests/s to another topic meanwhile",
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("compactMs", "until compacted, ms", new RatioAtMost(0.5)),
                        new Row("p99Growth", "produce p99 meanwhile ÷ before", new OursAtMost(1.5)),
                        new Row("p99Ms", "produce p99 meanwhile, ms", new ForTheRecord()),
                        new Row("cpuSeconds", "broker CPU s", new ForTheRecord())),
                60,
                CompactionMeasure::run);
    }

    private static Map<String, Double> run(Contender contender, Path data) {
        // Both look for work every 15 s by default, which would be most of the time here.
        Map<String, String> settings = Map.of("log.cleaner.backoff.ms", "100");
        try (BrokerUnderTest broker = contender.start(data, settings);
                Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.kafkaAddress()))) {
            BenchTopic.create(broker.kafkaAddress(), contender, 1);
            NewTopic topic = new NewTopic(COMPACTED, 1, (short) 1)
                    .configs(Map.of(
                            TopicConfig.SEGMENT_BYTES_CONFIG,
                            Integer.toString(SEGMENT_BYTES),
                            TopicConfig.CLEANUP_POLICY_CONFIG,
                            TopicConfig.CLEANUP_POLICY_COMPACT,
                            TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
                            Long.toString(HELD_BACK.toMillis())));
            get(admin.createTopics(List.of(topic)).all());
            fill(broker.kafkaAddress());
            Stopwatch.sleep(Duration.ofSeconds(3));
            return compact(broker, admin);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topic cannot be compacted", e);
        }
    }

    private static Map<String, Double> compact(BrokerUnderTest broker, Admin admin) throws ExecutionException {
        Load before = Load.start(broker.kafkaAddress());
        Stopwatch.sleep(BEFORE);
        double calmP99Ms = before.end().percentileMs(99);
        double cpuBefore = ProcessFigures.cpuSeconds(broker.pid());
        Load meanwhile = Load.start(broker.kafkaAddress());
        Stopwatch watch = Stopwatch.started();
        ConfigEntry noLag = new ConfigEntry(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, "0");
        get(admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, COMPACTED),
                        List.of(new AlterConfigOp(noLag, OpType.SET))))
                .all());
        while (sizeBytes(admin) > DONE_BYTES) {
            if (watch.hasPassed(LIMIT)) {
                throw new IllegalStateException("not compacted after " + LIMIT);
            }
            Stopwatch.sleep(Duration.ofMillis(50));
        }
        double compactMs = watch.elapsedMs();
        double p99Ms = meanwhile.end().percentileMs(99);
        return Map.of(
                "compactMs",
                compactMs,
                "p99Ms",
                p99Ms,
                "p99Growth",
                p99Ms / calmP99Ms,
                "cpuSeconds",
                ProcessFigures.cpuSeconds(broker.pid()) - cpuBefore);
    }

    private static void fill(String address) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                address,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.BATCH_SIZE_CONFIG,
                128 << 10);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            for (int i = 0; i < RECORDS; i++) {
                byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(i % KEYS).array();
                byte[] value = ByteBuffer.allocate(VALUE_BYTES).putInt(i).array();
                producer.send(new ProducerRecord<>(COMPACTED, 0, key, value));
            }
        }
    }

    private static long sizeBytes(Admin admin) throws ExecutionException {
        long sizeBytes = 0;
        for (Map<String, LogDirDescription> folders :
                get(admin.describeLogDirs(List.of(1)).allDescriptions()).values()) {
            for (LogDirDescription folder : folders.values()) {
                var replica = folder.replicaInfos().get(PARTITION);
                sizeBytes += replica == null ? 0 : replica.size();
            }
        }
        return sizeBytes;
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    /** Single requests at a calm pace, timed from when they were due. */
    private record Load(AtomicBoolean stop, CompletableFuture<LatencyHistogram> result) {
        static Load start(String address) {
            AtomicBoolean stop = new AtomicBoolean();
            CompletableFuture<LatencyHistogram> result = new CompletableFuture<>();
            Thread.ofPlatform().daemon().name("calm-load").start(() -> {
                try {
                    result.complete(produce(address, stop));
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
            return new Load(stop, result);
        }

        LatencyHistogram end() {
            stop.set(true);
            return result.join();
        }

        private static LatencyHistogram produce(String address, AtomicBoolean stop) {
            LatencyHistogram latencies = new LatencyHistogram();
            ByteBuffer frame = Frames.onePartitionEach(BenchTopic.NAME, 1, 1, ONE_RECORD)
                    .getFirst()
                    .getFirst();
            try (RawKafkaConnection connection = RawKafkaConnection.connect(address)) {
                Stopwatch watch = Stopwatch.started();
                for (long sent = 0; !stop.get(); sent++) {
                    long dueNs = sent * 1_000_000_000 / REQUESTS_PER_SECOND;
                    while (watch.elapsedNs() < dueNs) {
                        Stopwatch.sleep(Duration.ofNanos(200_000));
                    }
                    RawResponses.requireAcknowledged(connection.call(frame));
                    latencies.record(watch.elapsedNs() - dueNs);
                }
            }
            return latencies;
        }
    }
}
