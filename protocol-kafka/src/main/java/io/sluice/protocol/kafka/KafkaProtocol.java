package io.sluice.protocol.kafka;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.NodeInfo;
import io.sluice.common.Clock;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.network.ConnectionLimits;
import io.sluice.network.Listener;
import io.sluice.network.Transport;
import io.sluice.protocol.kafka.codec.Door;
import io.sluice.protocol.kafka.codec.LoginCounters;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The Kafka door of a broker: one listener. Any thread. */
public final class KafkaProtocol implements MetricSource {
    private final Listener listener;
    private final KafkaListener shared;

    private KafkaProtocol(Listener listener, KafkaListener shared) {
        this.listener = listener;
        this.shared = shared;
    }

    /**
     * Binds at once, and serves once the node knows the metadata; {@code blocking} runs cold reads and time look-ups, best on virtual threads. Throws
     * {@link io.sluice.network.BindFailedException}.
     */
    public static KafkaProtocol start(
            Transport transport, KafkaSettings settings, Broker broker, Clock clock, Executor blocking) {
        return start(transport, settings, KafkaSecurity.none(), broker, clock, blocking);
    }

    /** The same for clients that prove who they are. */
    public static KafkaProtocol start(
            Transport transport,
            KafkaSettings settings,
            KafkaSecurity security,
            Broker broker,
            Clock clock,
            Executor blocking) {
        Opening opening = new Opening();
        Listener listener = transport.listen(
                settings.listener(),
                security.tls(),
                broker.cluster().onceCurrent(),
                (channel, counters) ->
                        channel.pipeline().addLast("kafka", new KafkaConnection(opening.await(), channel, counters)));
        InetSocketAddress bound = listener.boundAddress();
        String host = settings.advertisedHost().orElse(bound.getHostString());
        int port = settings.advertisedPort() == 0 ? bound.getPort() : settings.advertisedPort();
        LoginCounters loginCounters =
                new LoginCounters(security.logins().settings().mechanisms());
        KafkaListener shared = new KafkaListener(
                new Door(broker, host, port, blocking, security.logins(), loginCounters),
                settings,
                security.mapping(),
                clock);
        listener.limitRates(shared.quotas()::connectionRate);
        opening.open(shared);
        return new KafkaProtocol(listener, shared);
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress boundAddress() {
        return listener.boundAddress();
    }

    /** Where clients are told to go. */
    public NodeInfo.Endpoint advertised() {
        return new NodeInfo.Endpoint(
                shared.door().advertisedHost(), shared.door().advertisedPort());
    }

    /** Other bounds of connections from now on; those that are open stay. */
    public void limit(ConnectionLimits limits) {
        listener.limit(limits);
    }

    /** Accepts no more, answers what is in flight, closes all at the deadline. Blocks; not for event loops. */
    public void stop(Duration deadline) {
        listener.stop(deadline);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        listener.collect(consumer);
        shared.throttles().collect(consumer);
        shared.door().loginCounters().collect(consumer);
        shared.apis().collect(consumer);
        consumer.accept(Metric.gauge(
                "sluice_kafka_request_memory_bytes",
                "Received requests that wait or are handled.",
                shared.requestMemory().takenBytes()));
        consumer.accept(Metric.gauge(
                "sluice_kafka_answer_memory_bytes",
                "Answers of fetches, and large ones of other requests, that sockets have not taken.",
                shared.answerMemory().takenBytes()));
    }

    /** The bound port is part of what connections need, and a client may connect before we know it. */
    private static final class Opening {
        private @Nullable KafkaListener shared;

        synchronized void open(KafkaListener opened) {
            shared = opened;
            notifyAll();
        }

        synchronized KafkaListener await() {
            boolean isInterrupted = false;
            while (shared == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
            return shared;
        }
    }
}
