package io.sluice.server.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.common.Clock;
import io.sluice.common.MetricSource;
import io.sluice.common.SeriesSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reports all numbers to an OpenTelemetry collector again and again, on a thread of the SDK's. A collector that is not there
 * costs its reports and a line in the log, nothing else.
 */
public final class TelemetryExport implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long CLOSE_SECONDS = 2;
    private static final long MILLISECOND_NS = 1_000_000;

    private final SdkMeterProvider provider;

    private TelemetryExport(SdkMeterProvider provider) {
        this.provider = provider;
    }

    /**
     * What is reported.
     *
     * @param instance identity of this broker among others: its cluster and node
     * @param version of the program
     * @param metrics single numbers
     * @param series numbers of many things
     */
    public record Reported(String instance, String version, List<MetricSource> metrics, List<SeriesSource> series) {}

    /** Begins; throws {@link UncheckedIOException} if the file with the headers cannot be read. */
    public static TelemetryExport start(TelemetrySettings settings, Reported reported, Clock clock) {
        OtlpHttpMetricExporterBuilder exporter = OtlpHttpMetricExporter.builder()
                .setEndpoint(settings.endpoint().toString())
                .setTimeout(TIMEOUT)
                .setCompression("gzip");
        settings.headersFile().ifPresent(file -> headers(file).forEach(exporter::addHeader));
        Resource resource = Resource.create(Attributes.builder()
                .put("service.name", "sluice")
                .put("service.instance.id", reported.instance())
                .put("service.version", reported.version())
                .build());
        long startNs = clock.wallMs() * MILLISECOND_NS;
        SdkMeterProvider provider = SdkMeterProvider.builder()
                .setResource(resource)
                .registerMetricProducer(each -> collected(reported, each, startNs, clock.wallMs() * MILLISECOND_NS))
                .registerMetricReader(PeriodicMetricReader.builder(exporter.build())
                        .setInterval(settings.intervalMs(), TimeUnit.MILLISECONDS)
                        .build())
                .build();
        return new TelemetryExport(provider);
    }

    private static Collection<MetricData> collected(Reported reported, Resource resource, long startNs, long nowNs) {
        MetricFamilies families = new MetricFamilies(startNs, nowNs);
        reported.metrics().forEach(source -> source.collect(families));
        reported.series().forEach(source -> source.collect(families));
        return families.exported(resource);
    }

    private static Map<String, String> headers(Path file) {
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    headers.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("otel.headers.file cannot be read: " + file, e);
        }
        return headers;
    }

    /** Reports once more and ends. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
