package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** All tests share a broker; each has topics of its own. */
@Timeout(120)
final class CliTopicChangesTest {

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
    void settingsOfATopicChangeAndGoBack() {
        broker.succeed("topic", "create", "altered");
        assertThat(broker.succeed("topic", "alter", "altered", "--set", "retention.ms=60000")
                        .lines())
                .first()
                .isEqualTo("altered altered");
        JsonNode changed = broker.succeed(
                        "topic",
                        "alter",
                        "altered",
                        "-s",
                        "max.message.bytes=2097152",
                        "-u",
                        "retention.ms",
                        "-o",
                        "json")
                .json()
                .path(0);
        assertThat(changed.path("settings").path(0).path("setting").asString()).isEqualTo("max.message.bytes");
        assertThat(changed.path("settings").path(0).path("after").asString()).isEqualTo("2097152");
        assertThat(changed.path("settings").path(1).path("before").asString()).isEqualTo("60000");
        assertThat(changed.path("settings").path(1).path("after").asString()).isEqualTo("604800000");
        assertThat(broker.succeed("topic", "describe", "altered").out())
                .contains("max.message.bytes=2097152")
                .doesNotContain("retention.ms");
    }

    @Test
    void aDryRunChecksAndChangesNothing() {
        broker.succeed("topic", "create", "tried");
        assertThat(broker.succeed("topic", "alter", "tried", "--set", "retention.ms=1", "--dry-run")
                        .out())
                .startsWith("would alter tried");
        broker.succeed("topic", "partitions", "tried", "4", "--dry-run");
        assertThat(broker.succeed("topic", "describe", "tried").out())
                .startsWith("tried: 1 partition,")
                .doesNotContain("retention.ms");
        broker.fails("retention.ms", "topic", "alter", "tried", "--set", "retention.ms=soon", "--dry-run");
    }

    @Test
    void aTopicGetsMorePartitionsAndNeverFewer() {
        broker.succeed("topic", "create", "grown", "-p", "2");
        CliRun grown = broker.succeed("topic", "partitions", "grown", "5");
        assertThat(grown.out()).isEqualTo("gave grown 5 partitions instead of 2\n");
        assertThat(grown.err()).startsWith("keys move:");
        assertThat(broker.succeed("topic", "describe", "grown").out()).startsWith("grown: 5 partitions");
        broker.fails("cannot have fewer", "topic", "partitions", "grown", "3");
        broker.fails("has 5 partitions already", "topic", "partitions", "grown", "5");
    }

    @Test
    void trimmingShowsWhatWouldGoAndDeletesItWhenTold() {
        broker.succeedWith("a\nb\nc\nd\n", "produce", "trimmed");
        CliRun plan = broker.succeed("topic", "trim", "trimmed", "--before", "3");
        assertThat(plan.lines().getLast()).matches(" *0 +0 +3 +4 +3");
        assertThat(plan.err()).contains("would delete 3 records", "--execute");
        assertThat(values("trimmed")).containsExactly("a", "b", "c", "d");

        assertThat(broker.succeed("topic", "trim", "trimmed", "--before", "3", "--execute")
                        .lines())
                .endsWith("deleted 3 records of trimmed");
        assertThat(values("trimmed")).containsExactly("d");
        broker.succeed("topic", "trim", "trimmed", "--before", "end", "--execute");
        assertThat(values("trimmed")).isEmpty();
        broker.fails("ends at 4", "topic", "trim", "trimmed", "--before", "5");
    }

    @Test
    void trimmingByTimeKeepsWhatIsNotOlder() {
        broker.succeed("topic", "create", "aged", "-c", "retention.ms=-1");
        broker.succeedWith("""
                {"value":"one","timestamp":1517363399000}
                {"value":"two","timestamp":1517363400000}
                {"value":"three","timestamp":1517363401000}
                """, "produce", "aged", "--json");
        JsonNode trimmed = broker.succeed(
                        "topic", "trim", "aged", "--before", "2018-01-31T01:50:00Z", "--execute", "-o", "json")
                .json();
        assertThat(trimmed.path("records").asInt()).isEqualTo(1);
        assertThat(values("aged")).containsExactly("two", "three");
    }

    @Test
    void anOffsetOfSeveralPartitionsNeedsToSayWhich() {
        broker.succeed("topic", "create", "several", "-p", "2");
        broker.fails("--partition N", "topic", "trim", "several", "--before", "0");
        broker.fails("no partition 2", "topic", "trim", "several", "--before", "0", "-p", "2");
    }

    @Test
    void whatIsNotThereIsSaidInOneLineWithAWayOut() {
        broker.fails("no topic nowhere", "topic", "alter", "nowhere", "--set", "retention.ms=1");
        broker.fails("no topic nowhere", "topic", "partitions", "nowhere", "3");
        broker.fails("no topic nowhere", "topic", "trim", "nowhere", "--before", "end");
    }

    private static List<String> values(String topic) {
        return broker.succeed("consume", topic, "-o", "value", "-q").lines();
    }
}
