package io.sluice.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.sluice.network.RequestStall;
import io.sluice.protocol.redis.command.Request;
import io.sluice.protocol.redis.command.Session;
import io.sluice.protocol.redis.resp.RequestDecoder;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one client as they arrive, with the memory that they take, and the watches over one that says nothing, or does not
 * go on with what it began. Owner: the connection's event loop.
 */
final class RequestIntake {
    private final Channel channel;
    private final RequestDecoder decoder;
    private final HeldMemory memory;
    private final IdleWatch idle;
    private final RequestStall stall;
    private @Nullable Request held;

    /**
     * What it asks of the connection.
     *
     * @param eventLoop runs a task there
     * @param whenFree there is memory for more
     * @param whenStalled a request that has begun does not arrive
     */
    record Around(Consumer<Runnable> eventLoop, Runnable whenFree, Runnable whenStalled) {}

    RequestIntake(RedisListener listener, Channel channel, Session session, Around around) {
        this.channel = channel;
        decoder = new RequestDecoder(channel.alloc(), listener.settings().requestBytesMax());
        memory = new HeldMemory(listener.requestMemory(), around.eventLoop(), around.whenFree());
        stall = new RequestStall(channel, decoder, listener.settings().stallMs(), around.whenStalled());
        idle = new IdleWatch(channel, listener.host().clock(), listener::idleSeconds, session::isBlocked);
    }

    /** Bytes of the client, which are released here. */
    void received(ByteBuf bytes) {
        idle.heard();
        decoder.received(bytes);
    }

    /** How long it may say nothing has changed. */
    void watchIdle() {
        idle.begin();
    }

    /**
     * The next request, null if none is whole. Throws {@link io.sluice.protocol.redis.resp.ProtocolErrorException}; there are
     * none behind it.
     */
    @Nullable
    Request next() {
        Request waiting = held;
        if (waiting != null) {
            held = null;
            return waiting;
        }
        List<byte[]> words = decoder.next();
        return words == null ? null : new Request(words);
    }

    /** The request comes next again. */
    void hold(Request request) {
        held = request;
    }

    /** Counts what requests take that were not answered yet; {@code underWayBytes} of them have been given out. */
    void account(long underWayBytes) {
        Request waiting = held;
        memory.hold(decoder.heldBytes() + (waiting == null ? 0 : waiting.heldBytes()) + underWayBytes);
    }

    /**
     * The socket is read while somebody has use for requests, and until one comes that nobody has: to stop and begin again
     * costs two system calls, and most clients that wait send nothing meanwhile.
     */
    void read(boolean areMoreWanted) {
        boolean isWanted = held == null && !memory.isAwaited() && (areMoreWanted || !decoder.hasPartial());
        if (channel.config().isAutoRead() != isWanted) {
            channel.config().setAutoRead(isWanted);
        }
        if (isWanted) {
            stall.awaited();
        }
    }

    /** The client is gone. */
    void end() {
        stall.forgetTimer();
        decoder.release();
        held = null;
        memory.hold(0);
    }
}
