package io.sluice.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.Histogram;
import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsTextTest {
    @Test
    void samplesOfOneNameStandTogetherBelowOneHelpAndType() {
        String text = written(
                new Metric("a_total", Metric.Kind.COUNTER, "Things.", Map.of("kind", "x", "at", "y"), 3),
                Metric.gauge("b_bytes", "Memory.", 0.5),
                new Metric("a_total", Metric.Kind.COUNTER, "Things.", Map.of("kind", "z"), 1e9));

        assertThat(text).isEqualTo("""
                        # HELP a_total Things.
                        # TYPE a_total counter
                        a_total{at="y",kind="x"} 3
                        a_total{kind="z"} 1000000000
                        # HELP b_bytes Memory.
                        # TYPE b_bytes gauge
                        b_bytes 0.5
                        """);
    }

    @Test
    void whatWouldEndALineOrAValueIsEscaped() {
        String text = written(new Metric("a", Metric.Kind.GAUGE, "one\ntwo \\", Map.of("l", "q\"\\\n"), 1));

        assertThat(text).contains("# HELP a one\\ntwo \\\\\n").contains("a{l=\"q\\\"\\\\\\n\"} 1\n");
    }

    @Test
    void numbersThatAreNoneAreWrittenAsPrometheusReadsThem() {
        String text = written(
                Metric.gauge("up", "", Double.POSITIVE_INFINITY),
                Metric.gauge("down", "", Double.NEGATIVE_INFINITY),
                Metric.gauge("none", "", Double.NaN));

        assertThat(text).contains("up +Inf\n", "down -Inf\n", "none NaN\n");
    }

    @Test
    void bucketsOfAHistogramCountEverythingAtOrBelowTheirBound() {
        Histogram histogram = Histogram.ofLatencies();
        histogram.record(200_000);
        histogram.record(2_000_000);
        histogram.record(60_000_000_000L);

        String text = written(Metric.histogram("t_seconds", "Time.", Map.of("api", "x"), histogram.distribution()));

        assertThat(text)
                .contains("# TYPE t_seconds histogram\n")
                .contains(
                        "t_seconds_bucket{api=\"x\",le=\"1.0E-4\"} 0\n",
                        "t_seconds_bucket{api=\"x\",le=\"2.5E-4\"} 1\n")
                .contains("t_seconds_bucket{api=\"x\",le=\"10\"} 2\n", "t_seconds_bucket{api=\"x\",le=\"+Inf\"} 3\n")
                .contains("t_seconds_sum{api=\"x\"} 60.0022\n", "t_seconds_count{api=\"x\"} 3\n");
    }

    @Test
    void seriesAreWrittenAsTheyCome() {
        Gathered gathered = new Gathered();
        SeriesSource source = consumer -> {
            consumer.family("s_bytes", Metric.Kind.GAUGE, "Bytes.", List.of("topic"));
            consumer.sample("a\"", 1);
            consumer.family("lag", Metric.Kind.GAUGE, "Lag.", List.of("group", "topic"));
            consumer.sample("g", "t", 2);
        };
        new MetricsText(gathered).write(List.of(), List.of(source));

        assertThat(gathered.text().toString())
                .contains("# TYPE s_bytes gauge\ns_bytes{topic=\"a\\\"\"} 1\n")
                .endsWith("lag{group=\"g\",topic=\"t\"} 2\n");
        assertThat(gathered.nexts)
                .as("a slow client can be waited for after each sample")
                .isEqualTo(2);
    }

    private static String written(Metric... metrics) {
        Gathered gathered = new Gathered();
        new MetricsText(gathered).write(List.of(consumer -> List.of(metrics).forEach(consumer)), List.of());
        return gathered.text().toString();
    }

    private static final class Gathered implements TextSink {
        private final StringBuilder text = new StringBuilder();
        private int nexts;

        @Override
        public StringBuilder text() {
            return text;
        }

        @Override
        public void next() {
            nexts++;
        }

        @Override
        public void send() {
            throw new AssertionError("metrics leave it to the sink when to send");
        }
    }
}
