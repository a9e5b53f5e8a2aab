package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Records that a share consumer rejects, and what an operator does about them. */
@Timeout(120)
final class CliDeadLettersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void lettersAreSeenDroppedChangedAndSentAgain(@TempDir Path folder) {
        try (CliBroker broker = CliBroker.start(folder)) {
            String data = folder.resolve("data").toString();
            giveUp(broker);
            areSeen(broker, data);

            broker.succeed("dead-letter", "drop", "orders", "--letter", "0:1");
            assertThat(letters(broker)).as("nothing without --execute").isEqualTo(4);
            isChangedWhileAnotherIsDropped(broker);
            assertThat(broker.succeed("dead-letter", "resend", "orders", "--letter", "0:3", "--execute")
                            .out())
                    .contains("resent 1 letter");
            assertThat(broker.succeed("consume", "orders", "--last", "2", "--output", "json")
                            .jsonLines())
                    .extracting(
                            record -> record.path("value").asString(),
                            record -> record.path("headers").toString())
                    .containsExactly(tuple("mended", "{\"by\":\"hand\"}"), tuple("d", "{}"));

            broker.fails("has no partition 7", "dead-letter", "peek", "orders", "--letter", "7:1");
            broker.succeedWith("a stray\n", "produce", "orders.dead");
            assertThat(broker.succeed(
                                    "dead-letter",
                                    "resend",
                                    "orders",
                                    "--to-group",
                                    "share",
                                    "--data",
                                    data,
                                    "--execute")
                            .out())
                    .contains("resent 1 letter of orders.dead; 1 letter cannot go to the group alone");
            broker.succeed("dead-letter", "drop", "orders", "--execute");
            assertThat(broker.succeed("dead-letter", "list").out()).contains("no open dead letters");
            assertThat(consume(broker, AcknowledgeType.ACCEPT, 3)).containsExactlyInAnyOrder("a", "mended", "d");
            isReset(broker, data);
        }
    }

    /** The second command begins and ends while the first one reads what it shall send: neither undoes what the other did. */
    private static void isChangedWhileAnotherIsDropped(CliBroker broker) {
        ByteArrayInputStream mended = new ByteArrayInputStream("mended".getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized byte[] readAllBytes() {
                assertThat(broker.succeed("dead-letter", "drop", "orders", "--letter", "0:1", "--execute")
                                .out())
                        .contains("dropped 1 letter of orders.dead");
                return super.readAllBytes();
            }
        };
        String[] words = {
            "dead-letter", "edit-resend", "orders", "--letter", "0:2", "--value-from", "-", "-H", "by=hand"
        };
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bootstrap", broker.address()));
        CliRun resent = CliRun.of(Map.of(), mended, all.toArray(String[]::new));
        assertThat(resent.exitCode()).as(resent.err()).isZero();
        assertThat(letters(broker)).isEqualTo(2);
        broker.fails("no such open letter", "dead-letter", "edit-resend", "orders", "--letter", "0:1", "--value", "x");
        broker.fails("no such open letter", "dead-letter", "edit-resend", "orders", "--letter", "0:2", "--value", "x");
    }

    private static void giveUp(CliBroker broker) {
        broker.succeed("topic", "create", "orders");
        broker.succeed("config", "set", "--topic", "orders", "sluice.delivery.dead.letters=on");
        broker.succeed("config", "set", "--group", "workers", "share.auto.offset.reset=earliest");
        broker.succeedWith("a\nb\nc\nd\n", "produce", "orders");
        assertThat(consume(broker, AcknowledgeType.REJECT, 4)).containsExactly("a", "b", "c", "d");
        await().atMost(LIMIT).until(() -> letters(broker) == 4);
    }

    private static void areSeen(CliBroker broker, String data) {
        assertThat(broker.succeed("dead-letter", "peek", "orders", "--count", "1")
                        .out())
                .contains("from orders 0:0, given up by workers after 1 delivery: rejected");
        assertThat(broker.succeed("dead-letter", "export", "orders", "--group", "workers")
                        .jsonLines())
                .extracting(letter -> letter.path("value").asString())
                .containsExactly("a", "b", "c", "d");
        assertThat(broker.succeed("group", "list", "--kind", "share", "--data", data)
                        .out())
                .contains("workers");
        JsonNode group = broker.succeed("group", "describe", "workers", "--kind", "share", "--data", data, "-o", "json")
                .json()
                .path(0);
        assertThat(group.path("deadLetters").asLong()).isEqualTo(4);
        assertThat(group.path("lag").asLong()).isZero();
        assertThat(group.path("partitions")
                        .path(0)
                        .path("options")
                        .path("deadLetterTopic")
                        .asString())
                .isEqualTo("orders.dead");
        broker.fails("no group idlers", "group", "describe", "idlers", "--kind", "share", "--data", data);
        broker.fails("must be one of", "group", "list", "--kind", "odd", "--data", data);
        broker.fails("no broker that can be asked", "group", "list", "--kind", "share", "--data", data + "-none");
    }

    private static void isReset(CliBroker broker, String data) {
        String[] plan = {"group", "reset", "workers", "--kind", "share", "--data", data, "--to-offset", "2"};
        assertThat(broker.succeed(plan).err()).contains("go on at offset:2 in 1 partition", "--execute does it");
        List<String> words = new ArrayList<>(List.of(plan));
        words.add("--execute");
        assertThat(broker.succeed(words.toArray(String[]::new)).out()).contains("moved 1 position of group workers");
        assertThat(broker.succeed("group", "describe", "workers", "--kind", "share", "--data", data, "-o", "json")
                        .json()
                        .path(0)
                        .path("lag")
                        .asLong())
                .isEqualTo(4);
    }

    private static long letters(CliBroker broker) {
        long letters = 0;
        for (JsonNode each :
                broker.succeed("dead-letter", "list", "--output", "json").json()) {
            letters += each.path("letters").asLong();
        }
        return letters;
    }

    private static List<String> consume(CliBroker broker, AcknowledgeType answer, int count) {
        List<String> values = new ArrayList<>();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.address(), "group.id", "workers", "share.acknowledgement.mode", "explicit");
        try (KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("orders"));
            await().atMost(LIMIT).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    consumer.acknowledge(record, answer);
                    values.add(new String(record.value(), StandardCharsets.UTF_8));
                }
                consumer.commitSync();
                return values.size() >= count;
            });
        }
        return values;
    }
}
