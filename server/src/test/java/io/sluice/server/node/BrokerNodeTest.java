package io.sluice.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SettingsLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BrokerNodeTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void aStartedNodeIsReadyAndCountsItself() throws Exception {
        try (BrokerNode node = BrokerNode.start(settings())) {
            assertThat(get(node, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(node, "/metrics").body())
                    .contains("process_cpu_seconds_total ", "jvm_heap_used_bytes ", "sluice_topics 0\n")
                    .contains("sluice_connections{listener=\"kafka\"} 0\n");
            assertThat(node.kafkaAddress().orElseThrow())
                    .startsWith("127.0.0.1:")
                    .doesNotEndWith(":0");
        }
    }

    @Test
    void aListenerThatIsOffIsNotThere() {
        try (BrokerNode node = BrokerNode.start(settings("kafka.listen=off", "http.listen=off"))) {
            assertThat(node.kafkaAddress()).isEmpty();
            assertThat(node.httpAddress()).isEmpty();
        }
    }

    @Test
    void oneDirectoryServesOneBrokerAtATime() {
        try (BrokerNode first = BrokerNode.start(settings())) {
            assertThat(first.kafkaAddress()).isPresent();
            assertThatThrownBy(() -> BrokerNode.start(settings()))
                    .isInstanceOfSatisfying(StartException.class, failure -> {
                        assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_DIRECTORY);
                        assertThat(failure).hasMessageContaining("another broker uses the data directory " + directory);
                    });
        }
        BrokerNode.start(settings()).close();
    }

    @ParameterizedTest
    @CsvSource({"http.listen,127.0.0.1", "http.listen,localhost", "kafka.listen,127.0.0.1", "kafka.listen,*"})
    void aTakenPortIsNamedWithItsSettingAndTheDirectoryIsFreeAgain(String setting, String host) throws IOException {
        InetAddress taking = host.equals("*") ? InetAddress.getByName("0.0.0.0") : InetAddress.getLoopbackAddress();
        try (ServerSocket taken = new ServerSocket(0, 1, taking)) {
            String listen = setting + "=" + host + ":" + taken.getLocalPort();
            assertThatThrownBy(() -> BrokerNode.start(settings("kafka.advertise=127.0.0.1", listen)))
                    .isInstanceOfSatisfying(StartException.class, failure -> {
                        assertThat(failure.exitCode()).isEqualTo(ExitCode.CANNOT_BIND);
                        assertThat(failure)
                                .hasMessageContaining("cannot listen on ")
                                .hasMessageContaining(":" + taken.getLocalPort() + ":")
                                .hasMessageContaining("--set " + setting + "=");
                    });
        }
        BrokerNode.start(settings()).close();
    }

    @Test
    void aDirectoryOfAnUnknownFormatIsLeftAlone() throws IOException {
        BrokerNode.start(settings()).close();
        Files.writeString(directory.resolve("format"), "version=999\n");

        assertThatThrownBy(() -> BrokerNode.start(settings())).isInstanceOfSatisfying(StartException.class, failure -> {
            assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_DIRECTORY);
            assertThat(failure.getMessage().lines()).hasSize(1);
        });
        assertThat(directory.resolve("format")).hasContent("version=999\n");
    }

    @Test
    void aDirectoryThatIsAFileIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> BrokerNode.start(settings("data.dir=" + file)))
                .isInstanceOfSatisfying(
                        StartException.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_DIRECTORY));
    }

    @Test
    void stoppingTwiceIsStoppingOnce() {
        BrokerNode node = BrokerNode.start(settings());
        node.close();
        node.close();

        BrokerNode.start(settings()).close();
    }

    private Settings settings(String... more) {
        List<String> all = new ArrayList<>(
                List.of("data.dir=" + directory, "kafka.listen=127.0.0.1:0", "http.listen=127.0.0.1:0"));
        all.addAll(List.of(more));
        return SettingsLoader.load(Optional.empty(), Map.of(), all);
    }

    private static HttpResponse<String> get(BrokerNode node, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI address = URI.create("http://" + node.httpAddress().orElseThrow() + path);
            return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
        }
    }
}
