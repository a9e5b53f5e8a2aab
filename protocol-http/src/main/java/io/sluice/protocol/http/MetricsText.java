package io.sluice.protocol.http;

import io.sluice.common.Distribution;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.SeriesSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prometheus text format 0.0.4: all samples of a name stand together below one HELP and one TYPE line, whichever source
 * they come from. Single numbers are gathered for that; series are written as they come. One thread.
 */
final class MetricsText implements SeriesSource.SeriesConsumer {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Up to here a double holds every whole number exactly, so it is written without an exponent. */
    private static final double EXACT_WHOLE_NUMBERS = 1L << 53;

    private final TextSink sink;
    private String family = "";
    private List<String> familyLabels = List.of();

    MetricsText(TextSink sink) {
        this.sink = sink;
    }

    /** Writes everything the sources have. */
    void write(List<MetricSource> metrics, List<SeriesSource> series) {
        Map<String, List<Metric>> byName = new LinkedHashMap<>();
        for (MetricSource source : metrics) {
            source.collect(metric -> byName.computeIfAbsent(metric.name(), name -> new ArrayList<>())
                    .add(metric));
        }
        byName.forEach((name, samples) -> {
            Metric first = samples.getFirst();
            appendHead(name, first.kind(), first.help());
            samples.forEach(this::append);
        });
        series.forEach(source -> source.collect(this));
    }

    private void appendHead(String name, Metric.Kind kind, String help) {
        StringBuilder text = sink.text().append("# HELP ").append(name).append(' ');
        appendEscaped(text, help, false);
        text.append("\n# TYPE ").append(name).append(' ');
        text.append(kind.name().toLowerCase(Locale.ROOT)).append('\n');
    }

    private void append(Metric metric) {
        Map<String, String> labels = metric.labels().size() < 2 ? metric.labels() : new TreeMap<>(metric.labels());
        Distribution distribution = metric.distribution();
        if (distribution == null) {
            appendSample(metric.name(), "", labels, metric.value());
            return;
        }
        Map<String, String> withBound = new TreeMap<>(labels);
        long atOrBelow = 0;
        for (int i = 0; i < distribution.counts().length; i++) {
            atOrBelow += distribution.counts()[i];
            double bound =
                    i < distribution.upperBounds().length ? distribution.upperBounds()[i] : Double.POSITIVE_INFINITY;
            withBound.put("le", appendNumber(new StringBuilder(), bound).toString());
            appendSample(metric.name(), "_bucket", withBound, atOrBelow);
        }
        appendSample(metric.name(), "_sum", labels, distribution.sum());
        appendSample(metric.name(), "_count", labels, atOrBelow);
    }

    private void appendSample(String name, String suffix, Map<String, String> labels, double value) {
        StringBuilder text = sink.text().append(name).append(suffix);
        char separator = '{';
        for (Map.Entry<String, String> label : labels.entrySet()) {
            appendLabel(text.append(separator), label.getKey(), label.getValue());
            separator = ',';
        }
        endSample(labels.isEmpty() ? text : text.append('}'), value);
    }

    @Override
    public void family(String name, Metric.Kind kind, String help, List<String> labelNames) {
        family = name;
        familyLabels = labelNames;
        appendHead(name, kind, help);
    }

    @Override
    public void sample(String labelValue, double value) {
        StringBuilder text = sink.text().append(family).append('{');
        appendLabel(text, familyLabels.getFirst(), labelValue);
        endSample(text.append('}'), value);
    }

    @Override
    public void sample(String firstLabelValue, String secondLabelValue, double value) {
        StringBuilder text = sink.text().append(family).append('{');
        appendLabel(text, familyLabels.getFirst(), firstLabelValue);
        appendLabel(text.append(','), familyLabels.get(1), secondLabelValue);
        endSample(text.append('}'), value);
    }

    private void endSample(StringBuilder text, double value) {
        appendNumber(text.append(' '), value).append('\n');
        sink.next();
    }

    private static void appendLabel(StringBuilder text, String name, String value) {
        text.append(name).append("=\"");
        appendEscaped(text, value, true);
        text.append('"');
    }

    private static StringBuilder appendNumber(StringBuilder text, double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT_WHOLE_NUMBERS) {
            return text.append((long) value);
        }
        if (Double.isInfinite(value)) {
            return text.append(value > 0 ? "+Inf" : "-Inf");
        }
        return text.append(value);
    }

    private static void appendEscaped(StringBuilder text, String value, boolean isLabel) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\n') {
                text.append("\\n");
            } else if (c == '\\' || c == '"' && isLabel) {
                text.append('\\').append(c);
            } else {
                text.append(c);
            }
        }
    }
}
