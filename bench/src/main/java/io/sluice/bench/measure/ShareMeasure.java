package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.ProduceLoad;
import io.sluice.bench.measure.Row.RatioAtLeast;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A share group takes what lies in 4 partitions, acknowledging implicitly: records a second and the broker's CPU for it.
 *
 * @param memberCount members of the group
 * @param recordBytes size of a record
 * @param fillBytes records that are there beforehand, in bytes
 */
record ShareMeasure(int memberCount, int recordBytes, long fillBytes) implements Measure.Run {
    private static final int PARTITIONS = 4;
    private static final String GROUP = "bench";
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration DURATION = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofMillis(5);

    static Measure measure(String name, int memberCount, int recordBytes, long fillBytes) {
        return new Measure(
                name,
                "share group, " + memberCount + " members, 4 partitions, " + recordBytes + " B records, ours synced",
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("recordsPerSecond", "records/s", new RatioAtLeast(3)),
                        new Row("cpuPerGb", "broker CPU s/GB", new RatioAtMost(0.3))),
                60,
                new ShareMeasure(memberCount, recordBytes, fillBytes));
    }

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        Map<String, String> settings = contender.isSluice()
                ? Map.of()
                : Map.of(
                        "share.coordinator.state.topic.replication.factor", "1",
                        "share.coordinator.state.topic.min.isr", "1");
        try (BrokerUnderTest broker = contender.start(data, settings)) {
            BenchTopic.create(broker.kafkaAddress(), contender, PARTITIONS);
            beginAtTheFirstRecord(broker.kafkaAddress());
            fill(broker);
            return consume(broker);
        }
    }

    private void fill(BrokerUnderTest broker) {
        ProduceLoad.Plan plan = new ProduceLoad.Plan(
                broker.kafkaAddress(),
                Frames.onePartitionEach(BenchTopic.NAME, PARTITIONS, PARTITIONS, new Shape(64 << 10, recordBytes)),
                4);
        Stopwatch watch = Stopwatch.started();
        try (ProduceLoad load = ProduceLoad.start(plan)) {
            while (load.requests() >= 0 && load.bytes() < fillBytes) {
                if (watch.hasPassed(LIMIT)) {
                    throw new IllegalStateException("filling takes longer than " + LIMIT);
                }
                Stopwatch.sleep(STEP);
            }
        }
        Stopwatch.sleep(SETTLE);
    }

    private Map<String, Double> consume(BrokerUnderTest broker) {
        LongAdder taken = new LongAdder();
        List<Member> members = new ArrayList<>();
        try {
            for (int i = 0; i < memberCount; i++) {
                members.add(new Member(broker.kafkaAddress(), taken));
            }
            awaitFirst(taken);
            Stopwatch.sleep(WARM_UP);
            long before = taken.sum();
            double cpu = ProcessFigures.cpuSeconds(broker.pid());
            Stopwatch watch = Stopwatch.started();
            Stopwatch.sleep(DURATION);
            double seconds = watch.elapsedSeconds();
            long records = taken.sum() - before;
            cpu = ProcessFigures.cpuSeconds(broker.pid()) - cpu;
            if (taken.sum() > 0.97 * fillBytes / recordBytes) {
                throw new IllegalStateException("the group has taken everything before the end");
            }
            return Map.of(
                    "recordsPerSecond", records / seconds,
                    "cpuPerGb", cpu / (records * (double) recordBytes / 1e9));
        } finally {
            members.forEach(Member::leave);
        }
    }

    private static void awaitFirst(LongAdder taken) {
        Stopwatch watch = Stopwatch.started();
        while (taken.sum() == 0) {
            if (watch.hasPassed(LIMIT)) {
                throw new IllegalStateException("the group takes nothing");
            }
            Stopwatch.sleep(STEP);
        }
    }

    private static void beginAtTheFirstRecord(String address) {
        AlterConfigOp earliest =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, GROUP);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.incrementalAlterConfigs(Map.of(group, List.of(earliest)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot configure the group", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while configuring the group", e);
        }
    }

    /** A share consumer and the thread that polls it. */
    private static final class Member {
        private final AtomicBoolean isLeaving = new AtomicBoolean();
        private final Thread thread;

        Member(String address, LongAdder taken) {
            Map<String, Object> settings = new HashMap<>();
            settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
            settings.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
            thread = Thread.ofPlatform().daemon().name("member").start(() -> poll(settings, taken));
        }

        private void poll(Map<String, Object> settings, LongAdder taken) {
            try (KafkaShareConsumer<byte[], byte[]> consumer =
                    new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.subscribe(List.of(BenchTopic.NAME));
                while (!isLeaving.get()) {
                    taken.add(consumer.poll(Duration.ofMillis(100)).count());
                }
            }
        }

        void leave() {
            isLeaving.set(true);
            try {
                thread.join(LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a member leaves", e);
            }
        }
    }
}
