package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.RecordHeader;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures deliveries of a whole broker on a real disk; only with {@code -Dsluice.figures=true}, because it takes a while and
 * says more the less else the machine does.
 */
class DeliveryFiguresTest {
    private static final int BATCH = 1_000;
    private static final int UNDER_WAY_MAX = 10_000;

    @TempDir
    Path folder;

    private LocalBroker open() {
        return open(folder.resolve("data"));
    }

    /** What a kill -9 leaves now. */
    private static Path copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
            return to;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static LocalBroker open(Path directory) {
        assumeThat(Boolean.getBoolean("sluice.figures")).isTrue();
        return LocalBroker.open(
                BrokerSettings.DEFAULT,
                new ReplicationSettings(
                        directory,
                        new JournalSettings(4 << 20, 64 << 20, 1L << 30),
                        64 << 20,
                        64 << 20,
                        64 << 20,
                        60_000,
                        64),
                new RealDisk(),
                new SystemClock(),
                new Random(5),
                Thread.ofPlatform().daemon().factory());
    }

    private static Topic create(LocalBroker broker, Map<String, String> configs) {
        return broker.topics()
                .create(new NewTopic("orders", 1, 1, configs), false)
                .join()
                .get();
    }

    private static DeliveryGroup group(Topic topic) {
        return new DeliveryGroup(DeliveryKind.MEMPHIS, "workers", topic.id(), 0);
    }

    private interface Headers {
        List<RecordHeader> of(int record);
    }

    private static void fill(Topic topic, int records, Headers headers) {
        CompletableFuture<ErrorCode> last = CompletableFuture.completedFuture(ErrorCode.NONE);
        for (int i = 0; i < records; i += BATCH) {
            BatchBuilder batch = new BatchBuilder(Compression.NONE);
            for (int j = i; j < i + BATCH; j++) {
                batch.add(System.currentTimeMillis(), null, new byte[100], headers.of(j));
            }
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            topic.partition(0)
                    .append(batch.build(), Runnable::run, (error, baseOffset, start) -> answer.complete(error));
            last = answer;
            if (i % (50 * BATCH) == 0) {
                last.join();
            }
        }
        assertThat(last.join()).isEqualTo(ErrorCode.NONE);
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static double secondsSince(long beganNs) {
        return (System.nanoTime() - beganNs) / 1e9;
    }

    private static long usedMib() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    @Test
    void aMillionPendingRecordsAndARestartWithThem() throws InterruptedException {
        int records = 1_000_000;
        LocalBroker broker = open();
        Topic topic = create(broker, Map.of("sluice.delivery.lock.ms", "3600000"));
        fill(topic, records, i -> List.of());
        int[] holders = new int[records];
        long beforeMib = usedMib();
        long beganNs = System.nanoTime();
        Semaphore room = new Semaphore(UNDER_WAY_MAX);
        for (int i = 0; i < records; i++) {
            room.acquire();
            int member = i % 100;
            var unused = broker.deliveries()
                    .acquire(Acquire.now(group(topic), "member-" + member, 1, 1 << 20, Limit.EXACT))
                    .thenAccept(got -> {
                        got.get().runs().forEach(run -> holders[(int) run.firstOffset()] = member);
                        room.release();
                    });
        }
        room.acquire(UNDER_WAY_MAX);
        double seconds = secondsSince(beganNs);
        say("%,d acquired one by one in %.1f s (%.2f us each)", records, seconds, seconds * 1e6 / records);
        long heldMib = usedMib() - beforeMib;
        say("%d MiB of heap for them", heldMib);
        assertThat(heldMib).isLessThanOrEqualTo(64);
        assertThat(broker.deliveries().describe(group(topic)).join().get().acquired())
                .isEqualTo(records);
        Path killed = copy(folder.resolve("data"), folder.resolve("killed"));
        broker.stop();
        beganNs = System.nanoTime();
        LocalBroker again = open(killed);
        double killedSeconds = secondsSince(beganNs);
        say("ready again %.2f s after a kill", killedSeconds);
        assertThat(killedSeconds).isLessThanOrEqualTo(3);
        assertThat(again.deliveries().describe(group(topic)).join().get().acquired())
                .isEqualTo(records);
        again.stop();
        beganNs = System.nanoTime();
        broker = open();
        say("ready again %.2f s after a stop", secondsSince(beganNs));
        assertThat(broker.deliveries().describe(group(topic)).join().get().acquired())
                .isEqualTo(records);
        settleAll(broker, topic, holders);
        broker.stop();
    }

    private static void settleAll(LocalBroker broker, Topic topic, int[] holders) throws InterruptedException {
        int records = holders.length;
        Semaphore room = new Semaphore(UNDER_WAY_MAX);
        long beganNs = System.nanoTime();
        for (int i = 0; i < records; i++) {
            room.acquire();
            var unused = broker.deliveries()
                    .settle(group(topic), "member-" + holders[i], List.of(new Settlement(i, i, Verdict.ACKNOWLEDGE)))
                    .thenRun(room::release);
        }
        room.acquire(UNDER_WAY_MAX);
        double seconds = secondsSince(beganNs);
        say("%,d acknowledged one by one, synced, in %.1f s (%.2f us each)", records, seconds, seconds * 1e6 / records);
        assertThat(broker.deliveries().describe(group(topic)).join().get().lag())
                .isZero();
    }

    @Test
    void aHundredThousandDeadLetters() {
        int records = 100_000;
        LocalBroker broker = open();
        Topic topic = create(broker, Map.of());
        fill(topic, records, i -> List.of());
        List<Run> runs = new ArrayList<>();
        while (runs.isEmpty() || runs.getLast().lastOffset() < records - 1) {
            runs.addAll(broker.deliveries()
                    .acquire(Acquire.now(group(topic), "a", records, 64 << 20, Limit.WHOLE_BATCHES))
                    .join()
                    .get()
                    .runs());
        }
        long beganNs = System.nanoTime();
        CompletableFuture<ErrorCode> last = CompletableFuture.completedFuture(ErrorCode.NONE);
        for (Run run : runs) {
            last = broker.deliveries()
                    .settle(
                            group(topic),
                            "a",
                            List.of(new Settlement(run.firstOffset(), run.lastOffset(), Verdict.REJECT)));
        }
        assertThat(last.join()).isEqualTo(ErrorCode.NONE);
        while (broker.deliveries().describe(group(topic)).join().get().lag() > 0) {
            Thread.onSpinWait();
        }
        double seconds = secondsSince(beganNs);
        say("%,d dead letters in %.2f s: %,.0f/s", records, seconds, records / seconds);
        assertThat(records / seconds).isGreaterThanOrEqualTo(50_000);
        assertThat(broker.topics()
                        .find("orders.dead")
                        .orElseThrow()
                        .partition(0)
                        .endOffset())
                .isEqualTo(records);
        broker.stop();
    }

    /** In an order that has nothing to do with that of the offsets: each is a row of its own. */
    private static long afterMs(long record, int records, int overMs) {
        return record * 7_919 % records * overMs / records;
    }

    private static long percentile(long[] counts, long wanted) {
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return i;
            }
        }
        return counts.length;
    }

    @Test
    void aMillionDelayedRecords() {
        int records = 1_000_000;
        int overMs = 100_000;
        LocalBroker broker = open();
        Topic topic = create(broker, Map.of("sluice.delivery.delay", "true"));
        long firstMs = System.currentTimeMillis() + 40_000;
        fill(
                topic,
                records,
                i -> List.of(new RecordHeader(
                        "sluice-deliver-at",
                        Long.toString(firstMs + afterMs(i, records, overMs)).getBytes(StandardCharsets.UTF_8))));
        long beforeMib = usedMib();
        long delivered = 0;
        long latestMs = 0;
        long[] lateByMs = new long[10_001];
        LongAdder heldMib = new LongAdder();
        while (delivered < records) {
            Result<Acquired> got = broker.deliveries()
                    .acquire(new Acquire(group(topic), "a", 5_000, 1 << 20, Limit.EXACT, 1_000, () -> false))
                    .join();
            long nowMs = System.currentTimeMillis();
            if (delivered == 0 && nowMs > firstMs - 1_000 && heldMib.sum() == 0) {
                heldMib.add(usedMib() - beforeMib);
                nowMs = System.currentTimeMillis();
            }
            List<Settlement> done = new ArrayList<>();
            for (Run run : got.get().runs()) {
                delivered += run.lastOffset() - run.firstOffset() + 1;
                for (long offset = run.firstOffset(); offset <= run.lastOffset(); offset++) {
                    long lateMs = nowMs - firstMs - afterMs(offset, records, overMs);
                    latestMs = Math.max(latestMs, lateMs);
                    lateByMs[Math.clamp(lateMs, 0, lateByMs.length - 1)]++;
                }
                done.add(new Settlement(run.firstOffset(), run.lastOffset(), Verdict.ACKNOWLEDGE));
            }
            var unused = broker.deliveries().settle(group(topic), "a", done);
        }
        long p99Ms = percentile(lateByMs, records * 99L / 100);
        say(
                "%,d delayed records: %d MiB of heap, p99 %d ms after their time, latest %d ms",
                records, heldMib.sum(), p99Ms, latestMs);
        assertThat(p99Ms).isLessThanOrEqualTo(100);
        assertThat(heldMib.sum()).isLessThanOrEqualTo(64);
        broker.stop();
    }
}
