package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** All tests share a broker; each has topics of its own. */
@Timeout(120)
final class CliTest {
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
    void aTopicIsCreatedListedDescribedAndDeleted() {
        assertThat(broker.succeed("topic", "create", "orders", "-p", "3", "-c", "retention.ms=-1")
                        .out())
                .isEqualTo("created orders with 3 partitions\n");
        assertThat(broker.succeed("topic", "list").lines()).anyMatch(line -> line.matches("orders +3 +1 +0"));
        assertThat(broker.succeed("topic", "describe", "orders").out())
                .startsWith("orders: 3 partitions, 0 records, id ")
                .contains("retention.ms=-1");
        assertThat(broker.succeed("topic", "delete", "orders").out()).isEqualTo("deleted orders\n");
        assertThat(broker.succeed("topic", "list").lines()).noneMatch(line -> line.startsWith("orders "));
    }

    @Test
    void topicsAsJsonAreForScripts() {
        JsonNode created = broker.succeed("topic", "create", "invoices", "-p", "2", "-o", "json")
                .json()
                .path(0);
        assertThat(created.path("created").asBoolean()).isTrue();
        assertThat(broker.succeed("topic", "create", "invoices", "--if-not-exists", "-o", "json")
                        .json()
                        .path(0)
                        .path("created")
                        .asBoolean())
                .isFalse();

        produce("invoices", "a\nb\n", "--partition", "1");
        JsonNode described = broker.succeed("topic", "describe", "invoices", "-o", "json")
                .json()
                .path(0);
        assertThat(described.path("topicId").asString())
                .isEqualTo(created.path("topicId").asString());
        assertThat(described.path("partitions").path(1).path("endOffset").asLong())
                .isEqualTo(2);
        assertThat(broker.succeed("topic", "list", "-o", "json").json().values())
                .anyMatch(topic -> topic.path("name").asString().equals("invoices")
                        && topic.path("records").asLong() == 2);
        assertThat(broker.succeed("topic", "delete", "invoices", "-o", "json")
                        .json()
                        .path(0)
                        .path("deleted")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void linesBecomeRecordsAndComeBackAsTheyWere() {
        assertThat(produce("lines", "first\nsecond, größer\nlast without an end")
                        .out())
                .startsWith("produced 3 records (")
                .endsWith(") to lines, partition 0 offsets 0 to 2\n");
        CliRun consumed = consume("lines", "-o", "value");
        assertThat(consumed.out()).isEqualTo("first\nsecond, größer\nlast without an end\n");
        assertThat(consumed.err()).isEqualTo("3 records of lines; this is the end of lines, --follow waits for more\n");
    }

    @Test
    void aFileIsSentCompressed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("events"), "line\n".repeat(1000));
        broker.succeed("produce", "filed", "--file", file.toString(), "-z", "zstd");
        assertThat(consume("filed", "-o", "value", "-q").out()).isEqualTo("line\n".repeat(1000));
    }

    @Test
    void recordsInJsonCarryEverything() {
        produce("rich", """
                {"key":"k","value":"v","headers":{"a":"1"},"partition":0,"timestamp":1517363399650}
                {"key":{"base64":"/w=="},"value":null}
                {"value":{"id":7}}
                """, "--json", "-H", "from=shop");
        CliRun consumed = consume("rich", "-o", "json", "-q");
        assertThat(consumed.lines().getFirst())
                .isEqualTo("{\"topic\":\"rich\",\"partition\":0,\"offset\":0,\"timestamp\":1517363399650,"
                        + "\"key\":\"k\",\"value\":\"v\",\"headers\":{\"from\":\"shop\",\"a\":\"1\"}}");
        List<JsonNode> records = consumed.jsonLines();
        assertThat(records.get(1).path("key").path("base64").asString()).isEqualTo("/w==");
        assertThat(records.get(1).path("value").isNull()).isTrue();
        assertThat(records.get(2).path("value").asString()).isEqualTo("{\"id\":7}");
        assertThat(consumed.err()).isEmpty();
    }

    @Test
    void whatConsumePrintsAsJsonProduceTakes() {
        produce("original", "k1:first\nk2:second\n", "--key-separator", ":", "--header", "from=shop");
        String printed = consume("original", "-o", "json", "-q").out();
        produce("copy", printed, "--json");
        assertThat(consume("copy", "-o", "json", "-q").out())
                .isEqualTo(printed.replace("\"topic\":\"original\"", "\"topic\":\"copy\""));
    }

    @Test
    void keysComeFromAFieldAndChooseThePartition() {
        broker.succeed("topic", "create", "keyed", "-p", "4");
        String lines = IntStream.range(0, 40)
                .mapToObj(number -> "{\"user\":{\"id\":\"u" + number % 4 + "\"},\"n\":" + number + "}\n")
                .reduce("", String::concat);
        JsonNode produced =
                produce("keyed", lines, "--key-field", "user.id", "-o", "json").json();
        assertThat(produced.path("records").asLong()).isEqualTo(40);
        List<JsonNode> records = consume("keyed", "-o", "json", "-q").jsonLines();
        assertThat(records).hasSize(40);
        for (String key : List.of("u0", "u1", "u2", "u3")) {
            assertThat(records.stream()
                            .filter(each -> each.path("key").asString().equals(key))
                            .map(each -> each.path("partition").asInt())
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void readingBeginsWhereItIsTold() {
        produce("tenth", """
                {"value":"one","timestamp":1000}
                {"value":"two","timestamp":2000}
                {"value":"three","timestamp":3000}
                {"value":"four","timestamp":4000}
                """, "--json");
        assertThat(values("tenth", "--from-beginning", "--count", "2")).containsExactly("one", "two");
        assertThat(values("tenth", "--offset", "3")).containsExactly("four");
        assertThat(values("tenth", "--from-time", "1970-01-01T00:00:02.500Z")).containsExactly("three", "four");
        assertThat(values("tenth", "--last", "3")).containsExactly("two", "three", "four");
        assertThat(values("tenth", "--last", "100")).hasSize(4);
        assertThat(values("tenth", "--last", "2", "--follow", "--count", "2")).containsExactly("three", "four");
    }

    @Test
    void theLastRecordsOfSeveralPartitionsAreTheNewestOfAll() {
        broker.succeed("topic", "create", "spread", "-p", "3");
        produce(
                "spread",
                IntStream.range(0, 30)
                        .mapToObj(number -> "{\"value\":\"" + number + "\",\"partition\":" + number % 3
                                + ",\"timestamp\":" + (1000 + number) + "}\n")
                        .reduce("", String::concat),
                "--json");
        assertThat(values("spread", "--last", "4")).containsExactly("26", "27", "28", "29");
        assertThat(values("spread", "--partition", "1", "--last", "1")).containsExactly("28");
    }

    @Test
    void aGroupGoesOnWhereItStoppedAndItsLagIsShown() {
        produce("billed", "a\nb\nc\nd\ne\n");
        assertThat(values("billed", "--group", "billing", "--count", "2")).containsExactly("a", "b");
        assertThat(broker.succeed("group", "describe", "billing").out())
                .startsWith("billing: empty, 0 members, lag 3\n")
                .containsPattern("billed +0 +2 +5 +3 +-");
        assertThat(broker.succeed("group", "list").lines()).anyMatch(line -> line.startsWith("billing "));

        assertThat(values("billed", "--group", "billing")).containsExactly("c", "d", "e");
        JsonNode group = broker.succeed("group", "describe", "billing", "-o", "json")
                .json()
                .path(0);
        assertThat(group.path("lag").asLong(-1)).isZero();
        assertThat(group.path("partitions").path(0).path("position").asLong()).isEqualTo(5);
        assertThat(broker.succeed("group", "list", "-o", "json").json().values())
                .anyMatch(each -> each.path("name").asString().equals("billing")
                        && each.path("state").asString().equals("empty"));
    }

    @Test
    void whatIsNotThereIsSaidInOneLineWithAWayOut() {
        broker.fails("no topic nowhere; 'sluice topic list'", "consume", "nowhere");
        broker.fails("no topic nowhere; 'sluice topic list'", "topic", "describe", "nowhere");
        broker.fails("no topic nowhere; 'sluice topic list'", "topic", "delete", "nowhere");
        broker.fails("'sluice group list'", "group", "describe", "nobody");
        assertThat(broker.succeed("topic", "list").out()).doesNotContain("nowhere");
    }

    @Test
    void whatTheBrokerRefusesIsSaidInOneLine() {
        produce("short", "a\nb\n");
        broker.fails("--if-not-exists", "topic", "create", "short");
        broker.fails("retention.mss", "topic", "create", "misspelt", "-c", "retention.mss=1");
        broker.fails("offsets 0 to 1, not 7", "consume", "short", "--offset", "7");
        broker.fails("no partition 5", "consume", "short", "--partition", "5");
        broker.fails("no such file", "produce", "short", "--file", "/does/not/exist");
    }

    @Test
    void aBadLineEndsProducingAndTellsWhatWasSent() {
        CliRun run = broker.run("{\"value\":\"good\"}\n{\"vlaue\":\"bad\"}\n", "produce", "halfway", "--json");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("line 2", "vlaue", "1 record before it");
        assertThat(values("halfway")).containsExactly("good");
    }

    @Test
    void wrongUsageIsTwoAndNamesTheOption() {
        broker.isMisused("--form-beginning", "consume", "lines", "--form-beginning");
        broker.isMisused("--count must be at least 1", "consume", "lines", "--count", "0");
        broker.isMisused("--group and --partition", "consume", "lines", "-g", "g", "-p", "0");
        broker.isMisused("--acks", "produce", "lines", "--acks", "2");
        broker.isMisused("TOPIC", "consume");
    }

    @Test
    void aBrokerThatIsNotThereIsSaidAtOnce() {
        int closedPort = FreePort.find();
        CliRun run = CliRun.of("", "topic", "list", "--bootstrap", "127.0.0.1:" + closedPort);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasLineCount(1).contains("no broker at 127.0.0.1:" + closedPort, "bin/sluice start");
    }

    private static List<String> values(String topic, String... more) {
        return consume(topic, words(more, "-o", "value", "-q")).lines();
    }

    private static CliRun consume(String topic, String... more) {
        return broker.succeed(words(new String[] {"consume", topic}, more));
    }

    private static CliRun produce(String topic, String input, String... more) {
        return broker.succeedWith(input, words(new String[] {"produce", topic}, more));
    }

    private static String[] words(String[] first, String... more) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
    }
}
