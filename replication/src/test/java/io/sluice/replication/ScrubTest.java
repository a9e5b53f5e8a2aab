package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedLogException;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.journal.JournalSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ScrubTest {
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final SegmentSettings SETTINGS = new SegmentSettings(512, 1_000_000, 4096);

    @TempDir
    Path directory;

    private Replication replication;

    private void open(long scrubPauseMs) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        replication = Replication.open(
                new ReplicationSettings(
                        directory,
                        journal,
                        4 << 20,
                        8 << 20,
                        16 << 20,
                        60_000,
                        64,
                        0,
                        64 << 20,
                        scrubPauseMs,
                        0,
                        1 << 20),
                List.of(new ShardSpec(1, Durability.FSYNC, List.of())),
                new RealDisk(),
                new SystemClock(),
                new SplittableRandom(1),
                Thread.ofPlatform().daemon().factory());
    }

    @AfterEach
    void stop() {
        replication.stop();
    }

    private PartitionReplica replica() {
        return Objects.requireNonNull(replication.shard(1).partition(TOPIC, 0));
    }

    private void write(int batches) {
        ErrorCode opened = replication
                .shard(1)
                .propose(new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, SETTINGS))
                .join();
        assertThat(opened).isEqualTo(ErrorCode.NONE);
        for (int number = 0; number < batches; number++) {
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            replication
                    .shard(1)
                    .append(
                            replica(),
                            Batches.of("value " + number),
                            Runnable::run,
                            (error, base, start) -> answer.complete(error));
            assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
        }
    }

    private void flipByte(long filePosition) {
        RealDisk disk = new RealDisk();
        Path partition = replication.shard(1).table().directory(TOPIC, 0, 0);
        String first = disk.list(partition).stream()
                .filter(name -> name.endsWith(".log"))
                .findFirst()
                .orElseThrow();
        try (DiskFile file = disk.open(partition.resolve(first))) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, filePosition);
            file.write(one.put(0, (byte) (one.get(0) ^ 1)).rewind(), filePosition);
        }
    }

    private long metric(String name) {
        AtomicLong value = new AtomicLong(-1);
        replication.collect(metric -> {
            if (metric.name().equals(name)) {
                value.set((long) metric.value());
            }
        });
        return value.get();
    }

    @Test
    void damageInASealedSegmentIsFoundWithoutAReader() {
        open(600_000);
        write(40);
        replication.stop();
        flipByte(100);

        open(1);

        while (metric("sluice_damaged_ranges") < 1) {
            Thread.onSpinWait();
        }
        long readBytes = metric("sluice_scrub_read_bytes_total");
        while (metric("sluice_scrub_read_bytes_total") < 3 * readBytes) {
            Thread.onSpinWait();
        }
        assertThat(metric("sluice_damaged_ranges")).as("each is counted once").isEqualTo(1);
    }

    @Test
    void damageThatAReaderMeetsIsCountedAndGoesWithItsRecords() {
        open(600_000);
        write(40);
        replication.stop();
        flipByte(100);
        open(600_000);

        PartitionReplica damaged = replica();
        assertThatThrownBy(() -> Batches.readAll(damaged)).isInstanceOf(DamagedLogException.class);
        assertThat(metric("sluice_damaged_ranges")).isEqualTo(1);

        replication.shard(1).propose(new ControlEntry.Drop(TOPIC, 2)).join();
        assertThat(metric("sluice_damaged_ranges")).isZero();
    }
}
