package io.sluice.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sluice.common.Check;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.SystemClock;
import io.sluice.network.ConnectionGate.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A bound address and the connections it accepted. Made by {@link Transport#listen}; any thread. */
public final class Listener implements MetricSource {
    private static final long LOOP_PATIENCE_MS = 1_000;

    /** A node catches up in less where the others are there; where they are not, clients should ask them instead. */
    private static final long EARLY_PATIENCE_MS = 3_000;

    private final ListenerSettings settings;
    private final Optional<Tls> tls;
    private final ListenerCounters counters;
    private final BiConsumer<Channel, ListenerCounters> setUp;
    /** Stays closed, so that a connection which was being accepted when all were closed does not live on. */
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    /** Those that came before the broker could answer. */
    private final Set<Channel> early = ConcurrentHashMap.newKeySet();

    private final ConnectionGate gate;
    private final @Nullable IdleSweep idle;
    private final RateLimitedLog refusals;
    private final EventExecutorGroup loops;
    private volatile @Nullable Channel serverChannel;
    private volatile @Nullable Future<?> sweeping;
    private volatile boolean isOpen;

    Listener(
            ListenerSettings settings,
            Optional<Tls> tls,
            BiConsumer<Channel, ListenerCounters> setUp,
            EventExecutorGroup loops) {
        SystemClock clock = new SystemClock();
        this.loops = loops;
        this.settings = settings;
        this.tls = tls;
        this.setUp = setUp;
        counters = new ListenerCounters(settings.name());
        gate = new ConnectionGate(settings.limits(), clock::nanoTime);
        idle = settings.idleTimeoutMs() > 0 ? new IdleSweep(settings.idleTimeoutMs()) : null;
        refusals = new RateLimitedLog(LoggerFactory.getLogger(Listener.class), clock);
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

    /** Other bounds from now on; connections that are open stay. */
    public void limit(ConnectionLimits limits) {
        gate.limit(limits);
    }

    /** Bounds in force. */
    public ConnectionLimits limits() {
        return gate.limits();
    }

    /** How many connections a second an address may make, {@link Double#MAX_VALUE} for any number; asked for each. */
    public void limitRates(ToDoubleFunction<InetAddress> perSecond) {
        gate.limitRates(perSecond);
    }

    /**
     * Accepts no more, tells every connection to {@link Drain} and closes what is left at the deadline. Blocks until
     * all are closed and have let go of what they held; never called on an event loop.
     */
    public void stop(Duration deadline) {
        Future<?> sweep = sweeping;
        if (sweep != null) {
            sweep.cancel(false);
        }
        Channel channel = serverChannel;
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
        // What was accepted last may not be set up yet.
        awaitLoops();
        early.forEach(Channel::close);
        for (Channel connection : connections) {
            connection.pipeline().fireUserEventTriggered(Drain.NOW);
        }
        connections.newCloseFuture().awaitUninterruptibly(deadline.toMillis(), TimeUnit.MILLISECONDS);
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        // A channel is closed before its handlers hear of it, by a task that comes right after.
        awaitLoops();
        awaitLoops();
    }

    /** Every event loop has done what it had to do when this was called. */
    private void awaitLoops() {
        List<Future<?>> passed = new ArrayList<>();
        for (EventExecutor loop : loops) {
            if (!loop.isShuttingDown()) {
                passed.add(loop.submit(() -> {}));
            }
        }
        passed.forEach(each -> each.awaitUninterruptibly(LOOP_PATIENCE_MS));
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        counters.collect(consumer, gate.limits().connectionsMax());
    }

    void bound(Channel channel) {
        serverChannel = channel;
        IdleSweep sweep = idle;
        if (sweep != null) {
            sweeping = channel.eventLoop()
                    .scheduleWithFixedDelay(
                            () -> sweep.sweep(connections),
                            sweep.intervalMs(),
                            sweep.intervalMs(),
                            TimeUnit.MILLISECONDS);
        }
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
        InetAddress address = addressOf(channel);
        Verdict verdict = gate.enter(address);
        pauseAccepting(gate.pauseNs());
        if (verdict != Verdict.SERVED) {
            refused(verdict, address);
            channel.close();
            return;
        }
        counters.connectionAccepted();
        channel.closeFuture().addListener(closed -> {
            gate.leave(address);
            counters.connectionClosed();
        });
        connections.add(channel);
        if (isOpen) {
            serve(channel);
        } else {
            holdBack(channel, address);
        }
    }

    private void holdBack(Channel channel, InetAddress address) {
        channel.config().setAutoRead(false);
        early.add(channel);
        channel.closeFuture().addListener(closed -> early.remove(channel));
        channel.eventLoop().schedule(() -> giveUp(channel, address), EARLY_PATIENCE_MS, TimeUnit.MILLISECONDS);
        if (isOpen) {
            letIn(channel);
        }
    }

    private void giveUp(Channel channel, InetAddress address) {
        if (early.remove(channel)) {
            refused(Verdict.EARLY, address);
            channel.close();
        }
    }

    /** The broker can answer from now on, also those who came before. */
    void open() {
        isOpen = true;
        early.forEach(this::letIn);
    }

    private void letIn(Channel channel) {
        if (early.remove(channel)) {
            channel.eventLoop().execute(() -> {
                if (channel.isActive()) {
                    serve(channel);
                    channel.config().setAutoRead(true);
                }
            });
        }
    }

    private void serve(Channel channel) {
        if (idle != null) {
            channel.pipeline().addLast("idle", idle.watch());
        }
        tls.ifPresent(keys -> {
            channel.pipeline().addLast("tls", keys.handler(channel.alloc()));
            channel.pipeline().addLast("tls-end", new TlsEnd(counters));
        });
        setUp.accept(channel, counters);
    }

    private void refused(Verdict verdict, InetAddress address) {
        counters.connectionRefused(verdict);
        refusals.warn("connection refused listener=" + settings.name() + " client=" + address.getHostAddress()
                + " reason=" + verdict.label());
    }

    private void pauseAccepting(long durationNs) {
        Channel channel = serverChannel;
        if (durationNs > 0 && channel != null) {
            channel.eventLoop().execute(() -> {
                if (channel.config().isAutoRead()) {
                    counters.acceptingPaused();
                    channel.config().setAutoRead(false);
                    channel.eventLoop()
                            .schedule(() -> channel.config().setAutoRead(true), durationNs, TimeUnit.NANOSECONDS);
                }
            });
        }
    }

    /** A connection that is gone already has no address any more; it is refused by what comes next. */
    private static InetAddress addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress()
                : InetAddress.ofLiteral("0.0.0.0");
    }
}
