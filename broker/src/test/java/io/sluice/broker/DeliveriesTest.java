package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.RecordHeader;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Delivery groups of a whole broker, over restarts and power cuts. */
class DeliveriesTest {
    private final SimulatedClock clock = new SimulatedClock();
    private SimulatedDisk disk = new SimulatedDisk(new Random(1));
    private LocalBroker broker = open();

    private LocalBroker open() {
        ReplicationSettings settings = new ReplicationSettings(
                Path.of("/data"),
                new JournalSettings(256 << 10, 1 << 20, 16 << 20),
                1 << 20,
                2 << 20,
                32 << 10,
                60_000,
                8);
        return LocalBroker.open(
                BrokerSettings.DEFAULT,
                settings,
                disk,
                clock,
                new Random(5),
                Thread.ofPlatform().daemon().factory());
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    private void restart() {
        broker.stop();
        broker = open();
    }

    private Topic create(String name, Map<String, String> configs) {
        return broker.topics()
                .create(new NewTopic(name, 1, 1, configs), false)
                .join()
                .get();
    }

    private Topic topic(String name) {
        return broker.topics().find(name).orElseThrow();
    }

    private static DeliveryGroup group(Topic topic) {
        return new DeliveryGroup(DeliveryKind.JETSTREAM, "workers", topic.id(), 0);
    }

    private static void append(Topic topic, String... values) {
        BatchBuilder batch = new BatchBuilder(Compression.NONE);
        for (String value : values) {
            batch.add(77, null, value.getBytes(StandardCharsets.UTF_8));
        }
        append(topic, batch);
    }

    private static void append(Topic topic, BatchBuilder batch) {
        assertThat(tryToAppend(topic, batch)).isEqualTo(ErrorCode.NONE);
    }

    private static ErrorCode tryToAppend(Topic topic, BatchBuilder batch) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        topic.partition(0).append(batch.build(), Runnable::run, (error, baseOffset, start) -> answer.complete(error));
        return answer.join();
    }

    private List<Run> acquire(Topic topic, int recordsMax) {
        return broker.deliveries()
                .acquire(Acquire.now(group(topic), "a", recordsMax, 1 << 20, Limit.EXACT))
                .join()
                .get()
                .runs();
    }

    private ErrorCode settle(Topic topic, long first, long last, Verdict verdict) {
        return broker.deliveries()
                .settle(group(topic), "a", List.of(new Settlement(first, last, verdict, -1, "no stock")))
                .join();
    }

    private Description describe(Topic topic) {
        return broker.deliveries().describe(group(topic)).join().get();
    }

    @Test
    void whatWasAcknowledgedIsSettledAfterARestartAndWhatIsHeldStaysHeld() {
        Topic orders = create("orders", Map.of());
        append(orders, "a", "b", "c", "d");
        assertThat(acquire(orders, 3)).containsExactly(new Run(0, 2, 1));
        assertThat(settle(orders, 1, 1, Verdict.ACKNOWLEDGE)).isEqualTo(ErrorCode.NONE);

        restart();

        Topic again = topic("orders");
        assertThat(describe(again).acquired()).isEqualTo(2);
        assertThat(describe(again).position()).isEqualTo(3);
        assertThat(settle(again, 0, 0, Verdict.RELEASE)).isEqualTo(ErrorCode.NONE);
        assertThat(acquire(again, 9)).containsExactly(new Run(0, 0, 2));
        assertThat(acquire(again, 9)).as("from the disk").containsExactly(new Run(3, 3, 1));
    }

    @Test
    void aGroupIsListedUntilItsTopicIsDeleted() {
        Topic orders = create("orders", Map.of("sluice.durability", "os"));
        append(orders, "a");
        acquire(orders, 1);
        DeliveryService deliveries = broker.deliveries();

        assertThat(deliveries
                        .list(Optional.of(DeliveryKind.JETSTREAM), Optional.of("workers"))
                        .join())
                .extracting(Description::group)
                .containsExactly(group(orders));
        assertThat(deliveries
                        .list(Optional.of(DeliveryKind.SHARE), Optional.empty())
                        .join())
                .isEmpty();
        broker.topics().delete(orders.id()).join();
        assertThat(deliveries.list(Optional.empty(), Optional.empty()).join()).isEmpty();
        assertThat(deliveries.describe(group(orders)).join().error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aRecordWithoutAttemptsLeftBecomesOneDeadLetterWithItsStory() {
        Topic orders =
                create("orders", Map.of("sluice.delivery.attempts.max", "1", "sluice.delivery.dead.letters", "on"));
        append(orders, "a", "b", "c");
        acquire(orders, 3);
        settle(orders, 0, 0, Verdict.ACKNOWLEDGE);
        settle(orders, 1, 2, Verdict.RELEASE);

        Partition dead = deadLettersOf("orders", 2);
        restart();

        assertThat(RecordsSeen.from(topic("orders.dead").partition(0), 0)).containsExactly("0:b", "1:c");
        assertThat(dead.endOffset()).isEqualTo(2);
        assertThat(HeadersSeen.ofFirst(topic("orders.dead").partition(0)))
                .isEqualTo(Map.of(
                        "sluice-dead-topic", "orders",
                        "sluice-dead-partition", "0",
                        "sluice-dead-offset", "1",
                        "sluice-dead-group", "workers",
                        "sluice-dead-cause", "attempts-exhausted",
                        "sluice-dead-error", "no stock",
                        "sluice-dead-count", "1",
                        "sluice-dead-time", "77"));
        assertThat(describe(topic("orders")).lag()).isZero();
    }

    private Partition deadLettersOf(String name, long count) {
        while (broker.topics().find(name + ".dead").isEmpty()
                || topic(name + ".dead").partition(0).endOffset() < count) {
            Thread.onSpinWait();
        }
        return topic(name + ".dead").partition(0);
    }

    @Test
    void aPowerCutLeavesNothingAcknowledgedToBeDeliveredAgainAndNoDeadLetterTwice() {
        Topic orders =
                create("orders", Map.of("sluice.delivery.attempts.max", "1", "sluice.delivery.dead.letters", "on"));
        append(orders, "a", "b", "c", "d");
        acquire(orders, 3);
        settle(orders, 0, 0, Verdict.ACKNOWLEDGE);
        settle(orders, 1, 1, Verdict.REJECT);
        deadLettersOf("orders", 1);
        SimulatedDisk later = disk.afterPowerLoss();
        endThreads(broker);
        disk = later;
        broker = open();

        List<String> delivered = new ArrayList<>();
        acquire(topic("orders"), 9).forEach(run -> delivered.add(run.firstOffset() + "-" + run.lastOffset()));
        assertThat(delivered).doesNotContain("0-0").contains("3-3");
        assertThat(RecordsSeen.from(topic("orders.dead").partition(0), 0)).containsExactly("0:b");
    }

    private static void endThreads(LocalBroker powerless) {
        try {
            powerless.stop();
        } catch (SimulatedCrashException | CompletionException expected) {
            // There is no disk to stop on in good order.
        }
    }

    @Test
    void aDelayedRecordIsNobodysBeforeItsTimeAlsoWhenTheBrokerStoodStillMeanwhile() {
        Topic orders = create("orders", Map.of("sluice.delivery.delay", "true"));
        long dueMs = clock.wallMs() + 1_000;
        List<RecordHeader> headers = List.of(
                new RecordHeader("sluice-deliver-at", Long.toString(dueMs).getBytes(StandardCharsets.UTF_8)));
        append(orders, new BatchBuilder(Compression.NONE).add(77, null, new byte[1], headers));
        append(orders, "b");
        assertThat(acquire(orders, 9)).containsExactly(new Run(1, 1, 1));
        assertThat(describe(orders).delayed()).isEqualTo(1);

        broker.stop();
        clock.advanceMs(600);
        broker = open();

        assertThat(acquire(topic("orders"), 9)).isEmpty();
        clock.advanceMs(410);
        assertThat(acquire(topic("orders"), 9)).containsExactly(new Run(0, 0, 1));
    }

    @Test
    void aGroupsOwnConfigurationsComeBeforeItsTopics() {
        Topic orders = create("orders", Map.of("sluice.delivery.lock.ms", "500"));
        assertThat(options(orders).lockMs()).isEqualTo(500);
        ConfigService.Resource workers = new ConfigService.Resource(ConfigService.Kind.GROUP, "workers");
        broker.configs()
                .replace(workers, Map.of("sluice.delivery.lock.ms", "0"), false)
                .join();

        assertThat(options(orders).lockMs()).isZero();
        assertThat(options(orders).pendingMax()).isEqualTo(1_000);
    }

    private DeliveryOptions options(Topic topic) {
        return broker.deliveries()
                .options(DeliveryKind.JETSTREAM, "workers", topic)
                .get();
    }

    @Test
    void whatAMemberSaysComesBeforeWhatItIsHandedInTheSameStep() {
        Topic orders = create("orders", Map.of("sluice.delivery.ordering", "partition"));
        append(orders, "a", "b");
        assertThat(acquire(orders, 1)).containsExactly(new Run(0, 0, 1));
        Acquire next = Acquire.now(group(orders), "a", 1, 1 << 20, Limit.EXACT);

        DeliveryService.Exchange foreign = broker.deliveries().exchange(List.of(said(orders, "b")), next);
        assertThat(foreign.settled().getFirst().join()).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
        assertThat(foreign.acquired().join().get().runs()).isEmpty();

        DeliveryService.Exchange own = broker.deliveries().exchange(List.of(said(orders, "a")), next);
        assertThat(own.settled().getFirst().join()).isEqualTo(ErrorCode.NONE);
        assertThat(own.acquired().join().get().runs()).containsExactly(new Run(1, 1, 1));
    }

    private static DeliveryService.Said said(Topic topic, String member) {
        return new DeliveryService.Said(group(topic), member, List.of(new Settlement(0, 0, Verdict.ACKNOWLEDGE)));
    }

    @Test
    void whatWasReadToHandItOutIsNotReadAgain() {
        append(create("orders", Map.of()), "a", "b");
        restart();
        Topic orders = topic("orders");
        RecordsSeen sink = new RecordsSeen();
        assertThat(broker.deliveries().readHandedOut(group(orders), 0, 1_000, sink))
                .isEqualTo(-1);
        acquire(orders, 1);
        assertThat(broker.deliveries().readHandedOut(group(orders), 0, 1_000, sink))
                .isEqualTo(2);
        assertThat(sink.records()).containsExactly("0:a", "1:b");
    }

    @Test
    void aDeadLetterWaitsWhileTheDiskIsFull() {
        Topic orders =
                create("orders", Map.of("sluice.delivery.attempts.max", "1", "sluice.delivery.dead.letters", "on"));
        append(orders, "a", "b");
        acquire(orders, 2);
        settle(orders, 0, 0, Verdict.REJECT);
        deadLettersOf("orders", 1);
        Topic probe = create("probe", Map.of());
        long freeBytes = ReplicationSettings.RESERVE_BYTES / 2;
        disk.limitCapacity(Long.MAX_VALUE - disk.usableBytes(Path.of("/")) + freeBytes);
        while (tryToAppend(probe, new BatchBuilder(Compression.NONE).add(77, null, new byte[1]))
                != ErrorCode.STORAGE_ERROR) {
            Thread.onSpinWait();
        }

        assertThat(settle(orders, 1, 1, Verdict.REJECT)).isEqualTo(ErrorCode.NONE);
        for (int retry = 0; retry < 3; retry++) {
            clock.advanceMs(1_100);
            assertThat(describe(orders).deadLettering()).isEqualTo(1);
        }
        disk.limitCapacity(Long.MAX_VALUE);
        awaitNothingOpenBut(0);
        assertThat(deadLettersOf("orders", 2).endOffset()).isEqualTo(2);
    }

    private static final Map<String, String> ONE_ATTEMPT_INTO_LOST = Map.of(
            "sluice.delivery.attempts.max", "1",
            "sluice.delivery.dead.letters", "on",
            "sluice.delivery.dead.letters.topic", "lost");

    @Test
    void deadLettersGoIntoATopicOfAnotherShardOnceAlsoOverARestart() {
        Topic orders = create("orders", ONE_ATTEMPT_INTO_LOST);
        create("lost", Map.of("sluice.durability", "os", "errors.deadletterqueue.group.enable", "true"));
        append(orders, "a", "b", "c");
        acquire(orders, 3);
        settle(orders, 0, 1, Verdict.REJECT);
        awaitNothingOpenBut(1);

        restart();

        settle(topic("orders"), 2, 2, Verdict.REJECT);
        awaitNothingOpenBut(0);
        assertThat(RecordsSeen.from(topic("lost").partition(0), 0)).containsExactly("0:a", "1:b", "2:c");
        assertThat(HeadersSeen.ofFirst(topic("lost").partition(0)))
                .containsEntry("sluice-dead-offset", "0")
                .containsEntry("sluice-dead-key", "jetstream/" + orders.id() + "/0/workers/0")
                .doesNotContainKey("__dlq.errors.topic");
    }

    private void awaitNothingOpenBut(long records) {
        while (describe(topic("orders")).lag() > records) {
            clock.advanceMs(1);
            Thread.onSpinWait();
        }
    }

    @Test
    void aTopicThatTakesNoDeadLettersGetsNoneUntilItDoes() {
        Topic orders = create("orders", ONE_ATTEMPT_INTO_LOST);
        create("lost", Map.of());
        append(orders, "a");
        acquire(orders, 1);
        settle(orders, 0, 0, Verdict.REJECT);
        assertThat(describe(orders).deadLettering()).isEqualTo(1);

        restart();
        assertThat(describe(topic("orders")).deadLettering()).isEqualTo(1);
        broker.configs()
                .replace(
                        new ConfigService.Resource(ConfigService.Kind.TOPIC, "lost"),
                        Map.of("errors.deadletterqueue.group.enable", "true"),
                        false)
                .join();
        awaitNothingOpenBut(0);
        while (topic("lost").partition(0).endOffset() == 0) {
            Thread.onSpinWait();
        }
        assertThat(RecordsSeen.from(topic("lost").partition(0), 0)).containsExactly("0:a");
    }

    @Test
    void aShareGroupHasDeadLettersByTheNamesThatKafkaGivesThem() {
        Topic orders = create("orders", Map.of());
        create("dlq.orders", Map.of("errors.deadletterqueue.group.enable", "true"));
        configureWorkers(Map.of(
                "errors.deadletterqueue.topic.name", "dlq.orders",
                "share.auto.offset.reset", "earliest"));
        DeliveryGroup shared = new DeliveryGroup(DeliveryKind.SHARE, "workers", orders.id(), 0);
        append(orders, "a");
        Acquire all = Acquire.now(shared, "m", 1, 1 << 20, Limit.EXACT);
        assertThat(broker.deliveries().acquire(all).join().get().runs()).hasSize(1);
        broker.deliveries()
                .settle(shared, "m", List.of(new Settlement(0, 0, Verdict.REJECT)))
                .join();

        Partition letters = topic("dlq.orders").partition(0);
        while (letters.endOffset() == 0) {
            Thread.onSpinWait();
        }
        assertThat(HeadersSeen.ofFirst(letters))
                .containsEntry("__dlq.errors.topic", "orders")
                .containsEntry("__dlq.errors.partition", "0")
                .containsEntry("__dlq.errors.offset", "0")
                .containsEntry("__dlq.errors.group", "workers")
                .containsEntry("__dlq.errors.delivery.count", "1")
                .containsEntry("__dlq.errors.message", "rejected");
    }

    private void configureWorkers(Map<String, String> configs) {
        broker.configs()
                .replace(new ConfigService.Resource(ConfigService.Kind.GROUP, "workers"), configs, false)
                .join();
    }

    @Test
    void aRecordThatWouldWaitLongerThanItIsKeptIsRefused() {
        Topic orders = create("orders", Map.of("sluice.delivery.delay", "true", "retention.ms", "60000"));
        Topic forEver = create("kept", Map.of("sluice.delivery.delay", "true", "retention.ms", "-1"));

        assertThat(appendDue(orders, clock.wallMs() + 60_000)).isEqualTo(ErrorCode.NONE);
        assertThat(appendDue(orders, clock.wallMs() + 60_001)).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(appendDue(forEver, clock.wallMs() + 600_000_000)).isEqualTo(ErrorCode.NONE);
    }

    private ErrorCode appendDue(Topic topic, long dueMs) {
        List<RecordHeader> headers = List.of(
                new RecordHeader("sluice-deliver-at", Long.toString(dueMs).getBytes(StandardCharsets.UTF_8)));
        BatchBuilder batch = new BatchBuilder(Compression.NONE).add(clock.wallMs(), null, new byte[1], headers);
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        topic.partition(0).append(batch.build(), Runnable::run, (error, baseOffset, start) -> answer.complete(error));
        return answer.join();
    }

    @Test
    void recordsOfOneKeyComeOneAfterTheOtherAlsoOverARestart() {
        Topic orders = create("orders", Map.of("sluice.delivery.ordering", "key"));
        BatchBuilder batch = new BatchBuilder(Compression.NONE);
        for (String key : List.of("x", "x", "y", "x")) {
            batch.add(77, key.getBytes(StandardCharsets.UTF_8), new byte[1]);
        }
        append(orders, batch);
        assertThat(acquire(orders, 9)).containsExactly(new Run(0, 0, 1), new Run(2, 2, 1));
        assertThat(settle(orders, 0, 0, Verdict.ACKNOWLEDGE)).isEqualTo(ErrorCode.NONE);

        restart();
        clock.advanceMs(200);
        assertThat(describe(topic("orders")).lag())
                .as("and what is due is noticed")
                .isEqualTo(3);

        assertThat(acquire(topic("orders"), 9)).containsExactly(new Run(1, 1, 1));
        assertThat(acquire(topic("orders"), 9)).isEmpty();
        assertThat(settle(topic("orders"), 1, 2, Verdict.ACKNOWLEDGE)).isEqualTo(ErrorCode.NONE);
        assertThat(acquire(topic("orders"), 9)).containsExactly(new Run(3, 3, 1));
    }
}
