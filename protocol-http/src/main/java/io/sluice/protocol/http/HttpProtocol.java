package io.sluice.protocol.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.network.Listener;
import io.sluice.network.ListenerCounters;
import io.sluice.network.ListenerSettings;
import io.sluice.network.Tls;
import io.sluice.network.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The HTTP listener: {@code /healthz} (the process answers), {@code /readyz} (every listener serves), {@code /metrics}
 * (Prometheus text format 0.0.4), and what an operator may ask for by POST. Any thread may call it.
 */
public final class HttpProtocol implements MetricSource {
    private static final int MAX_REQUEST_LINE_LENGTH = 4096;
    private static final int MAX_HEADERS_BYTES = 8192;
    private static final int MAX_CHUNK_BYTES = 8192;

    private final Listener listener;

    private HttpProtocol(Listener listener) {
        this.listener = listener;
    }

    /** Binds and serves, with TLS if there is any; throws {@link io.sluice.network.BindFailedException}. */
    public static HttpProtocol start(
            Transport transport, ListenerSettings settings, Optional<Tls> tls, HttpServices services) {
        return new HttpProtocol(transport.listen(settings, tls, new Connections(services)::setUp));
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress boundAddress() {
        return listener.boundAddress();
    }

    /** Takes no more connections, closes those that idle, and the rest at the deadline. Blocks. */
    public void stop(Duration deadline) {
        listener.stop(deadline);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        listener.collect(consumer);
    }

    /** Puts the handlers into each new connection. */
    private record Connections(HttpServices services) {
        void setUp(Channel channel, ListenerCounters counters) {
            List<MetricSource> sources = new ArrayList<>(services.metrics());
            sources.add(counters);
            Map<String, Endpoint> endpoints = new HashMap<>();
            endpoints.put("/healthz", new Endpoint.Quick(() -> Answer.line(HttpResponseStatus.OK, "ok")));
            endpoints.put("/readyz", new Endpoint.Quick(this::readiness));
            endpoints.put(
                    "/metrics",
                    new Endpoint.Streamed(
                            MetricsText.CONTENT_TYPE, sink -> new MetricsText(sink).write(sources, services.series())));
            services.actions().forEach((path, action) -> endpoints.put(path, new Endpoint.Action(action)));
            HttpDecoderConfig limits = new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_REQUEST_LINE_LENGTH)
                    .setMaxHeaderSize(MAX_HEADERS_BYTES)
                    .setMaxChunkSize(MAX_CHUNK_BYTES);
            channel.pipeline()
                    .addLast(
                            new HttpServerCodec(limits),
                            new HttpRequestHandler(endpoints, services.token(), services.blocking(), counters));
        }

        private Answer readiness() {
            return services.whyNotReady()
                    .get()
                    .map(reason -> Answer.line(HttpResponseStatus.SERVICE_UNAVAILABLE, "not ready: " + reason))
                    .orElseGet(() -> Answer.line(HttpResponseStatus.OK, "ready"));
        }
    }
}
