package io.sluice.protocol.redis;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.sluice.broker.api.NodeInfo;
import io.sluice.network.Tls;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that is passed on, byte for byte, to the node that decides about streams, which knows it by the first words that it gets
 * and passes it on no further. Both connections end together. What is under way is bounded by what the sockets take. Owner: the
 * event loop of the client's connection, which is that of the other one too.
 *
 * <pre>
 *   client ◄──► this node ──"CLUSTER RELAYED"──► deciding node
 * </pre>
 */
final class Relay extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final byte[] PREFACE = "CLUSTER RELAYED\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WELCOME = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOT_REACHED = "-CLUSTERDOWN the node that decides about streams cannot be reached\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final int CONNECT_TIMEOUT_MS = 2_000;

    private final Channel client;
    private final Target other;
    private @Nullable Channel target;
    private @Nullable ByteBuf first;
    private int welcomed;

    /**
     * Where a client is passed on to.
     *
     * @param endpoint the other node's listener
     * @param tls keys of this node's, if what is passed on is encrypted
     * @param notTrusted is given the client's first bytes if the other node has no certificate that this one trusts; the
     *     connection's event loop
     */
    record Target(NodeInfo.Endpoint endpoint, Optional<Tls> tls, Consumer<ByteBuf> notTrusted) {}

    private Relay(Channel client, ByteBuf first, Target other) {
        this.client = client;
        this.first = first;
        this.other = other;
    }

    /** Whether these are the first bytes of a client that another node passes on. */
    static boolean isPassedOn(ByteBuf bytes) {
        int length = Math.min(bytes.readableBytes(), PREFACE.length);
        for (int i = 0; i < length; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Passes the client on, beginning with these bytes, which are the relay's from now on. Nothing is read meanwhile. The name of
     * the other node is looked up on {@code blocking}.
     */
    static Relay begin(Channel client, ByteBuf first, Target other, Executor blocking) {
        Relay relay = new Relay(client, first, other);
        client.config().setAutoRead(false);
        try {
            blocking.execute(() -> {
                InetSocketAddress address = new InetSocketAddress(
                        other.endpoint().host(), other.endpoint().port());
                client.eventLoop().execute(() -> relay.connect(address));
            });
        } catch (RejectedExecutionException over) {
            LOG.debug("clients of a broker that stops are not passed on", over);
            client.close();
        }
        return relay;
    }

    private void connect(InetSocketAddress address) {
        ChannelFuture connecting = new Bootstrap()
                .group(client.eventLoop())
                .channel(client.getClass())
                .option(ChannelOption.ALLOCATOR, client.alloc())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        other.tls().ifPresent(keys -> channel.pipeline().addLast("tls", encrypting(keys, channel)));
                        channel.pipeline().addLast("relay", Relay.this);
                    }
                })
                .connect(address);
        connecting.addListener(done -> connected(connecting, address));
    }

    private SslHandler encrypting(Tls keys, Channel channel) {
        return keys.clientHandler(
                channel.alloc(), other.endpoint().host(), other.endpoint().port());
    }

    private void connected(ChannelFuture connecting, InetSocketAddress address) {
        Channel channel = connecting.channel();
        SslHandler encrypting = channel.pipeline().get(SslHandler.class);
        if (!connecting.isSuccess()) {
            notReached(channel, address, connecting.cause());
        } else if (encrypting == null) {
            reached(channel);
        } else {
            encrypting.handshakeFuture().addListener(done -> {
                if (done.isSuccess()) {
                    reached(channel);
                } else {
                    notTrusted(channel, address, done.cause());
                }
            });
        }
    }

    private void reached(Channel channel) {
        ByteBuf bytes = takeFirst();
        if (bytes == null) {
            channel.close();
            return;
        }
        target = channel;
        channel.write(Unpooled.wrappedBuffer(PREFACE));
        channel.writeAndFlush(bytes);
        client.config().setAutoRead(true);
    }

    private void notReached(Channel channel, InetSocketAddress address, Throwable cause) {
        channel.close();
        ByteBuf bytes = takeFirst();
        if (bytes != null) {
            bytes.release();
            LOG.warn("clients cannot be passed on to address={} reason={}", address, String.valueOf(cause));
            client.writeAndFlush(Unpooled.wrappedBuffer(NOT_REACHED)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void notTrusted(Channel channel, InetSocketAddress address, Throwable cause) {
        ByteBuf bytes = takeFirst();
        if (bytes != null) {
            LOG.warn(
                    "serves clients here that should be passed on, for there is no trust in address={} reason={}",
                    address,
                    String.valueOf(cause));
            other.notTrusted().accept(bytes);
        }
        channel.close();
    }

    /** What the client sent first; null if it is gone. */
    private @Nullable ByteBuf takeFirst() {
        ByteBuf bytes = first;
        first = null;
        return bytes;
    }

    /** More of the client. */
    void send(ByteBuf bytes) {
        Channel channel = target;
        ByteBuf waiting = first;
        if (channel == null && waiting != null) {
            // What was on its way when reading stopped.
            first = Unpooled.wrappedBuffer(waiting, bytes);
            return;
        }
        if (channel == null) {
            bytes.release();
            return;
        }
        channel.writeAndFlush(bytes, channel.voidPromise());
        client.config().setAutoRead(channel.isWritable());
    }

    /** The client takes more, or no more for now. */
    void clientChanged() {
        Channel channel = target;
        if (channel != null) {
            channel.config().setAutoRead(client.isWritable());
        }
    }

    /** The client is gone. */
    void end() {
        ByteBuf bytes = first;
        if (bytes != null) {
            first = null;
            bytes.release();
        }
        if (target != null) {
            target.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        while (welcomed < WELCOME.length && bytes.isReadable()) {
            if (bytes.readByte() != WELCOME[welcomed++]) {
                bytes.release();
                context.close();
                return;
            }
        }
        if (bytes.isReadable()) {
            client.write(bytes, client.voidPromise());
        } else {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        client.flush();
        clientChanged();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (target != null) {
            client.config().setAutoRead(context.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (target != null) {
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a client that was passed on is lost", cause);
        context.close();
    }
}
