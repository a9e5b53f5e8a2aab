package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What delivery groups and a share group of earlier versions had open is open in this one, half of it in a checkpoint, half
 * in the journal. {@code -Dsluice.fixture.deliveries=FILE} writes the current format's fixture; an existing one is never
 * written again.
 */
final class DeliveryFormatTest {
    private static final String MEMBER = "kwJ5l9dTQhOqh2u3iNZ3Xg";
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    Path folder;

    private static LocalBroker open(Path data, SimulatedClock clock) {
        return FixtureFile.open(data, BrokerSettings.DEFAULT, clock);
    }

    @Test
    void writesTheFixtureIfAsked() throws IOException {
        String target = System.getProperty("sluice.fixture.deliveries", "");
        if (target.isEmpty()) {
            return;
        }
        assertThat(Path.of(target)).doesNotExist();
        SimulatedClock clock = new SimulatedClock(FixtureFile.OPENED_MS);
        LocalBroker first = open(folder.resolve("data"), clock);
        before(first);
        first.stop();
        LocalBroker second = open(folder.resolve("data"), clock);
        after(second);
        FixtureFile.pack(folder.resolve("data"), Path.of(target));
        second.stop();
    }

    private static void before(LocalBroker broker) {
        create(broker, "orders", Map.of("sluice.delivery.attempts.max", "3"));
        create(broker, "keyed", Map.of("sluice.delivery.ordering", "key"));
        append(broker, "orders", "a", "b", "c", "d", "e", "f", "g", "h");
        append(broker, "keyed", "x", "x", "y", "x");
        acquire(broker, workers(broker, "orders"), "first", 4);
        settle(broker, workers(broker, "orders"), "first", new Settlement(0, 0, Verdict.ACKNOWLEDGE));
        settle(broker, workers(broker, "orders"), "first", new Settlement(1, 1, Verdict.RELEASE, HOUR_MS, ""));
        acquire(broker, workers(broker, "keyed"), "first", 9);
        broker.configs()
                .replace(
                        new ConfigService.Resource(ConfigService.Kind.GROUP, "shared"),
                        Map.of("share.auto.offset.reset", "earliest"),
                        false)
                .join();
        ConsumerHeartbeat.Client client =
                new ConsumerHeartbeat.Client(Optional.empty(), Optional.empty(), "client", "/127.0.0.1");
        broker.groups()
                .shareHeartbeat(new ShareHeartbeat("shared", MEMBER, 0, client, Optional.of(List.of("orders"))))
                .join();
        acquire(broker, shared(broker), MEMBER, 2);
    }

    private static void after(LocalBroker broker) {
        append(broker, "orders", "i");
        acquire(broker, workers(broker, "orders"), "second", 2);
        settle(broker, workers(broker, "orders"), "first", new Settlement(3, 3, Verdict.ACKNOWLEDGE));
        settle(broker, workers(broker, "keyed"), "first", new Settlement(0, 0, Verdict.ACKNOWLEDGE));
        DeliveryGroup gone = new DeliveryGroup(
                DeliveryKind.MEMPHIS, "gone", workers(broker, "orders").topicId(), 0);
        acquire(broker, gone, "first", 1);
        broker.deliveries().delete(gone).join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"states-3.zip"})
    void whatWasOpenIsOpen(String fixture) throws IOException {
        FixtureFile.unpack(fixture, folder);
        LocalBroker broker = open(folder, new SimulatedClock(FixtureFile.OPENED_MS + 1_000));
        try {
            rowsAreThere(broker);
            keysKeepTheirOrder(broker);
            theShareGroupIsThere(broker);
        } finally {
            broker.stop();
        }
    }

    private static void rowsAreThere(LocalBroker broker) {
        DeliveryGroup workers = workers(broker, "orders");
        Description found = broker.deliveries().describe(workers).join().get();
        assertThat(found.position()).isEqualTo(6);
        assertThat(found.acquired()).isEqualTo(3);
        assertThat(found.delayed()).isEqualTo(1);
        assertThat(found.lag()).isEqualTo(7);
        assertThat(settle(broker, workers, "first", new Settlement(4, 4, Verdict.ACKNOWLEDGE)))
                .isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(settle(broker, workers, "second", new Settlement(4, 5, Verdict.ACKNOWLEDGE)))
                .isEqualTo(ErrorCode.NONE);
        assertThat(settle(broker, workers, "first", new Settlement(2, 2, Verdict.RELEASE)))
                .isEqualTo(ErrorCode.NONE);
        assertThat(acquire(broker, workers, "first", 9)).containsExactly(new Run(2, 2, 2));
        assertThat(acquire(broker, workers, "first", 9)).startsWith(new Run(6, 7, 1));
        assertThat(broker.deliveries()
                        .list(Optional.of(DeliveryKind.MEMPHIS), Optional.empty())
                        .join())
                .isEmpty();
    }

    private static void keysKeepTheirOrder(LocalBroker broker) {
        DeliveryGroup workers = workers(broker, "keyed");
        Description found = broker.deliveries().describe(workers).join().get();
        assertThat(found.acquired()).isEqualTo(1);
        assertThat(found.lag()).isEqualTo(3);
        assertThat(settle(broker, workers, "first", new Settlement(2, 2, Verdict.ACKNOWLEDGE)))
                .isEqualTo(ErrorCode.NONE);
        assertThat(settle(broker, workers, "first", new Settlement(3, 3, Verdict.ACKNOWLEDGE)))
                .as("it waits for its key")
                .isEqualTo(ErrorCode.INVALID_RECORD_STATE);
    }

    private static void theShareGroupIsThere(LocalBroker broker) {
        ShareGroupDescription group =
                broker.groups().describeShareGroup("shared").join().get();
        assertThat(group.members())
                .extracting(ShareGroupDescription.Member::memberId)
                .containsExactly(MEMBER);
        Description found = broker.deliveries().describe(shared(broker)).join().get();
        assertThat(found.position()).isEqualTo(2);
        assertThat(found.acquired() + found.available() + found.delayed()).isEqualTo(2);
    }

    private static void create(LocalBroker broker, String name, Map<String, String> configs) {
        broker.topics().create(new NewTopic(name, 1, 1, configs), false).join().get();
    }

    private static DeliveryGroup workers(LocalBroker broker, String topic) {
        return new DeliveryGroup(
                DeliveryKind.JETSTREAM,
                "workers",
                broker.topics().find(topic).orElseThrow().id(),
                0);
    }

    private static DeliveryGroup shared(LocalBroker broker) {
        return new DeliveryGroup(
                DeliveryKind.SHARE,
                "shared",
                broker.topics().find("orders").orElseThrow().id(),
                0);
    }

    private static void append(LocalBroker broker, String topic, String... keys) {
        BatchBuilder batch = new BatchBuilder(Compression.NONE);
        for (String key : keys) {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            batch.add(FixtureFile.OPENED_MS, bytes, bytes);
        }
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        broker.topics()
                .find(topic)
                .orElseThrow()
                .partition(0)
                .append(batch.build(), Runnable::run, (error, baseOffset, start) -> answer.complete(error));
        assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
    }

    private static List<Run> acquire(LocalBroker broker, DeliveryGroup group, String member, int recordsMax) {
        return broker.deliveries()
                .acquire(Acquire.now(group, member, recordsMax, 1 << 20, Limit.EXACT))
                .join()
                .get()
                .runs();
    }

    private static ErrorCode settle(LocalBroker broker, DeliveryGroup group, String member, Settlement settlement) {
        return broker.deliveries().settle(group, member, List.of(settlement)).join();
    }
}
