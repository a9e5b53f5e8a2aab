package io.sluice.protocol.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.sluice.common.MetricSource;
import java.util.List;

/** {@code /metrics}: every number of the process. */
final class MetricsEndpoint implements Endpoint {
    private final List<MetricSource> sources;

    MetricsEndpoint(List<MetricSource> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public Answer answer() {
        MetricsText text = new MetricsText();
        sources.forEach(source -> source.collect(text));
        return new Answer(HttpResponseStatus.OK, MetricsText.CONTENT_TYPE, text.toString());
    }
}
