package io.sluice.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.broker.api.Broker;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.StreamService.Leader;
import io.sluice.network.Drain;
import io.sluice.network.Tls;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes clients on to the node that decides about streams, if that is another one: at the first bytes of a connection, once for all.
 * When another node begins to decide, connections that went elsewhere are ended: clients connect again and are passed on there.
 * Where nobody is known to decide, or the other node has no such listener or none that this one trusts, clients are served here:
 * they can read. What came encrypted is passed on encrypted. Any thread.
 */
final class Passing {
    private static final Logger LOG = LoggerFactory.getLogger(Passing.class);
    private static final int NOBODY = 0;

    private final Broker broker;
    private final String listener;
    private final Optional<Tls> tls;
    private final Executor blocking;
    private final Map<Channel, Integer> servedBy = new ConcurrentHashMap<>();

    /** {@code listener} is the name of the listener, the same on all nodes; names of nodes are looked up on {@code blocking}. */
    Passing(Broker broker, String listener, Optional<Tls> tls, Executor blocking) {
        this.broker = broker;
        this.listener = listener;
        this.tls = tls;
        this.blocking = blocking;
    }

    void begin() {
        broker.streams().onLeader(this::moved);
    }

    /** Comes before what serves a connection. */
    ChannelHandler handler() {
        return new Crossing();
    }

    private void moved() {
        Leader leader = broker.streams().leader();
        if (leader.nodeId() == NOBODY) {
            return;
        }
        servedBy.forEach((channel, nodeId) -> {
            boolean isRight = nodeId == leader.nodeId() || (nodeId == NOBODY && leader.nodeId() == broker.nodeId());
            if (!isRight) {
                end(channel);
            }
        });
    }

    private static void end(Channel channel) {
        try {
            channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(Drain.NOW));
        } catch (RejectedExecutionException over) {
            LOG.debug("the event loop of {} has ended", channel, over);
        }
    }

    private Optional<NodeInfo.Endpoint> endpoint(int nodeId) {
        return broker.cluster().nodes().stream()
                .filter(node -> node.id() == nodeId)
                .map(node -> Optional.ofNullable(node.endpoints().get(listener)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Where a connection goes here or elsewhere. Its event loop. */
    private final class Crossing extends ChannelInboundHandlerAdapter {
        private @Nullable Relay relay;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            Relay begun = relay;
            if (begun != null) {
                begun.send(bytes);
                return;
            }
            Channel channel = context.channel();
            Leader leader = broker.streams().leader();
            boolean isOwn = leader.isHere() || leader.nodeId() == broker.nodeId() || Relay.isPassedOn(bytes);
            Optional<NodeInfo.Endpoint> other = isOwn ? Optional.empty() : endpoint(leader.nodeId());
            servedBy.put(channel, isOwn ? broker.nodeId() : leader.nodeId());
            if (other.isPresent()) {
                Relay.Target target = new Relay.Target(other.get(), tls, kept -> notTrusted(context, kept));
                relay = Relay.begin(channel, bytes, target, blocking);
            } else {
                serveHere(context, bytes);
            }
        }

        private void serveHere(ChannelHandlerContext context, ByteBuf bytes) {
            Channel channel = context.channel();
            channel.closeFuture().addListener(closed -> servedBy.remove(channel));
            context.pipeline().remove(this);
            context.fireChannelRead(bytes);
        }

        /** The other node is not to be trusted with these first bytes. */
        private void notTrusted(ChannelHandlerContext context, ByteBuf bytes) {
            relay = null;
            serveHere(context, bytes);
            context.fireChannelReadComplete();
            context.channel().config().setAutoRead(true);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (relay == null) {
                context.fireChannelReadComplete();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            Relay begun = relay;
            if (begun == null) {
                context.fireChannelWritabilityChanged();
            } else {
                begun.clientChanged();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == Drain.NOW && relay != null) {
                context.close();
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            servedBy.remove(context.channel());
            Relay begun = relay;
            if (begun != null) {
                begun.end();
            }
            context.fireChannelInactive();
        }
    }
}
