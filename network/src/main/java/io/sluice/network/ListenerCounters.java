package io.sluice.network;

import io.sluice.common.Check;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.network.ConnectionGate.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What one listener counts. Event loops add, any thread reads. */
public final class ListenerCounters implements MetricSource {
    private final String listener;
    private final Map<String, String> labels;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final Map<Verdict, LongAdder> connectionsRefused = new EnumMap<>(Verdict.class);
    private final LongAdder acceptingPaused = new LongAdder();
    private final LongAdder requestsRefused = new LongAdder();
    private final LongAdder handshakesFailed = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    ListenerCounters(String listener) {
        this.listener = listener;
        labels = Map.of("listener", listener);
        for (Verdict verdict : Verdict.values()) {
            connectionsRefused.put(verdict, new LongAdder());
        }
    }

    void connectionAccepted() {
        accepted.increment();
    }

    void connectionClosed() {
        closed.increment();
    }

    void connectionRefused(Verdict verdict) {
        Check.check(verdict != Verdict.SERVED, "a connection that is served is counted as refused");
        LongAdder refused = connectionsRefused.get(verdict);
        if (refused != null) {
            refused.increment();
        }
    }

    void acceptingPaused() {
        acceptingPaused.increment();
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
        collect(consumer, Integer.MAX_VALUE);
    }

    void collect(Consumer<Metric> consumer, int connectionsMax) {
        consumer.accept(new Metric(
                "sluice_connections_limit",
                Metric.Kind.GAUGE,
                "Connections that can be open at the same time.",
                labels,
                connectionsMax));
        consumer.accept(new Metric(
                "sluice_connections", Metric.Kind.GAUGE, "Connections open now.", labels, connectionsOpen()));
        count(consumer, "sluice_connections_accepted_total", "Connections accepted.", accepted);
        connectionsRefused.forEach((verdict, count) -> {
            if (verdict != Verdict.SERVED) {
                consumer.accept(new Metric(
                        "sluice_connections_refused_total",
                        Metric.Kind.COUNTER,
                        "Connections closed: listener full, address full, address too fast, or the node starting.",
                        Map.of("listener", listener, "reason", verdict.label()),
                        count.sum()));
            }
        });
        count(
                consumer,
                "sluice_accepting_paused_total",
                "Pauses of accepting because connections came too fast.",
                acceptingPaused);
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
