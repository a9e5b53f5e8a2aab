package io.sluice.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A flipped byte: in a segment it costs its batch and nothing else, in the journal the start is refused. */
@Timeout(300)
final class DamageTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int DAMAGED = 4;

    @TempDir
    Path folder = Path.of("");

    private final Map<Long, String> written = new TreeMap<>();

    private Path data() {
        return folder.resolve("data");
    }

    /** One batch each. */
    private void writeTen(BrokerProcess broker) throws InterruptedException {
        Records records = new Records(broker.kafkaAddress(), "orders");
        for (int number = 0; number < 10; number++) {
            written.putAll(records.write(List.of("record-" + number)));
        }
        assertThat(written).hasSize(10);
    }

    private static void flip(Path file, String text) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        // A partition with so little in it shares a file, where earlier copies of what it has are dead.
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(text);
        assertThat(at).isPositive();
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.walk(data().resolve("shard-1/partitions"))) {
            return files.filter(file -> file.toString().endsWith(".pack"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private record Ended(int exitCode, String output) {}

    private Ended run(String... arguments) {
        BrokerCommand command = BrokerCommand.ofBuild();
        List<String> words = new ArrayList<>(command.words());
        words.addAll(List.of(arguments));
        words.addAll(List.of("--data", data().toString()));
        try (OsProcess process = OsProcess.start(words, command.folder(), Map.of())) {
            int exitCode = process.awaitExit(LIMIT);
            return new Ended(exitCode, process.output());
        }
    }

    @Test
    void aDamagedBatchIsRefusedUntilItsLossIsAcceptedAndThenPassedOver() throws IOException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), data(), Map.of())) {
            writeTen(broker);
            assertThat(run("repair", "--partition", "orders-0").exitCode())
                    .as("locked")
                    .isEqualTo(4);
            assertThat(broker.stop(LIMIT)).isZero();
            flip(segment(), "record-" + DAMAGED);

            broker.restart();
            Records records = new Records(broker.kafkaAddress(), "orders");
            assertThat(records.readFrom(DAMAGED + 1L)).hasSize(10 - DAMAGED - 1);
            assertThatThrownBy(() -> records.readFrom(DAMAGED)).isInstanceOf(RuntimeException.class);
            assertThat(broker.output()).contains("sluice repair --partition orders-0");
            assertThat(broker.stop(LIMIT)).isZero();

            Ended shown = run("repair", "--partition", "orders-0");
            assertThat(shown.exitCode()).isEqualTo(4);
            assertThat(shown.output()).contains("offsets 4 to 4").contains("--accept-loss");
            assertThat(run("repair", "--partition", "orders-0", "--accept-loss").exitCode())
                    .isZero();
            assertThat(run("repair", "--partition", "orders-0").output()).contains("no damage");

            broker.restart();
            written.remove((long) DAMAGED);
            assertThat(records.readFrom(0)).isEqualTo(written);
            assertThat(records.readFrom(DAMAGED)).hasSize(10 - DAMAGED - 1);
            written.putAll(records.write(List.of("later")));
            assertThat(records.readFrom(0)).isEqualTo(written);
        }
    }

    @Test
    void aDamagedJournalIsRefusedWithTheFileAndWhatToDo() throws IOException, InterruptedException {
        // A start does not read what lies behind a checkpoint.
        Map<String, String> withoutCheckpoints = Map.of("checkpoint.ms", "3600000");
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), data(), withoutCheckpoints)) {
            writeTen(broker);
            broker.kill9();
        }
        flip(data().resolve("shard-1/journal/000.journal"), "record-1");

        Ended refused = run("start", "--set", "kafka.listen=127.0.0.1:0", "--set", "http.listen=off");

        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.output().lines().filter(line -> line.startsWith("sluice: ")))
                .singleElement()
                .asString()
                .contains("shard-1/journal")
                .contains("000.journal")
                .contains("restore");
    }
}
