package io.sluice.network;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What one listener counts. Event loops add, any thread reads. */
public final class ListenerCounters implements MetricSource {
    private final Map<String, String> labels;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder connectionsRefused = new LongAdder();
    private final LongAdder requestsRefused = new LongAdder();
    private final LongAdder handshakesFailed = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    ListenerCounters(String listener) {
        labels = Map.of("listener", listener);
    }

    void connectionAccepted() {
        accepted.increment();
    }

    void connectionClosed() {
        closed.increment();
    }

    void connectionRefused() {
        connectionsRefused.increment();
    }

    void handshakeFailed() {
        handshakesFailed.increment();
    }

    /** A request was taken for handling. */
    public void requestTaken() {
        requests.increment();
    }

    /** A request was malformed or over a limit, and its connection closed. */
    public void requestRefused() {
        requestsRefused.increment();
    }

    /** So many bytes came from clients. */
    public void addBytesIn(long lengthBytes) {
        bytesIn.add(lengthBytes);
    }

    /** So many bytes were handed to sockets. */
    public void addBytesOut(long lengthBytes) {
        bytesOut.add(lengthBytes);
    }

    /** Connections open now. */
    public long connectionsOpen() {
        return accepted.sum() - closed.sum();
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(new Metric(
                "sluice_connections", Metric.Kind.GAUGE, "Connections open now.", labels, connectionsOpen()));
        count(consumer, "sluice_connections_accepted_total", "Connections accepted.", accepted);
        count(consumer, "sluice_connections_refused_total", "Connections above the limit.", connectionsRefused);
        count(consumer, "sluice_tls_handshakes_failed_total", "TLS handshakes that failed.", handshakesFailed);
        count(consumer, "sluice_requests_total", "Requests taken for handling.", requests);
        count(consumer, "sluice_requests_refused_total", "Requests that closed their connection.", requestsRefused);
        count(consumer, "sluice_received_bytes_total", "Bytes received from clients.", bytesIn);
        count(consumer, "sluice_sent_bytes_total", "Bytes handed to client sockets.", bytesOut);
    }

    private void count(Consumer<Metric> consumer, String name, String help, LongAdder number) {
        consumer.accept(new Metric(name, Metric.Kind.COUNTER, help, labels, number.sum()));
    }
}
