package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** All tests share a broker. */
@Timeout(120)
final class CliBenchTest {

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
    void producingCountsEveryAcknowledgedRecordAndLeavesNoTopic() {
        JsonNode report = broker.succeed(
                        "bench", "produce", "-n", "3000", "-s", "100", "--producers", "2", "-d", "60s", "-o", "json")
                .json();
        assertThat(report.path("kind").asString()).isEqualTo("produce");
        assertThat(report.path("records").asLong()).isEqualTo(3000);
        assertThat(report.path("sizeBytes").asLong()).isEqualTo(300_000);
        assertThat(report.path("histogram").values().stream()
                        .mapToLong(magnitude -> magnitude.path("count").asLong())
                        .sum())
                .isEqualTo(3000);
        assertThat(report.path("latencyMs").path("p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(report.path("latencyMs").path("max").asDouble());
        assertThat(broker.succeed("topic", "list").out())
                .doesNotContain(report.path("topic").asString());
    }

    @Test
    void consumingReadsWhatItFilledInItself() {
        CliRun run = broker.succeed("bench", "consume", "-n", "2000", "-p", "3", "-d", "60s");
        assertThat(run.out()).startsWith("consumed 2,000 records (2.0 MiB) in ").contains("a poll took: p50", "SHARE");
        assertThat(broker.succeed("topic", "list").out()).doesNotContain("sluice-bench");
    }

    @Test
    void everyRecordArrivesFromEndToEnd() {
        JsonNode report = broker.succeed(
                        "bench", "end-to-end", "-n", "300", "--rate", "1000", "-d", "60s", "-o", "json")
                .json();
        assertThat(report.path("records").asLong()).isEqualTo(300);
        assertThat(report.path("missing").asLong(-1)).isZero();
    }

    @Test
    void somebodysTopicIsUsedAndStays() {
        broker.succeed("topic", "create", "mine");
        broker.succeed("bench", "produce", "-n", "100", "--topic", "mine");
        assertThat(broker.succeed("topic", "list").lines()).anyMatch(line -> line.matches("mine +1 +1 +100"));
        broker.fails("no topic nowhere", "bench", "consume", "--topic", "nowhere");
    }

    @Test
    void aRefusalEndsTheLoadWithItsReason() {
        CliRun run = broker.run("", "bench", "produce", "-n", "10", "-c", "max.message.bytes=200");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("stopped after 0 records", "max.message.bytes")
                .hasLineCount(1);
    }
}
