package io.sluice.server.node;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.NodeInfo;
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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
    private boolean isDebugAllowed;

    RedisDoors(LocalBroker broker, Transport transport, Clock clock) {
        this.broker = broker;
        this.transport = transport;
        byte[] runId = new byte[RUN_ID_BYTES];
        SecureRandom random = new SecureRandom();
        random.nextBytes(runId);
        host = new RedisHost(
                clock,
                BrokerThreads.virtual(),
                random,
                BrokerNode.version(),
                HexFormat.of().formatHex(runId));
    }

    /** Throws {@link io.sluice.network.BindFailedException}. */
    List<MetricSource> listen(BrokerSetup setup, SecuritySetup security, Clock clock) {
        RedisSecurity inTheClear = security.redis(broker, clock, false);
        isDebugAllowed = setup.isRedisDebugAllowed();
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
        RedisSettings all = RedisSettings.of(settings).debugging(isDebugAllowed);
        RedisProtocol started = RedisProtocol.start(transport, all, security, broker, host);
        open.add(started);
        return started;
    }

    /** Where clients reach the listeners, by name; at {@code host} where they listen on every address. */
    Map<String, NodeInfo.Endpoint> endpoints(String host) {
        Map<String, NodeInfo.Endpoint> endpoints = new HashMap<>();
        for (RedisProtocol each : open) {
            InetSocketAddress bound = each.boundAddress();
            String reached = bound.getAddress().isAnyLocalAddress()
                    ? host
                    : bound.getAddress().getHostAddress();
            endpoints.put(each.name(), new NodeInfo.Endpoint(reached, bound.getPort()));
        }
        return endpoints;
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
