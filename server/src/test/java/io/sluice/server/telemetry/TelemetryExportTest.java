package io.sluice.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sluice.common.Histogram;
import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import io.sluice.common.SystemClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a collector that reads the bytes as the protocol's definition says, with no code of the exporter. */
@Timeout(60)
final class TelemetryExportTest {
    private static final int REQUEST_RESOURCE_METRICS = 1;
    private static final int RESOURCE = 1;
    private static final int SCOPE_METRICS = 2;
    private static final int METRICS = 2;
    private static final int NAME = 1;
    private static final int UNIT = 3;
    private static final int GAUGE = 5;
    private static final int SUM = 7;
    private static final int HISTOGRAM = 9;
    private static final int POINTS = 1;

    @TempDir
    Path folder;

    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private HttpServer collector;

    private record Report(String path, String token, ProtobufMessage message) {}

    @BeforeEach
    void listen() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            byte[] body = new GZIPInputStream(exchange.getRequestBody()).readAllBytes();
            reports.add(new Report(
                    exchange.getRequestURI().getPath(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Token")),
                    ProtobufMessage.read(body)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private TelemetryExport start(long intervalMs) throws IOException {
        Histogram histogram = Histogram.ofLatencies();
        histogram.record(200_000);
        histogram.record(60_000_000_000L);
        SeriesSource series = consumer -> {
            consumer.family("s_bytes", Metric.Kind.GAUGE, "Bytes.", List.of("topic"));
            consumer.sample("orders", 42);
        };
        Path headers = Files.writeString(folder.resolve("headers"), "# for the collector\nX-Token=secret\n");
        URI endpoint = URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/metrics");
        return TelemetryExport.start(
                new TelemetrySettings(endpoint, Optional.of(headers), intervalMs),
                new TelemetryExport.Reported(
                        "cluster/1",
                        "1.2",
                        List.of(
                                consumer -> consumer.accept(Metric.counter("things_total", "Things.", 7)),
                                consumer -> consumer.accept(Metric.histogram(
                                        "t_seconds", "Time.", Map.of("api", "fetch"), histogram.distribution()))),
                        List.of(series)),
                new SystemClock());
    }

    private Report report() throws InterruptedException {
        Report report = reports.poll(30, TimeUnit.SECONDS);
        assertThat(report).as("a report").isNotNull();
        return report;
    }

    private static ProtobufMessage metric(Report report, String name) {
        // The library may report about itself in a scope of its own, before or behind ours.
        List<ProtobufMessage> metrics =
                report.message().message(REQUEST_RESOURCE_METRICS).messages(SCOPE_METRICS).stream()
                        .flatMap(scope -> scope.messages(METRICS).stream())
                        .toList();
        assertThat(metrics).extracting(metric -> metric.text(NAME)).contains(name);
        return metrics.stream()
                .filter(metric -> metric.text(NAME).equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void reportsComeAgainAndAgainWithTheNumbersAndWhoseTheyAre() throws Exception {
        try (TelemetryExport export = start(100)) {
            assertThat(export).isNotNull();
            report();
            Report report = report();

            assertThat(report.path()).isEqualTo("/v1/metrics");
            assertThat(report.token()).isEqualTo("secret");
            assertThat(report.message()
                            .message(REQUEST_RESOURCE_METRICS)
                            .message(RESOURCE)
                            .allText())
                    .contains("service.name", "sluice", "service.instance.id", "cluster/1");
            ProtobufMessage counter = metric(report, "things_total").message(SUM);
            assertThat(counter.message(POINTS).real(4)).isEqualTo(7);
            assertThat(counter.number(2)).as("cumulative").isEqualTo(2);
            assertThat(counter.number(3)).as("monotonic").isEqualTo(1);
            ProtobufMessage gauge = metric(report, "s_bytes");
            assertThat(gauge.text(UNIT)).isEqualTo("By");
            assertThat(gauge.message(GAUGE).message(POINTS).real(4)).isEqualTo(42);
            assertThat(gauge.message(GAUGE).message(POINTS).allText()).contains("topic", "orders");
        }
    }

    @Test
    void aHistogramCarriesItsBucketsSumAndCount() throws Exception {
        try (TelemetryExport export = start(100)) {
            assertThat(export).isNotNull();
            ProtobufMessage point =
                    metric(report(), "t_seconds").message(HISTOGRAM).message(POINTS);

            assertThat(point.number(4)).as("count").isEqualTo(2);
            assertThat(point.real(5)).as("sum").isEqualTo(60.0002);
            assertThat(point.numbers(6))
                    .as("counts")
                    .hasSize(16)
                    .startsWith(0L, 1L)
                    .endsWith(1L);
            assertThat(point.reals(7))
                    .as("bounds")
                    .hasSize(15)
                    .startsWith(0.0001)
                    .endsWith(10.0);
        }
    }

    @Test
    void theLastNumbersAreReportedAtTheEnd() throws Exception {
        start(3_600_000).close();

        assertThat(metric(report(), "things_total")).isNotNull();
    }

    @Test
    void aCollectorThatIsNotThereCostsNothingElse() throws Exception {
        collector.stop(0);

        start(100).close();

        assertThat(reports).isEmpty();
    }
}
