package io.sluice.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.Metric;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsTextTest {
    private final MetricsText text = new MetricsText();

    @Test
    void samplesOfOneNameStandTogetherBelowOneHelpAndType() {
        text.accept(new Metric("a_total", Metric.Kind.COUNTER, "Things.", Map.of("kind", "x", "at", "y"), 3));
        text.accept(Metric.gauge("b_bytes", "Memory.", 0.5));
        text.accept(new Metric("a_total", Metric.Kind.COUNTER, "Things.", Map.of("kind", "z"), 1e9));

        assertThat(text.toString()).isEqualTo("""
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
        text.accept(new Metric("a", Metric.Kind.GAUGE, "one\ntwo \\", Map.of("l", "q\"\\\n"), 1));

        assertThat(text.toString()).contains("# HELP a one\\ntwo \\\\\n").contains("a{l=\"q\\\"\\\\\\n\"} 1\n");
    }

    @Test
    void numbersThatAreNoneAreWrittenAsPrometheusReadsThem() {
        text.accept(Metric.gauge("up", "", Double.POSITIVE_INFINITY));
        text.accept(Metric.gauge("down", "", Double.NEGATIVE_INFINITY));
        text.accept(Metric.gauge("none", "", Double.NaN));

        assertThat(text.toString()).contains("up +Inf\n", "down -Inf\n", "none NaN\n");
    }
}
