package io.sluice.it.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class StartAndStopTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder = Path.of("");

    @Test
    void aReadyBrokerSaysWhereItListensAndStopsInOrder() {
        try (BrokerProcess broker = start(Map.of())) {
            assertThat(broker.address("kafka")).matches("127\\.0\\.0\\.1:[1-9][0-9]*");
            assertThat(broker.address("http")).matches("127\\.0\\.0\\.1:[1-9][0-9]*");
            assertThat(broker.stop(LIMIT)).isZero();
        }
    }

    @Test
    void aReadyBrokerIsHealthyAndCounts() throws IOException, InterruptedException {
        try (BrokerProcess broker = start(Map.of());
                HttpClient client = HttpClient.newHttpClient()) {
            for (String path : new String[] {"/healthz", "/readyz", "/metrics"}) {
                URI address = URI.create("http://" + broker.address("http") + path);
                HttpResponse<String> answer =
                        client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void anUnknownSettingIsAUsageErrorWithASuggestion() {
        try (BrokerProcess broker = launch(Map.of("kafka.listn", "127.0.0.1:0"))) {
            assertThat(broker.awaitExit(LIMIT)).isEqualTo(2);
            assertThat(broker.output()).contains("kafka.listn").contains("kafka.listen");
        }
    }

    @Test
    void anUnadvertisedWildcardIsAUsageError() {
        try (BrokerProcess broker = launch(Map.of("kafka.listen", "0.0.0.0:0"))) {
            assertThat(broker.awaitExit(LIMIT)).isEqualTo(2);
            assertThat(broker.output()).contains("kafka.advertise");
        }
    }

    @Test
    void aTakenPortIsAnErrorOfItsOwn() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                BrokerProcess broker = launch(Map.of("kafka.listen", "127.0.0.1:" + taken.getLocalPort()))) {
            assertThat(broker.awaitExit(LIMIT)).isEqualTo(3);
            assertThat(broker.output()).contains(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aDataDirectoryHasOneBrokerAtATime() {
        try (BrokerProcess first = start(Map.of());
                BrokerProcess second = launch(Map.of())) {
            assertThat(second.awaitExit(LIMIT)).isEqualTo(4);
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void aDataDirectoryOfAnUnknownFormatIsLeftAlone() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("format"), "version=99999\n");
        try (BrokerProcess broker = launch(Map.of())) {
            assertThat(broker.awaitExit(LIMIT)).isEqualTo(4);
            assertThat(Files.readString(data.resolve("format"))).isEqualTo("version=99999\n");
        }
    }

    private BrokerProcess start(Map<String, String> settings) {
        return BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), settings);
    }

    private BrokerProcess launch(Map<String, String> settings) {
        return BrokerProcess.launch(BrokerCommand.ofBuild(), folder.resolve("data"), settings);
    }
}
