package io.sluice.server.node;

import io.sluice.broker.LocalBroker;
import io.sluice.common.Clock;
import io.sluice.common.MetricSource;
import io.sluice.network.ListenerSettings;
import io.sluice.network.Transport;
import io.sluice.protocol.redis.RedisHost;
import io.sluice.protocol.redis.RedisProtocol;
import io.sluice.protocol.redis.RedisSecurity;
import io.sluice.protocol.redis.RedisSettings;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The listeners for Redis clients: one in the clear, one with TLS, each if it is set. Started and stopped by one thread. */
final class RedisDoors {
    private static final int RUN_ID_BYTES = 20;

    private final LocalBroker broker;
    private final Transport transport;
    private final RedisHost host;
    private final List<RedisProtocol> open = new ArrayList<>();
    private @Nullable RedisProtocol plain;
    private @Nullable RedisProtocol tls;

    RedisDoors(LocalBroker broker, Transport transport, Clock clock) {
        this.broker = broker;
        this.transport = transport;
        byte[] runId = new byte[RUN_ID_BYTES];
        new SecureRandom().nextBytes(runId);
        host = new RedisHost(
                clock,
                BrokerThreads.virtual(),
                BrokerNode.version(),
                HexFormat.of().formatHex(runId));
    }

    /** Throws {@link io.sluice.network.BindFailedException}. */
    List<MetricSource> listen(BrokerSetup setup, SecuritySetup security, Clock clock) {
        RedisSecurity inTheClear = security.redis(broker, clock, false);
        plain = setup.redis().map(settings -> start(settings, inTheClear)).orElse(null);
        RedisSecurity encrypted = security.redis(broker, clock, true);
        tls = setup.redisTls().map(settings -> start(settings, encrypted)).orElse(null);
        Runnable limit = () -> open.forEach(
                each -> each.limit(BrokerSetup.connections(broker.live().values())));
        broker.live().addListener(limit);
        limit.run();
        return List.copyOf(open);
    }

    private RedisProtocol start(ListenerSettings settings, RedisSecurity security) {
        RedisProtocol started = RedisProtocol.start(transport, RedisSettings.of(settings), security, broker, host);
        open.add(started);
        return started;
    }

    /** Where clients connect in the clear. */
    Optional<InetSocketAddress> plainAddress() {
        return Optional.ofNullable(plain).map(RedisProtocol::boundAddress);
    }

    /** Where clients connect with TLS. */
    Optional<InetSocketAddress> tlsAddress() {
        return Optional.ofNullable(tls).map(RedisProtocol::boundAddress);
    }

    void stop(Duration deadline) {
        open.forEach(each -> each.stop(deadline));
    }
}
