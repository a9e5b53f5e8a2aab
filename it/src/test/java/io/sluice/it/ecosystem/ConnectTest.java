package io.sluice.it.ecosystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.EventFile;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka Connect 4.3.1, standalone, with its file source and its file sink. */
@Timeout(240)
final class ConnectTest {
    private static final int LINES = 500;

    @Test
    void aFileGoesThroughATopicIntoAFile(@TempDir Path folder) throws IOException {
        List<String> lines = EventFile.EARTHQUAKES.lines(LINES).stream()
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .toList();
        Path from = Files.write(folder.resolve("from.txt"), lines);
        Path to = folder.resolve("to.txt");
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of());
                OsProcess connect = KafkaProgram.start(
                        "org.apache.kafka.connect.cli.ConnectStandalone",
                        worker(folder, broker.kafkaAddress()).toString(),
                        source(folder, from).toString(),
                        sink(folder, to).toString())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(150))
                    .untilAsserted(() -> assertThat(read(to, connect)).isEqualTo(lines));
        }
    }

    private static List<String> read(Path file, OsProcess connect) throws IOException {
        assertThat(connect.isAlive()).as(connect.output()).isTrue();
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static Path worker(Path folder, String address) throws IOException {
        return Files.writeString(
                folder.resolve("worker.properties"), """
                bootstrap.servers=%s
                listeners=http://127.0.0.1:0
                key.converter=org.apache.kafka.connect.storage.StringConverter
                value.converter=org.apache.kafka.connect.storage.StringConverter
                offset.storage.file.filename=%s
                offset.flush.interval.ms=500
                """.formatted(address, folder.resolve("offsets")));
    }

    private static Path source(Path folder, Path from) throws IOException {
        return Files.writeString(folder.resolve("source.properties"), """
                name=lines-in
                connector.class=org.apache.kafka.connect.file.FileStreamSourceConnector
                tasks.max=1
                file=%s
                topic=lines
                """.formatted(from));
    }

    private static Path sink(Path folder, Path to) throws IOException {
        return Files.writeString(folder.resolve("sink.properties"), """
                name=lines-out
                connector.class=org.apache.kafka.connect.file.FileStreamSinkConnector
                tasks.max=1
                file=%s
                topics=lines
                """.formatted(to));
    }
}
