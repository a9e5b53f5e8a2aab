package io.sluice.protocol.redis;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.sluice.broker.api.NodeInfo;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
    private @Nullable Channel target;
    private @Nullable ByteBuf first;
    private int welcomed;

    private Relay(Channel client, ByteBuf first) {
        this.client = client;
        this.first = first;
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
    static Relay begin(Channel client, ByteBuf first, NodeInfo.Endpoint endpoint, Executor blocking) {
        Relay relay = new Relay(client, first);
        client.config().setAutoRead(false);
        try {
            blocking.execute(() -> {
                InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
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
                .handler(this)
                .connect(address);
        connecting.addListener(done -> connected(connecting, address));
    }

    private void connected(ChannelFuture connecting, InetSocketAddress address) {
        ByteBuf bytes = first;
        first = null;
        if (connecting.isSuccess() && client.isActive() && bytes != null) {
            Channel channel = connecting.channel();
            target = channel;
            channel.write(Unpooled.wrappedBuffer(PREFACE));
            channel.writeAndFlush(bytes);
            client.config().setAutoRead(true);
            return;
        }
        if (bytes != null) {
            bytes.release();
        }
        connecting.channel().close();
        if (client.isActive()) {
            LOG.warn(
                    "clients cannot be passed on to address={} reason={}", address, String.valueOf(connecting.cause()));
            client.writeAndFlush(Unpooled.wrappedBuffer(NOT_REACHED)).addListener(ChannelFutureListener.CLOSE);
        }
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
        client.config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a client that was passed on is lost", cause);
        context.close();
    }
}
