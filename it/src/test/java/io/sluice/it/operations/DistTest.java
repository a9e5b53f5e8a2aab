package io.sluice.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What bin/dist packs runs where it is unpacked, with nothing of this checkout. */
@Timeout(240)
final class DistTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern FILE = Pattern.compile("`([\\w./-]+\\.(?:md|json|yaml|service)|Containerfile)`");

    @TempDir
    Path folder = Path.of("");

    private static String run(Path in, String... words) {
        try (OsProcess process = OsProcess.start(List.of(words), in, Map.of())) {
            assertThat(process.awaitExit(LIMIT)).as(process.output()).isZero();
            return process.output();
        }
    }

    private Path unpacked() throws IOException {
        Path repository = BrokerCommand.repository();
        String packed = run(repository, repository.resolve("bin/dist").toString(), "--no-build")
                .lines()
                .reduce((first, second) -> second)
                .orElseThrow();
        Path target = Files.createDirectories(folder.resolve("a folder with spaces"));
        run(target, "tar", "-xzf", repository.resolve(packed.strip()).toString());
        try (Stream<Path> unpacked = Files.list(target)) {
            return unpacked.findFirst().orElseThrow();
        }
    }

    private static List<String> filesNamedIn(String text) {
        return FILE.matcher(text).results().map(file -> file.group(1)).toList();
    }

    @Test
    void theArchiveStartsTakesRecordsAndStopsWhereverItIsUnpacked() throws Exception {
        assumeTrue(
                Files.isDirectory(BrokerCommand.repository().resolve("server/target/dist/lib")),
                "packs what Maven has built");
        Path home = unpacked();
        assertThat(home).isDirectoryContaining("glob:**/Containerfile");
        assertThat(home.resolve("systemd/sluice.service")).isRegularFile();
        assertThat(filesNamedIn(Files.readString(home.resolve("README.md"))))
                .hasSizeGreaterThan(5)
                .allSatisfy(name -> assertThat(home.resolve(name)).isRegularFile());
        String launcher = home.resolve("bin/sluice").toString();
        assertThat(run(folder, launcher, "--version")).startsWith("sluice ");

        BrokerCommand command = new BrokerCommand(List.of(launcher), folder);
        Path data = folder.resolve("data of mine");
        try (BrokerProcess broker = BrokerProcess.start(command, data, Map.of());
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.kafkaAddress()),
                        new StringSerializer(),
                        new StringSerializer())) {
            assertThat(producer.send(new ProducerRecord<>("greetings", "hello"))
                            .get()
                            .offset())
                    .isZero();
            assertThat(run(
                            folder,
                            launcher,
                            "consume",
                            "greetings",
                            "--bootstrap",
                            broker.kafkaAddress(),
                            "--count",
                            "1"))
                    .contains("hello");
            assertThat(broker.stop(LIMIT)).isZero();
        }
        try (Stream<Path> caches = Files.list(home.resolve("cache"))) {
            assertThat(caches)
                    .as("the next start is fast")
                    .anyMatch(file ->
                            file.toString().endsWith(".aot") && file.toFile().length() > 0);
        }
    }
}
