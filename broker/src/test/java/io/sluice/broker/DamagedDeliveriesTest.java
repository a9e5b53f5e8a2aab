package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A delivery group whose next records the disk has lost. */
class DamagedDeliveriesTest {
    private static final Path PACKS = Path.of("/data/shard-1/partitions/packs");

    private final SimulatedDisk disk = new SimulatedDisk(new Random(1));
    private LocalBroker broker = open();

    private LocalBroker open() {
        return LocalBroker.open(
                BrokerSettings.DEFAULT,
                new ReplicationSettings(
                        Path.of("/data"),
                        new JournalSettings(256 << 10, 1 << 20, 16 << 20),
                        1 << 20,
                        2 << 20,
                        32 << 10,
                        60_000,
                        8),
                disk,
                new SimulatedClock(),
                new Random(5),
                Thread.ofPlatform().daemon().factory());
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    private static void append(Topic topic, String value) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        ByteBuffer batch = new BatchBuilder(Compression.NONE)
                .add(1, null, value.getBytes(StandardCharsets.UTF_8))
                .build();
        topic.partition(0).append(batch, Runnable::run, (error, baseOffset, start) -> answer.complete(error));
        assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
    }

    private List<Run> acquire() {
        Topic orders = broker.topics().find("orders").orElseThrow();
        DeliveryGroup group = new DeliveryGroup(DeliveryKind.JETSTREAM, "workers", orders.id(), 0);
        return broker.deliveries()
                .acquire(Acquire.now(group, "a", 10, 1 << 20, Limit.EXACT))
                .join()
                .get()
                .runs();
    }

    private double unreadable() {
        double[] value = {Double.NaN};
        broker.collect(metric ->
                value[0] = metric.name().equals("sluice_delivery_unreadable_total") ? metric.value() : value[0]);
        return value[0];
    }

    /** Changes the first byte of the last such text among the partition's records; flipped again it is as before. */
    private void flip(String text) {
        Path pack = disk.list(PACKS).stream()
                .filter(name -> name.endsWith(".pack"))
                .map(PACKS::resolve)
                .findFirst()
                .orElseThrow();
        ByteBuffer all = ByteBuffer.allocate((int) disk.sizeBytes(pack));
        try (DiskFile file = disk.openForReading(pack)) {
            file.read(all, 0);
        }
        int at = new String(all.array(), StandardCharsets.ISO_8859_1).lastIndexOf(text);
        assertThat(at).isPositive();
        disk.flipByte(pack, at, (byte) 0x80);
    }

    @Test
    void isHandedOutWhatLiesBeforeThenStandsStillAndGoesOnWhenTheyAreMended() {
        Topic orders = broker.topics()
                .create(new NewTopic("orders", 1, 1, Map.of()), false)
                .join()
                .get();
        List.of("first", "second", "third").forEach(value -> append(orders, value));
        restartAfterFlipping("second");

        assertThat(acquire()).containsExactly(new Run(0, 0, 1));
        assertThat(unreadable()).isZero();
        assertThat(acquire()).isEmpty();
        assertThat(unreadable()).isPositive();

        restartAfterFlipping("\u00f3econd");
        assertThat(acquire()).containsExactly(new Run(1, 1, 1), new Run(2, 2, 1));
        assertThat(unreadable()).isZero();
    }

    private void restartAfterFlipping(String text) {
        broker.stop();
        flip(text);
        broker = open();
    }
}
