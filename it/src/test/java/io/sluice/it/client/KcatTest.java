package io.sluice.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.EventFile;
import io.sluice.testkit.OsProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kcat, which is librdkafka; where it is not installed these tests are skipped. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KcatTest {
    private static final int FLIGHTS = 20_000;
    private static final int LIMIT_SECONDS = 40;

    private final Path folder;
    private final BrokerProcess broker;

    KcatTest(@TempDir Path folder) {
        this.folder = folder;
        this.broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of());
    }

    @AfterAll
    void endBroker() {
        broker.close();
    }

    @BeforeEach
    void needsKcat() {
        assumeTrue(OsProcess.isInstalled("kcat"), "kcat is not installed (apt-get install kcat)");
    }

    @Test
    void theBrokerIsListed() throws IOException, InterruptedException {
        assertThat(new String(kcat("-L"), StandardCharsets.UTF_8)).contains("1 brokers", broker.kafkaAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void earthquakesComeBackByteForByte(String compression) throws IOException, InterruptedException {
        assertComesBack("earthquakes-" + compression, compression, EventFile.EARTHQUAKES.lines(Integer.MAX_VALUE));
    }

    @Test
    void flightsComeBackByteForByte() throws IOException, InterruptedException {
        assertComesBack("flights", "lz4", EventFile.FLIGHTS.lines(FLIGHTS));
    }

    @Test
    void aGroupReadsEverythingOnce() throws IOException, InterruptedException {
        byte[] lines = joined(EventFile.EARTHQUAKES.lines(200));
        produce("grouped", "none", lines);
        byte[] read = kcat("-G", "kcat-group", "-X", "auto.offset.reset=earliest", "-c", "200", "-q", "grouped");
        assertThat(read).isEqualTo(lines);
    }

    private void assertComesBack(String topic, String compression, List<byte[]> values)
            throws IOException, InterruptedException {
        byte[] lines = joined(values);
        produce(topic, compression, lines);
        byte[] read = kcat("-C", "-t", topic, "-o", "beginning", "-c", Integer.toString(values.size()), "-e", "-q");
        assertThat(read).isEqualTo(lines);
    }

    private void produce(String topic, String compression, byte[] lines) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve(topic), lines);
        kcat("-P", "-t", topic, "-z", compression, "-X", "acks=all", "-l", file.toString());
    }

    private static byte[] joined(List<byte[]> values) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] value : values) {
            lines.write(value);
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    private byte[] kcat(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("kcat", "-b", broker.kafkaAddress()));
        words.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "kcat", ".out");
        Path errors = Files.createTempFile(folder, "kcat", ".err");
        Process kcat = new ProcessBuilder(words)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = kcat.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        kcat.destroyForcibly();
        assertThat(ended).as("%s ends; %s", words, Files.readString(errors)).isTrue();
        assertThat(kcat.exitValue())
                .as("%s: %s", words, Files.readString(errors))
                .isZero();
        return Files.readAllBytes(output);
    }
}
