package io.sluice.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.StreamService;
import io.sluice.network.Drain;
import io.sluice.network.ListenerCounters;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.ReadTask;
import io.sluice.protocol.redis.command.Request;
import io.sluice.protocol.redis.command.Session;
import io.sluice.protocol.redis.command.Views;
import io.sluice.protocol.redis.resp.ProtocolErrorException;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: requests in, replies out, in order. Here is what its parts need of each other and what its channel tells it.
 *
 * <pre>
 *   {@link RequestIntake} ──► {@link RequestRun} ──┬─► {@link ChangeFlow} ──┬──► {@link ReplyOutput}
 *                                      └─► {@link CurrentRead} ─┘
 * </pre>
 *
 * It takes no further request while a read is under way, while the client does not take its replies, and while what is gathered is
 * full; it stops reading the socket then. Owner: its event loop.
 */
final class RedisConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);

    private final RedisListener listener;
    private final Channel channel;
    private final ListenerCounters counters;
    private final String address;
    private final Session session;
    private final Transaction transaction;
    private final RequestIntake intake;
    private final RequestRun requests = new RequestRun(this);
    private final ChangeFlow changes = new ChangeFlow(this);
    private final CurrentRead current = new CurrentRead(this);
    private final ReplyOutput output;
    private boolean isBusy;
    private boolean isHandling;
    private boolean isDraining;
    private boolean isClosing;

    RedisConnection(RedisListener listener, Channel channel, ListenerCounters counters) {
        this.listener = listener;
        this.channel = channel;
        this.counters = counters;
        transaction = new Transaction(listener.transactionMemory());
        address = hostOf(channel.remoteAddress());
        session = new Session(
                listener.nextId(),
                text(channel.remoteAddress()),
                text(channel.localAddress()),
                listener.host().clock().wallMs(),
                listener.anonymous(address));
        session.forget(session.broker(), !listener.isLoginRequired());
        RequestIntake.Around around = new RequestIntake.Around(
                task -> execute(task, () -> {}), this::updateReading, () -> refuse("a request that does not arrive"));
        intake = new RequestIntake(listener, channel, session, around);
        output = new ReplyOutput(channel, counters, session, listener.settings().stallMs(), this::stalled);
        listener.opened(this);
    }

    Session session() {
        return session;
    }

    RedisListener listener() {
        return listener;
    }

    Channel channel() {
        return channel;
    }

    Transaction transaction() {
        return transaction;
    }

    ChangeFlow changes() {
        return changes;
    }

    CurrentRead current() {
        return current;
    }

    StreamService streams() {
        return session.broker().streams();
    }

    /** Where replies go. */
    ReplyWriter writer() {
        return output.writer();
    }

    ByteBuf newBuffer() {
        return output.newBuffer();
    }

    /** Whether the client takes what it is sent. */
    boolean mayWrite() {
        return !isClosing && channel.isWritable();
    }

    /** Sends the piece behind all replies so far. */
    void write(ByteBuf piece) {
        output.write(piece);
    }

    /** Writes what was handed out; no further request is handled meanwhile. */
    void write(ReadTask task) {
        requests.write(task);
    }

    /** Sends what is written, if that is worth it. */
    void flushIfLarge() {
        output.flushIfLarge();
    }

    /** Sends what is written. */
    void flushAll() {
        output.flush();
    }

    /** Runs the task on the event loop, or the other where that has ended. Any thread. */
    void execute(Runnable task, Runnable otherwise) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException over) {
            LOG.debug("the event loop of client={} has ended", address, over);
            otherwise.run();
        }
    }

    /** Whether no further request is handled until what it does is done. */
    boolean isBusy() {
        return isBusy;
    }

    /** No further request is handled until it is free again. */
    void busy(boolean isNow) {
        isBusy = isNow;
    }

    /** Whether it ends: nothing is handled or written any more. */
    boolean isClosing() {
        return isClosing;
    }

    /** It is this user from now on. */
    void become(String user, Principal principal) {
        session.broker().leave();
        session.become(user, listener.as(principal, address));
    }

    /** It is nobody again. */
    void becomeNobody() {
        session.broker().leave();
        session.forget(listener.anonymous(address), !listener.isLoginRequired());
    }

    /** How long it may be idle has changed. Any thread. */
    void watchIdle() {
        execute(intake::watchIdle, () -> {});
    }

    /** Ends a wait; false if there is none. Any thread: the answer is that of this moment. */
    boolean unblock(boolean withError) {
        return current.unblock(withError);
    }

    /** Ends the connection at once. Any thread. */
    void kill() {
        execute(channel::close, () -> {});
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (isClosing) {
            bytes.release();
            return;
        }
        counters.addBytesIn(bytes.readableBytes());
        intake.received(bytes);
        handle();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        changes.submit();
        flushAll();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        output.writabilityChanged();
        if (channel.isWritable()) {
            current.step();
            handle();
            changes.submit();
            flushAll();
        }
    }

    private void stalled() {
        counters.requestRefused();
        listener.refusals().warn("closing connection client=" + address + " reason=it does not take its replies");
        isClosing = true;
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isClosing = true;
        listener.closed(this);
        current.end();
        session.broker().leave();
        transaction.end();
        intake.end();
        output.end();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.NOW) {
            isDraining = true;
            current.finish();
            closeIfDrained();
            updateReading();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection lost client={} reason={}", address, cause.getMessage());
        } else {
            LOG.error("connection failed client={}", address, cause);
        }
        isClosing = true;
        context.close();
    }

    /** Ends the connection because of what it asked for. */
    void refuse(String reason) {
        counters.requestRefused();
        listener.refusals().warn("closing connection client=" + address + " reason=" + reason);
        closeAfterReplies();
    }

    /** Ends the connection once the client has what is written. */
    void closeAfterReplies() {
        isClosing = true;
        current.end();
        output.closeBehind();
    }

    /** Handles requests until none is whole or one must wait. */
    private void handle() {
        if (isHandling) {
            return;
        }
        isHandling = true;
        try {
            Request request = nextRequest();
            while (request != null && take(request)) {
                request = nextRequest();
            }
        } catch (ProtocolErrorException wrong) {
            changes.add(out -> out.error(String.valueOf(wrong.getMessage())), 0);
            isDraining = true;
            changes.submit();
            closeIfDrained();
        } finally {
            isHandling = false;
        }
        account();
        updateReading();
    }

    private @Nullable Request nextRequest() {
        return mayHandle() ? intake.next() : null;
    }

    private boolean mayHandle() {
        return !isBusy && !isClosing && !isDraining && !changes.isFull() && channel.isWritable();
    }

    /** False if the request must wait and comes again. */
    private boolean take(Request request) {
        if (!requests.take(request)) {
            intake.hold(request);
            return false;
        }
        counters.requestTaken();
        listener.carriedOut();
        if (changes.isFull()) {
            // To stop reading and begin again costs two system calls.
            changes.submit();
        }
        return true;
    }

    /** Begins to read; it may be over when this returns. */
    void start(Plan.Read read, Views views, boolean mayWait, Runnable whenDone) {
        current.start(read, views, mayWait, whenDone);
    }

    /** The wait is over; what it brought is written next. */
    void awaited(Optional<ReadTask> task) {
        current.awaited();
        task.ifPresentOrElse(this::write, this::readDone);
    }

    /** What was read is written. */
    void readDone() {
        isBusy = false;
        if (!isHandling) {
            proceed();
        }
    }

    /** Something that was waited for has ended. */
    void proceed() {
        handle();
        changes.submit();
        closeIfDrained();
        flushAll();
    }

    /** The request is answered, having begun then. */
    void took(Request request, long beganNs) {
        long micros = (listener.host().clock().nanoTime() - beganNs) / 1_000;
        listener.slowLog()
                .took(request, session, micros, listener.host().clock().wallMs());
    }

    private void closeIfDrained() {
        if (isDraining && !isClosing && changes.isQuiet() && !isBusy) {
            closeAfterReplies();
        }
    }

    /** Counts the memory of requests that are not answered. */
    void account() {
        if (channel.isActive() || !isClosing) {
            intake.account(changes.heldBytes());
        }
    }

    private void updateReading() {
        intake.read(mayHandle());
    }

    private static String hostOf(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress().getHostAddress()
                : "unknown";
    }

    private static String text(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? hostOf(inet) + ":" + inet.getPort() : "unknown";
    }
}
