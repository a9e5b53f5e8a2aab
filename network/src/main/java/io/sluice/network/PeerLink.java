package io.sluice.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.sluice.common.PeerConnection;
import io.sluice.common.PeerListener;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with another node, dialed here or there. It is open once both ends have said who they are, and proved that
 * they know the cluster's secret.
 */
final class PeerLink extends SimpleChannelInboundHandler<ByteBuffer> implements PeerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

    private final PeerSettings settings;
    private final PeerListener listener;
    private final JoinDoor joining;
    private final PeerFrames frames;
    private final boolean isDialed;
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
    private volatile int nodeId;
    private long waitingBytes;
    private @Nullable Channel channel;
    private boolean open;
    private boolean closed;
    private boolean told;
    private @Nullable ByteBuffer hello;
    private @Nullable ByteBuffer heardHello;
    private boolean isStranger;
    private boolean isJoin;

    /** With the node that was dialed, or 0 if another node dials: it will say. */
    PeerLink(PeerSettings settings, PeerListener listener, JoinDoor joining, PeerFrames frames, int dialedId) {
        super(ByteBuffer.class);
        this.joining = joining;
        this.settings = settings;
        this.listener = listener;
        this.frames = frames;
        nodeId = dialedId;
        isDialed = dialedId > 0;
    }

    @Override
    public int nodeId() {
        return nodeId;
    }

    @Override
    public synchronized boolean isOpen() {
        return open && !closed;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized boolean send(ByteBuffer message) {
        int lengthBytes = message.remaining();
        if (closed || waitingBytes + lengthBytes > settings.waitingBytesMax()) {
            return false;
        }
        waitingBytes += lengthBytes;
        if (open) {
            write(message);
        } else {
            waiting.add(message);
        }
        return true;
    }

    /** Under the lock, which keeps the order of messages that several threads send. */
    private void write(ByteBuffer message) {
        Channel ready = channel;
        if (ready == null) {
            return;
        }
        int lengthBytes = message.remaining();
        ByteBuffer length = ByteBuffer.allocate(4).putInt(0, lengthBytes);
        ready.writeAndFlush(Unpooled.wrappedBuffer(length, message)).addListener(written -> wrote(lengthBytes));
    }

    private synchronized void wrote(int lengthBytes) {
        waitingBytes -= lengthBytes;
    }

    @Override
    public void close() {
        Channel ready;
        synchronized (this) {
            ready = channel;
            closed = true;
        }
        if (ready != null) {
            ready.close();
        }
    }

    /** The dialed connection could not be made. */
    void failed() {
        ended();
    }

    /** Begins once TLS, if there is any, is through. */
    void established(Channel newChannel) {
        boolean gone;
        synchronized (this) {
            channel = newChannel;
            gone = closed;
        }
        if (gone) {
            newChannel.close();
        } else if (isDialed) {
            sendHello();
        }
    }

    private synchronized void sendHello() {
        hello = PeerHello.fresh(settings.nodeId(), nodeId, settings.clusterId()).encode();
        write(hello.duplicate());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuffer message) {
        if (isOpen()) {
            listener.received(this, message);
        } else if (isJoin) {
            answer(context, message);
        } else if (heardHello == null) {
            heard(context, message);
        } else {
            proved(context, message);
        }
    }

    private void heard(ChannelHandlerContext context, ByteBuffer message) {
        PeerHello heard = PeerHello.decode(message);
        String refusal = refusal(heard);
        if (heard == null || refusal != null) {
            refuse(context, refusal);
            return;
        }
        heardHello = message;
        isStranger = heard.isJoin();
        if (!isDialed) {
            nodeId = isStranger ? 0 : heard.ownId();
            sendHello();
            sendProof(message);
        }
    }

    private void proved(ChannelHandlerContext context, ByteBuffer proof) {
        ByteBuffer own = hello;
        ByteBuffer other = heardHello;
        boolean isRight = own != null
                && other != null
                && PeerSecret.isSame(
                        proof,
                        isDialed
                                ? settings.secret().proof(false, own, other)
                                : settings.secret().proof(true, other, own));
        if (!isRight || other == null) {
            refuse(context, "it does not know the cluster's secret");
        } else if (isStranger) {
            isJoin = true;
            frames.limit(JoinDoor.QUESTION_BYTES_MAX);
        } else {
            if (isDialed) {
                sendProof(other);
            }
            frames.trust();
            opened();
        }
    }

    private synchronized void sendProof(ByteBuffer other) {
        ByteBuffer own = hello;
        if (own != null) {
            write(
                    isDialed
                            ? settings.secret().proof(true, own, other)
                            : settings.secret().proof(false, other, own));
        }
    }

    /** One question of a broker that does not belong to the cluster yet. */
    private void answer(ChannelHandlerContext context, ByteBuffer question) {
        var unused = joining.ask(question).whenComplete((answer, failure) -> {
            if (failure == null) {
                reply(answer);
            } else {
                LOG.warn("a broker that wants to join gets no answer", failure);
                context.close();
            }
        });
    }

    private synchronized void reply(ByteBuffer answer) {
        write(answer);
    }

    private void refuse(ChannelHandlerContext context, @Nullable String reason) {
        LOG.warn(
                "closes the connection with another node peer={} reason={}",
                context.channel().remoteAddress(),
                reason);
        context.close();
    }

    private @Nullable String refusal(@Nullable PeerHello hello) {
        if (hello == null) {
            return "it does not speak as nodes of this release do";
        }
        if (hello.isJoin() && !isDialed) {
            return null;
        }
        if (!hello.clusterId().equals(settings.clusterId())) {
            return "it belongs to another cluster";
        }
        if (hello.meantId() != settings.nodeId()) {
            return "it takes this node for node " + hello.meantId();
        }
        if (hello.ownId() < 1 || hello.ownId() == settings.nodeId() || (isDialed && hello.ownId() != nodeId)) {
            return "it is node " + hello.ownId();
        }
        return null;
    }

    private synchronized void opened() {
        open = true;
        while (!waiting.isEmpty()) {
            write(waiting.removeFirst());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended();
    }

    private void ended() {
        boolean tell;
        synchronized (this) {
            closed = true;
            waiting.clear();
            tell = nodeId > 0 && !told;
            told = true;
        }
        if (tell) {
            listener.closed(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug(
                "the connection with another node failed peer={}",
                context.channel().remoteAddress(),
                cause);
        context.close();
    }
}
