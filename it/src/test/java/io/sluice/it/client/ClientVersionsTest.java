package io.sluice.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.EventFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientVersionsTest {
    private static final int FLIGHTS = 20_000;

    private final BrokerProcess broker;

    ClientVersionsTest(@TempDir Path folder) {
        broker = BrokerProcess.start(
                BrokerCommand.ofBuild(), folder.resolve("data"), Map.of("group.initial.rebalance.delay.ms", "0"));
    }

    @AfterAll
    void endBroker() {
        broker.close();
    }

    static Stream<Arguments> versionsAndCompressions() {
        return Stream.of(ClientVersion.values())
                .flatMap(version -> Stream.of("none", "gzip", "snappy", "lz4", "zstd")
                        .map(compression -> Arguments.of(version, compression)));
    }

    @ParameterizedTest
    @MethodSource("versionsAndCompressions")
    void earthquakesComeBackByteForByte(ClientVersion version, String compression) {
        List<byte[]> values = EventFile.EARTHQUAKES.lines(Integer.MAX_VALUE);
        Map<String, Object> answer = run(version, "round-trip", "earthquakes-" + compression, compression, values);
        assertThat(answer).containsEntry("end", (long) values.size());
    }

    @ParameterizedTest
    @EnumSource
    void flightsComeBackByteForByte(ClientVersion version) {
        List<byte[]> values = EventFile.FLIGHTS.lines(FLIGHTS);
        assertThat(run(version, "round-trip", "flights", "lz4", values)).containsEntry("end", (long) values.size());
    }

    @ParameterizedTest
    @EnumSource
    void aGroupGoesOnWhereItCommitted(ClientVersion version) {
        List<byte[]> values = EventFile.EARTHQUAKES.lines(100);
        Map<String, Object> answer = run(version, "group", "group", "none", values);
        assertThat(answer.get("resumedAt")).isEqualTo(answer.get("half"));
    }

    @ParameterizedTest
    @EnumSource
    void quotasAreSetReadAndRemoved(ClientVersion version) {
        Map<String, Object> answer = run(version, "quotas", "quotas", "none", List.of());
        assertThat(answer)
                .containsEntry("set", Map.of("producer_byte_rate", 1000.0, "request_percentage", 50.0))
                .containsEntry("left", Map.of("request_percentage", 50.0));
    }

    @ParameterizedTest
    @EnumSource
    void adminCallsAnswer(ClientVersion version) {
        Map<String, Object> answer = run(version, "admin", "admin", "none", List.of());
        assertThat(answer)
                .containsEntry("nodes", 1)
                .containsEntry("retention", "-1")
                .containsEntry("end", 0L);
    }

    @ParameterizedTest
    @EnumSource
    void whatAdministersIsAnsweredAsKafkaDoes(ClientVersion version) {
        List<byte[]> values = EventFile.EARTHQUAKES.lines(10);
        assertThat(run(version, "administration", "administered", "none", values))
                .containsEntry("done", true);
    }

    @ParameterizedTest
    @EnumSource
    void whatScreensShowOfGroupsRulesAndQuotasIsAnsweredAsKafkaDoes(ClientVersion version) {
        List<byte[]> values = EventFile.EARTHQUAKES.lines(10);
        assertThat(run(version, "screens", "screens", "none", values)).containsEntry("done", true);
    }

    private Map<String, Object> run(
            ClientVersion version, String scenario, String topic, String compression, List<byte[]> values) {
        return version.run(Map.of(
                "scenario", scenario,
                "address", broker.kafkaAddress(),
                "topic", topic + "-" + version.name(),
                "compression", compression,
                "values", values));
    }
}
