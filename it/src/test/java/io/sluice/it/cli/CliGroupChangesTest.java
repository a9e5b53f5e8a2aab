package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** All tests share a broker; each has topics and groups of its own. */
@Timeout(120)
final class CliGroupChangesTest {

    private static CliBroker broker;

    @BeforeAll
    static void startBroker(@TempDir Path folder) {
        broker = CliBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void aPlanIsShownAndNothingMovesUntilItIsExecuted() {
        readToEnd("planned", "planning");
        CliRun plan = broker.succeed("group", "reset", "planning", "--to-earliest");
        assertThat(plan.lines().getLast()).matches("planned +0 +4 +0 +4 +4");
        assertThat(plan.err()).contains("would move 1 position of group planning", "--execute does it");
        assertThat(position("planning")).isEqualTo(4);

        assertThat(broker.succeed("group", "reset", "planning", "--to-earliest", "--execute")
                        .lines())
                .endsWith("moved 1 position of group planning");
        assertThat(position("planning")).isZero();
        assertThat(values("planned", "planning")).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aGroupMovesToOffsetsTimesAndByDistances() {
        readToEnd("moved", "moving");
        reset("moving", "--to-offset", "1");
        assertThat(position("moving")).isEqualTo(1);
        reset("moving", "--shift-by", "2");
        assertThat(position("moving")).isEqualTo(3);
        reset("moving", "--shift-by", "-1");
        assertThat(position("moving")).isEqualTo(2);
        reset("moving", "--to-latest");
        assertThat(position("moving")).isEqualTo(4);
        reset("moving", "--to-time", "2018-01-31T01:50:00Z");
        assertThat(position("moving")).isEqualTo(1);
        reset("moving", "--by", "1h");
        assertThat(position("moving")).isEqualTo(4);
        assertThat(reset("moving", "--to-offset", "99").out()).contains("99 is after the end");
        assertThat(position("moving")).isEqualTo(4);
    }

    @Test
    void positionsAreKeptInAFileAndComeBack(@TempDir Path folder) throws IOException {
        readToEnd("filed", "filing");
        Path file = Files.writeString(folder.resolve("positions"), "# topic,partition,offset\n\"filed\",0,3\n");
        JsonNode plan =
                reset("filing", "--from-file", file.toString(), "-o", "json").json();
        assertThat(plan.path("executed").asBoolean()).isTrue();
        assertThat(plan.path("partitions").path(0).path("newPosition").asLong()).isEqualTo(3);
        assertThat(position("filing")).isEqualTo(3);
        broker.fails(
                "no topic gone",
                "group",
                "reset",
                "filing",
                "--from-file",
                Files.writeString(folder.resolve("gone"), "gone,0,1").toString());
    }

    @Test
    void aGroupIsGivenPositionsBeforeItsFirstStart() {
        broker.succeed("topic", "create", "ahead", "-p", "3");
        broker.fails("no group starting", "group", "reset", "starting", "--to-latest");
        reset("starting", "--to-latest", "--topic", "ahead:0,2");
        assertThat(broker.succeed("group", "describe", "starting").lines())
                .anyMatch(line -> line.matches("ahead +0 +0 +0 +0 +-"))
                .anyMatch(line -> line.matches("ahead +1 +- +0 +- +-"));
        broker.fails("no partition 3", "group", "reset", "starting", "--to-latest", "--topic", "ahead:3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGroupWithMembersIsNotMovedAndItsMembersAreShown(String protocol) {
        String topic = "busy-" + protocol;
        String group = "working-" + protocol;
        readToEnd(topic, group);
        try (KafkaConsumer<byte[], byte[]> member = member(group, protocol)) {
            member.subscribe(List.of(topic));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                member.poll(Duration.ofMillis(100));
                return !member.assignment().isEmpty();
            });
            assertThat(broker.succeed("group", "describe", group).out()).contains("1 member", "worker", topic + "[0]");
            assertThat(broker.succeed("group", "list", "--state", "stable", "--type", protocol)
                            .lines())
                    .anyMatch(line -> line.startsWith(group));
            assertThat(broker.succeed("group", "list", "--state", "empty").lines())
                    .noneMatch(line -> line.startsWith(group));
            broker.fails("1 active member", "group", "reset", group, "--to-earliest", "--execute");
            assertThat(broker.succeed("group", "reset", group, "--to-earliest").err())
                    .contains("not possible while it has 1 active member");
            broker.fails("active members", "group", "delete", group);
        }
        assertThat(position(group)).isEqualTo(4);
    }

    @Test
    void aGroupIsDeletedWithItsPositions() {
        readToEnd("left", "leaving");
        assertThat(broker.succeed("group", "delete", "leaving").out()).isEqualTo("deleted leaving with 1 position\n");
        broker.fails("no group leaving", "group", "describe", "leaving");
        broker.fails("--if-exists", "group", "delete", "leaving");
        assertThat(broker.succeed("group", "delete", "leaving", "--if-exists", "-o", "json")
                        .json()
                        .path(0)
                        .path("deleted")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void onlyThePositionsInATopicAreForgotten() {
        readToEnd("kept", "halving");
        readToEnd("dropped", "halving");
        assertThat(broker.succeed("group", "delete", "halving", "--topic", "dropped")
                        .out())
                .isEqualTo("deleted 1 position of halving in dropped\n");
        assertThat(broker.succeed("group", "describe", "halving").out())
                .contains("kept")
                .doesNotContain("dropped");
    }

    private static void readToEnd(String topic, String group) {
        broker.succeed("topic", "create", topic, "-c", "retention.ms=-1");
        broker.succeedWith("""
                {"value":"a","timestamp":1517363399000}
                {"value":"b","timestamp":1517363400000}
                {"value":"c","timestamp":1517363401000}
                {"value":"d","timestamp":1517363402000}
                """, "produce", topic, "--json");
        assertThat(values(topic, group)).hasSize(4);
    }

    private static CliRun reset(String group, String... how) {
        String[] words = new String[how.length + 4];
        words[0] = "group";
        words[1] = "reset";
        words[2] = group;
        System.arraycopy(how, 0, words, 3, how.length);
        words[words.length - 1] = "--execute";
        return broker.succeed(words);
    }

    private static long position(String group) {
        return broker.succeed("group", "describe", group, "-o", "json")
                .json()
                .path(0)
                .path("partitions")
                .path(0)
                .path("position")
                .asLong(-1);
    }

    private static List<String> values(String topic, String group) {
        return broker.succeed("consume", topic, "-g", group, "-o", "value", "-q")
                .lines();
    }

    private static KafkaConsumer<byte[], byte[]> member(String group, String protocol) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.address(),
                        "group.id",
                        group,
                        "group.protocol",
                        protocol,
                        "client.id",
                        "worker"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
