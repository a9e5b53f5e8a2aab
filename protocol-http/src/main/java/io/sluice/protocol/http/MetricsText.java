package io.sluice.protocol.http;

import io.sluice.common.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Prometheus text format 0.0.4: all samples of a name stand together below one HELP and one TYPE line, whichever source
 * they come from. One thread.
 */
final class MetricsText implements Consumer<Metric> {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Up to here a double holds every whole number exactly, so it is written without an exponent. */
    private static final double EXACT_WHOLE_NUMBERS = 1L << 53;

    private final Map<String, List<Metric>> byName = new LinkedHashMap<>();

    @Override
    public void accept(Metric metric) {
        byName.computeIfAbsent(metric.name(), name -> new ArrayList<>()).add(metric);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        byName.forEach((name, metrics) -> {
            Metric first = metrics.getFirst();
            text.append("# HELP ").append(name).append(' ').append(escapeHelp(first.help()));
            text.append("\n# TYPE ").append(name).append(' ');
            text.append(first.kind().name().toLowerCase(Locale.ROOT)).append('\n');
            metrics.forEach(metric -> appendSample(text, metric));
        });
        return text.toString();
    }

    private static void appendSample(StringBuilder text, Metric metric) {
        text.append(metric.name());
        if (!metric.labels().isEmpty()) {
            String separator = "{";
            for (Map.Entry<String, String> label : new TreeMap<>(metric.labels()).entrySet()) {
                text.append(separator).append(label.getKey()).append("=\"");
                text.append(escapeLabel(label.getValue())).append('"');
                separator = ",";
            }
            text.append('}');
        }
        text.append(' ').append(number(metric.value())).append('\n');
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT_WHOLE_NUMBERS) {
            return Long.toString((long) value);
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.toString(value);
    }

    private static String escapeHelp(String help) {
        return help.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String escapeLabel(String value) {
        return escapeHelp(value).replace("\"", "\\\"");
    }
}
