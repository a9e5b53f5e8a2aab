package io.sluice.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sluice.common.Check;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A bound address and the connections it accepted. Made by {@link Transport#listen}; any thread. */
public final class Listener implements MetricSource {
    private final ListenerSettings settings;
    private final Optional<Tls> tls;
    private final ListenerCounters counters;
    private final BiConsumer<Channel, ListenerCounters> setUp;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger openCount = new AtomicInteger();
    private volatile @Nullable Channel serverChannel;

    Listener(ListenerSettings settings, Optional<Tls> tls, BiConsumer<Channel, ListenerCounters> setUp) {
        this.settings = settings;
        this.tls = tls;
        this.setUp = setUp;
        counters = new ListenerCounters(settings.name());
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress boundAddress() {
        Channel channel = serverChannel;
        Check.check(channel != null, "the listener is not bound");
        return (InetSocketAddress) channel.localAddress();
    }

    /** What it counts; a protocol adds its own numbers. */
    public ListenerCounters counters() {
        return counters;
    }

    /**
     * Accepts no more, tells every connection to {@link Drain} and closes what is left at the deadline. Blocks until
     * all are closed; never called on an event loop.
     */
    public void stop(Duration deadline) {
        Channel channel = serverChannel;
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
        for (Channel connection : connections) {
            connection.pipeline().fireUserEventTriggered(Drain.NOW);
        }
        connections.newCloseFuture().awaitUninterruptibly(deadline.toMillis(), TimeUnit.MILLISECONDS);
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        counters.collect(consumer);
    }

    void bound(Channel channel) {
        serverChannel = channel;
    }

    ChannelHandler connectionSetUp() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                accept(channel);
            }
        };
    }

    private void accept(Channel channel) {
        if (openCount.incrementAndGet() > settings.connectionsMax()) {
            openCount.decrementAndGet();
            counters.connectionRefused();
            channel.close();
            return;
        }
        counters.connectionAccepted();
        channel.closeFuture().addListener(closed -> {
            openCount.decrementAndGet();
            counters.connectionClosed();
        });
        connections.add(channel);
        if (settings.idleTimeoutMs() > 0) {
            channel.pipeline().addLast("idle", new IdleClose(settings.idleTimeoutMs()));
        }
        tls.ifPresent(keys -> {
            channel.pipeline().addLast("tls", keys.handler(channel.alloc()));
            channel.pipeline().addLast("tls-end", new TlsEnd(counters));
        });
        setUp.accept(channel, counters);
    }
}
