package io.sluice.network;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * Event loops and the pooled direct memory they read into. Native epoll where it loads, NIO elsewhere.
 * One per process; every listener shares it. Threads are daemons named {@code sluice-io-N}.
 */
public final class Transport implements AutoCloseable {
    private static final int PAGE_BYTES = 8192;
    /** Chunks of {@code PAGE_BYTES << 9} = 4 MiB: larger ones hold more idle memory, smaller ones serve 1 MiB reads badly. */
    private static final int CHUNK_ORDER = 9;

    private static final int CONNECT_TIMEOUT_MS = 2_000;

    /** What was sent to a machine that is away is sent again ever later, up to two minutes, and so would not find it when it is back. */
    private static final int UNACKNOWLEDGED_MS_MAX = 5_000;

    private final EventLoopGroup loops;
    private final Class<? extends ServerChannel> serverChannel;
    private final Class<? extends Channel> clientChannel;
    private final ByteBufAllocator allocator;
    private final boolean isNative;

    private Transport(int loopCount, boolean isNative) {
        this.isNative = isNative;
        IoHandlerFactory handlers = isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        serverChannel = isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        clientChannel = isNative ? EpollSocketChannel.class : NioSocketChannel.class;
        loops = new MultiThreadIoEventLoopGroup(loopCount, namedDaemons(), handlers);
        allocator = new PooledByteBufAllocator(
                true,
                0,
                loopCount,
                PAGE_BYTES,
                CHUNK_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
    }

    /** An event loop for each core but one, which is left to the shards: what a loop takes in one turn goes to them together. Native if possible. */
    public static Transport start() {
        return start(Math.max(1, Runtime.getRuntime().availableProcessors() - 1), Epoll.isAvailable());
    }

    /** So many event loops; {@code isNative} only where {@link Epoll#isAvailable()}. */
    public static Transport start(int loopCount, boolean isNative) {
        return new Transport(loopCount, isNative);
    }

    /** As {@link #listen(ListenerSettings, Optional, BiConsumer)}, without TLS. */
    public Listener listen(ListenerSettings settings, BiConsumer<Channel, ListenerCounters> setUp) {
        return listen(settings, Optional.empty(), setUp);
    }

    /** As {@link #listen(ListenerSettings, Optional, CompletionStage, BiConsumer)}, served from the first moment. */
    public Listener listen(ListenerSettings settings, Optional<Tls> tls, BiConsumer<Channel, ListenerCounters> setUp) {
        return listen(settings, tls, CompletableFuture.completedFuture(null), setUp);
    }

    /**
     * Binds and serves, with TLS if there is any: {@code setUp} gets each new connection, on its event loop, and adds the protocol's handlers.
     * Until {@code ready} is complete connections wait for it, and are closed if it takes too long. Throws {@link
     * BindFailedException}.
     */
    public Listener listen(
            ListenerSettings settings,
            Optional<Tls> tls,
            CompletionStage<?> ready,
            BiConsumer<Channel, ListenerCounters> setUp) {
        Listener listener = new Listener(settings, tls, setUp, loops);
        var unused = ready.thenRun(listener::open);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops, loops)
                .channel(serverChannel)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(settings.writeLowBytes(), settings.writeHighBytes()))
                .childHandler(listener.connectionSetUp());
        ChannelFuture bound = bootstrap
                .bind(new InetSocketAddress(settings.host(), settings.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw bindFailure(settings, bound.cause());
        }
        listener.bound(bound.channel());
        return listener;
    }

    /** Begins to connect; the handler gets the new channel on its event loop. */
    ChannelFuture dial(InetSocketAddress target, ChannelHandler setUp) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(clientChannel)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS);
        if (isNative) {
            bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS_MAX);
        }
        return bootstrap.handler(setUp).connect(target);
    }

    /** Whether the native transport serves. */
    public boolean isNative() {
        return isNative;
    }

    /** Memory for whatever goes to sockets; any thread. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** Ends the event loops; stop the listeners first. Waits up to 2 s. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static BindFailedException bindFailure(ListenerSettings settings, Throwable cause) {
        String message = cause.getMessage();
        String reason = cause instanceof UnresolvedAddressException
                ? "unknown host"
                : message == null
                        ? cause.getClass().getSimpleName()
                        : message.replaceFirst("^bind\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "");
        return new BindFailedException(settings.host() + ":" + settings.port(), reason, cause);
    }

    private static ThreadFactory namedDaemons() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new FastThreadLocalThread(task, "sluice-io-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}
