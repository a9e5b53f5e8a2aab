package io.sluice.it.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a running broker, made and restored by the commands an operator uses, with a real producer beside it. */
@Timeout(180)
final class BackupTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TOPIC = "orders";
    private static final String KIBIBYTE = "x".repeat(1_000);

    @TempDir
    Path folder = Path.of("");

    private Path at(String name) {
        return folder.resolve(name);
    }

    private record Ended(int exitCode, String output) {}

    private Ended run(String... arguments) {
        try (OsProcess process = launch(arguments)) {
            return new Ended(process.awaitExit(LIMIT), process.output());
        }
    }

    private static OsProcess launch(String... arguments) {
        BrokerCommand command = BrokerCommand.ofBuild();
        List<String> words = new ArrayList<>(command.words());
        words.addAll(List.of(arguments));
        return OsProcess.start(words, command.folder(), Map.of());
    }

    private Ended backup() {
        return run(
                "backup", "--data", at("data").toString(), "--to", at("backup").toString());
    }

    private Ended restore() {
        return run(
                "restore",
                "--from",
                at("backup").toString(),
                "--to",
                at("restored").toString());
    }

    private BrokerProcess start(String name) {
        return BrokerProcess.start(BrokerCommand.ofBuild(), at(name), Map.of());
    }

    private static List<String> round(int number, int count) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(number + "/" + i + " " + KIBIBYTE);
        }
        return values;
    }

    @Test
    void whatWasAcknowledgedBeforeABackupBeganIsInItWhileAProducerGoesOn() throws InterruptedException {
        Map<Long, String> before = new TreeMap<>();
        Map<Long, String> all = new TreeMap<>();
        try (BrokerProcess broker = start("data")) {
            Records records = new Records(broker.kafkaAddress(), TOPIC);
            before.putAll(records.write(round(0, 2_000)));
            all.putAll(before);
            AtomicBoolean isOver = new AtomicBoolean();
            CompletableFuture<Map<Long, String>> meanwhile =
                    CompletableFuture.supplyAsync(() -> produceUntil(records, isOver));

            Ended backup = backup();
            isOver.set(true);
            all.putAll(meanwhile.join());

            assertThat(backup.exitCode()).as(backup.output()).isZero();
            assertThat(records.readFrom(0)).as("the broker is none the worse").isEqualTo(all);
        }
        Ended restore = restore();
        assertThat(restore.exitCode()).as(restore.output()).isZero();
        try (BrokerProcess broker = start("restored")) {
            Records records = new Records(broker.kafkaAddress(), TOPIC);
            Map<Long, String> restored = records.readFrom(0);
            assertThat(restored).containsAllEntriesOf(before);
            assertThat(all).containsAllEntriesOf(restored);
            assertThat(records.write(List.of("later"))).containsKey((long) restored.size());
        }
    }

    private static Map<Long, String> produceUntil(Records records, AtomicBoolean isOver) {
        Map<Long, String> acknowledged = new TreeMap<>();
        int number = 1;
        while (!isOver.get()) {
            try {
                acknowledged.putAll(records.write(round(number, 100)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            number++;
        }
        return acknowledged;
    }

    @Test
    void aKillInTheMiddleOfABackupLeavesNothingThatCanBeRestored() throws InterruptedException {
        try (BrokerProcess broker = start("data")) {
            Records records = new Records(broker.kafkaAddress(), TOPIC);
            Map<Long, String> written = new TreeMap<>(records.write(round(0, 3_000)));
            try (OsProcess backup = launch(
                    "backup",
                    "--data",
                    at("data").toString(),
                    "--to",
                    at("backup").toString(),
                    "--rate",
                    "100000")) {
                assertThat(backup.awaitLine(line -> line.startsWith("copied "), LIMIT))
                        .isPresent();
                broker.kill9();
                assertThat(backup.awaitExit(LIMIT)).isEqualTo(1);
            }
            assertThat(at("backup")).isNotEmptyDirectory();

            Ended restore = restore();

            assertThat(restore.exitCode()).isEqualTo(1);
            assertThat(restore.output()).contains("no finished backup");
            assertThat(at("restored")).doesNotExist();
            broker.restart();
            assertThat(new Records(broker.kafkaAddress(), TOPIC).readFrom(0)).isEqualTo(written);
        }
    }

    @Test
    void aStoppedDirectoryIsBackedUpToo() throws InterruptedException {
        Map<Long, String> written = new TreeMap<>();
        try (BrokerProcess broker = start("data")) {
            written.putAll(new Records(broker.kafkaAddress(), TOPIC).write(round(0, 500)));
            broker.kill9();
        }

        assertThat(backup().exitCode()).isZero();
        assertThat(backup().exitCode()).as("nothing is overwritten").isEqualTo(1);
        assertThat(restore().exitCode()).isZero();
        try (BrokerProcess broker = start("restored")) {
            assertThat(new Records(broker.kafkaAddress(), TOPIC).readFrom(0)).isEqualTo(written);
        }
    }

    @Test
    void aBrokerThatCannotBeAskedIsNamedWithWhatToDo() throws IOException {
        try (BrokerProcess broker = start("data")) {
            Files.delete(at("data").resolve("control"));

            Ended backup = backup();

            assertThat(backup.exitCode()).isEqualTo(4);
            assertThat(backup.output()).contains("run this as the broker's user");
            assertThat(at("backup")).doesNotExist();
            assertThat(broker.isAlive()).isTrue();
        }
    }

    @Test
    void aBackupNeedsNoHttpListener() {
        try (BrokerProcess broker =
                BrokerProcess.start(BrokerCommand.ofBuild(), at("data"), Map.of("http.listen", "off"))) {
            Ended backup = backup();

            assertThat(backup.exitCode()).as(backup.output()).isZero();
            assertThat(broker.isAlive()).isTrue();
        }
    }
}
