package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.ProduceLoad;
import io.sluice.bench.measure.Row.ForTheRecord;
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
 * A share group takes what lies in 4 partitions, acknowledging implicitly, which both sync: records a second and the broker's CPU for it.
 * Each member asks some hundred times a second, so a JVM is at its compiling for most of a minute, which would be half of
 * what is measured: other groups take the same records before, one after the other. The clients' own CPU and what both leave
 * idle show how much a faster broker could gain here.
 *
 * @param memberCount members of the group
 * @param recordBytes size of a record
 * @param fillBytes records that are there beforehand, in bytes
 */
record ShareMeasure(int memberCount, int recordBytes, long fillBytes) implements Measure.Run {
    private static final int PARTITIONS = 4;
    private static final String WARM_UP_GROUPS = "warm-up-";
    private static final String GROUP = "bench";

    /** What is acknowledged is in a topic of Kafka's own, which is synced as every topic without a setting of its own. */
    private static final Map<String, String> OF_KAFKA = Map.of(
            "log.flush.interval.messages", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1");

    /** The records are there beforehand; syncing each batch of them would take Kafka minutes. */
    private static final Map<String, String> FILLED_AT_ONCE = Map.of("flush.messages", Long.toString(Long.MAX_VALUE));

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration LEAD = Duration.ofSeconds(2);
    private static final Duration DURATION = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofMillis(5);

    /** A group that takes nothing for so long has everything. */
    private static final Duration STANDSTILL = Duration.ofMillis(300);

    static Measure measure(String name, int memberCount, int recordBytes, long fillBytes) {
        return new Measure(
                name,
                "share group, " + memberCount + " members, 4 partitions, " + recordBytes + " B records, both synced",
                Contender.SLUICE,
                Contender.KAFKA_FLUSH_EACH,
                List.of(
                        new Row("recordsPerSecond", "records/s", new RatioAtLeast(3)),
                        new Row("cpuPerGb", "broker CPU s/GB", new RatioAtMost(0.3)),
                        new Row("clientCpuPerGb", "client CPU s/GB", new ForTheRecord()),
                        new Row("idle", "cores left idle, of all", new ForTheRecord())),
                75,
                new ShareMeasure(memberCount, recordBytes, fillBytes));
    }

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        try (BrokerUnderTest broker = contender.start(data, contender.isSluice() ? Map.of() : OF_KAFKA)) {
            BenchTopic.create(broker.kafkaAddress(), contender.isSluice() ? Map.of() : FILLED_AT_ONCE, PARTITIONS);
            beginAtTheFirstRecord(broker.kafkaAddress(), GROUP);
            fill(broker);
            warmUp(broker);
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

    private void warmUp(BrokerUnderTest broker) {
        Stopwatch watch = Stopwatch.started();
        for (int i = 1; !watch.hasPassed(WARM_UP); i++) {
            warmUp(broker, WARM_UP_GROUPS + i, watch);
        }
    }

    /** Until the group has taken everything, or it is time. */
    private void warmUp(BrokerUnderTest broker, String group, Stopwatch watch) {
        beginAtTheFirstRecord(broker.kafkaAddress(), group);
        LongAdder taken = new LongAdder();
        List<Member> members = members(broker, group, taken);
        try {
            awaitFirst(taken);
            long before = 0;
            while (taken.sum() > before && !watch.hasPassed(WARM_UP)) {
                before = taken.sum();
                Stopwatch.sleep(STANDSTILL);
            }
        } finally {
            members.forEach(Member::leave);
        }
    }

    private List<Member> members(BrokerUnderTest broker, String group, LongAdder taken) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < memberCount; i++) {
            members.add(new Member(broker.kafkaAddress(), group, taken));
        }
        return members;
    }

    private Map<String, Double> consume(BrokerUnderTest broker) {
        LongAdder taken = new LongAdder();
        List<Member> members = members(broker, GROUP, taken);
        try {
            awaitFirst(taken);
            Stopwatch.sleep(LEAD);
            long before = taken.sum();
            long ownPid = ProcessHandle.current().pid();
            double cpuBefore = ProcessFigures.cpuSeconds(broker.pid());
            double clientCpuBefore = ProcessFigures.cpuSeconds(ownPid);
            Stopwatch watch = Stopwatch.started();
            Stopwatch.sleep(DURATION);
            double seconds = watch.elapsedSeconds();
            long records = taken.sum() - before;
            double cpu = ProcessFigures.cpuSeconds(broker.pid()) - cpuBefore;
            double clientCpu = ProcessFigures.cpuSeconds(ownPid) - clientCpuBefore;
            double gigabytes = records * (double) recordBytes / 1e9;
            checkThatMoreIsTaken(taken);
            return Map.of(
                    "recordsPerSecond", records / seconds,
                    "cpuPerGb", cpu / gigabytes,
                    "clientCpuPerGb", clientCpu / gigabytes,
                    "idle", Runtime.getRuntime().availableProcessors() - (cpu + clientCpu) / seconds);
        } finally {
            members.forEach(Member::leave);
        }
    }

    private static void checkThatMoreIsTaken(LongAdder taken) {
        long before = taken.sum();
        Stopwatch.sleep(STANDSTILL);
        if (taken.sum() == before) {
            throw new IllegalStateException("the group has taken everything before the end");
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

    private static void beginAtTheFirstRecord(String address, String name) {
        AlterConfigOp earliest =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, name);
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

        Member(String address, String group, LongAdder taken) {
            Map<String, Object> settings = new HashMap<>();
            settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
            settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
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
