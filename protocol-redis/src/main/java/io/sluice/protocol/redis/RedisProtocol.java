package io.sluice.protocol.redis;

import io.sluice.broker.api.Broker;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.network.ConnectionLimits;
import io.sluice.network.Listener;
import io.sluice.network.Tls;
import io.sluice.network.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The Redis door of a broker: one listener. Any thread. */
public final class RedisProtocol implements MetricSource {
    private final Listener listener;
    private final RedisListener shared;

    private RedisProtocol(Listener listener, RedisListener shared) {
        this.listener = listener;
        this.shared = shared;
    }

    /** Binds at once, and serves once the node knows the metadata. Throws {@link io.sluice.network.BindFailedException}. */
    public static RedisProtocol start(
            Transport transport, RedisSettings settings, RedisSecurity security, Broker broker, RedisHost host) {
        RedisListener shared = new RedisListener(settings, security, broker, host);
        // A client's certificate cannot be shown to another node.
        Optional<Passing> passing =
                security.tls().filter(Tls::asksForCertificates).isPresent()
                        ? Optional.empty()
                        : Optional.of(new Passing(broker, settings.listener().name(), security.tls(), host.blocking()));
        Listener listener = transport.listen(
                settings.listener(), security.tls(), broker.cluster().onceCurrent(), (channel, counters) -> {
                    passing.ifPresent(elsewhere -> channel.pipeline().addLast("passing", elsewhere.handler()));
                    channel.pipeline().addLast("redis", new RedisConnection(shared, channel, counters));
                });
        passing.ifPresent(Passing::begin);
        shared.bound(listener.boundAddress().getPort());
        return new RedisProtocol(listener, shared);
    }

    /** Name of the listener. */
    public String name() {
        return shared.listenerName();
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress boundAddress() {
        return listener.boundAddress();
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
        Map<String, String> labels =
                Map.of("listener", shared.settings().listener().name());
        consumer.accept(new Metric(
                "sluice_redis_commands_total",
                Metric.Kind.COUNTER,
                "Commands of Redis clients carried out.",
                labels,
                shared.commandCount()));
        consumer.accept(new Metric(
                "sluice_redis_request_memory_bytes",
                Metric.Kind.GAUGE,
                "Received requests of Redis clients that are not whole or wait.",
                labels,
                shared.requestMemory().takenBytes() + shared.transactionMemory().takenBytes()));
    }
}
