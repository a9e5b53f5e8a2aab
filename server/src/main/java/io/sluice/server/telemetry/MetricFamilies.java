package io.sluice.server.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.common.Distribution;
import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Gathers the numbers of one report: points by family, all since the same start. Used by one thread. */
final class MetricFamilies implements Consumer<Metric>, SeriesSource.SeriesConsumer {
    private final long startNs;
    private final long nowNs;
    private final Map<String, Family> families = new LinkedHashMap<>();
    private Family current = new Family(Metric.Kind.GAUGE, "", List.of());

    private record Family(
            Metric.Kind kind,
            String help,
            List<String> labelNames,
            List<DoublePointData> points,
            List<HistogramPointData> histograms) {
        Family(Metric.Kind kind, String help, List<String> labelNames) {
            this(kind, help, labelNames, new ArrayList<>(), new ArrayList<>());
        }
    }

    /** Wall times since 1970: of the start of the counting and of now. */
    MetricFamilies(long startNs, long nowNs) {
        this.startNs = startNs;
        this.nowNs = nowNs;
    }

    @Override
    public void accept(Metric metric) {
        Family family =
                families.computeIfAbsent(metric.name(), name -> new Family(metric.kind(), metric.help(), List.of()));
        AttributesBuilder attributes = Attributes.builder();
        metric.labels().forEach(attributes::put);
        Distribution distribution = metric.distribution();
        if (distribution == null) {
            family.points().add(point(attributes.build(), metric.value()));
        } else {
            family.histograms().add(histogram(attributes.build(), distribution));
        }
    }

    @Override
    public void family(String name, Metric.Kind kind, String help, List<String> labelNames) {
        current = new Family(kind, help, labelNames);
        families.put(name, current);
    }

    @Override
    public void sample(String labelValue, double value) {
        current.points()
                .add(point(
                        Attributes.builder()
                                .put(current.labelNames().getFirst(), labelValue)
                                .build(),
                        value));
    }

    @Override
    public void sample(String firstLabelValue, String secondLabelValue, double value) {
        Attributes attributes = Attributes.builder()
                .put(current.labelNames().getFirst(), firstLabelValue)
                .put(current.labelNames().get(1), secondLabelValue)
                .build();
        current.points().add(point(attributes, value));
    }

    private DoublePointData point(Attributes attributes, double value) {
        return DoublePointData.create(startNs, nowNs, attributes, value, List.of());
    }

    private HistogramPointData histogram(Attributes attributes, Distribution distribution) {
        return HistogramPointData.create(
                startNs,
                nowNs,
                attributes,
                distribution.sum(),
                false,
                0,
                false,
                0,
                Arrays.stream(distribution.upperBounds()).boxed().toList(),
                Arrays.stream(distribution.counts()).boxed().toList());
    }

    /** What was gathered; families without points are left out. */
    Collection<MetricData> exported(Resource resource) {
        List<MetricData> exported = new ArrayList<>();
        families.forEach((name, family) -> {
            if (!family.points().isEmpty() || !family.histograms().isEmpty()) {
                exported.add(exported(resource, name, family));
            }
        });
        return exported;
    }

    private static MetricData exported(Resource resource, String name, Family family) {
        return switch (family.kind()) {
            case GAUGE ->
                new ExportedMetric(
                        resource,
                        name,
                        family.help(),
                        MetricDataType.DOUBLE_GAUGE,
                        GaugeData.createDoubleGaugeData(family.points()));
            case COUNTER ->
                new ExportedMetric(
                        resource,
                        name,
                        family.help(),
                        MetricDataType.DOUBLE_SUM,
                        SumData.createDoubleSumData(true, AggregationTemporality.CUMULATIVE, family.points()));
            case HISTOGRAM ->
                new ExportedMetric(
                        resource,
                        name,
                        family.help(),
                        MetricDataType.HISTOGRAM,
                        HistogramData.create(AggregationTemporality.CUMULATIVE, family.histograms()));
        };
    }
}
