package io.sluice.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamService;
import io.sluice.network.Drain;
import io.sluice.network.ListenerCounters;
import io.sluice.protocol.redis.command.CommandSpec;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.RedisException;
import io.sluice.protocol.redis.command.Request;
import io.sluice.protocol.redis.command.Session;
import io.sluice.protocol.redis.command.Views;
import io.sluice.protocol.redis.resp.ProtocolErrorException;
import io.sluice.protocol.redis.resp.ReplyWriter;
import io.sluice.protocol.redis.resp.RequestDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: requests in, replies out, in order.
 *
 * <pre>
 *   changes ──► gathered ──► in flight ──answers──► replies
 *   reads   ──wait until nothing is gathered or in flight──► one at a time, perhaps blocked
 * </pre>
 *
 * It takes no further request while a read is under way, while the client does not take its replies, and while what is gathered is
 * full; it stops reading the socket then. Owner: its event loop.
 */
final class RedisConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);
    private static final int FLUSH_BYTES = 64 << 10;
    /** The request comes again once everything before it is done. */
    private static final Plan AGAIN = new Plan.Now(out -> {});
    /** What a connection may hold without asking the listener's budget. */
    private static final long FREE_BYTES = 64 << 10;

    private final RedisListener listener;
    private final Channel channel;
    private final ListenerCounters counters;
    private final RequestDecoder decoder;
    private final Session session;
    private final Transaction transaction = new Transaction();
    private final TransactionRun transactions = new TransactionRun(this);
    private final String address;
    private @Nullable ByteBuf out;
    private ChangeRun gathered = new ChangeRun();
    private @Nullable Request held;
    private volatile @Nullable ReadRun reading;
    private long takenBytes;
    private boolean isInFlight;
    private boolean isBusy;
    private boolean isHandling;
    private boolean isAwaitingMemory;
    private boolean isAwaitingRoom;
    private boolean isDraining;
    private boolean isClosing;

    RedisConnection(RedisListener listener, Channel channel, ListenerCounters counters) {
        this.listener = listener;
        this.channel = channel;
        this.counters = counters;
        decoder = new RequestDecoder(channel.alloc(), listener.settings().requestBytesMax());
        address = hostOf(channel.remoteAddress());
        session = new Session(
                listener.nextId(),
                text(channel.remoteAddress()),
                text(channel.localAddress()),
                listener.host().clock().wallMs(),
                listener.anonymous(address));
        session.forget(session.broker(), !listener.isLoginRequired());
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

    /** Where replies go. */
    ReplyWriter writer() {
        ByteBuf target = out;
        if (target == null) {
            target = newBuffer();
            out = target;
        }
        return new ReplyWriter(target, session.isVersion3());
    }

    ByteBuf newBuffer() {
        return channel.alloc().buffer();
    }

    /** Whether the client takes what it is sent. */
    boolean mayWrite() {
        return !isClosing && channel.isWritable();
    }

    /** Sends the piece behind all replies so far. */
    void write(ByteBuf piece) {
        flushOut();
        if (piece.isReadable()) {
            counters.addBytesOut(piece.readableBytes());
            channel.write(piece, channel.voidPromise());
        } else {
            piece.release();
        }
    }

    /** Sends what is written, if that is worth it. */
    void flushIfLarge() {
        ByteBuf target = out;
        if (target != null && target.readableBytes() >= FLUSH_BYTES) {
            flushAll();
        }
    }

    /** Sends what is written. */
    void flushAll() {
        flushOut();
        channel.flush();
    }

    private void flushOut() {
        ByteBuf target = out;
        if (target != null) {
            out = null;
            counters.addBytesOut(target.readableBytes());
            channel.write(target, channel.voidPromise());
        }
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

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (isClosing) {
            bytes.release();
            return;
        }
        counters.addBytesIn(bytes.readableBytes());
        decoder.received(bytes);
        handle();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        submit();
        flushAll();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            ReadRun run = reading;
            if (run != null) {
                run.step();
            }
            handle();
            submit();
            flushAll();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isClosing = true;
        listener.closed(this);
        endReading();
        session.broker().leave();
        transaction.end();
        decoder.release();
        account();
        ByteBuf target = out;
        if (target != null) {
            out = null;
            target.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.NOW) {
            isDraining = true;
            ReadRun waiting = reading;
            if (waiting != null) {
                waiting.finish(false);
            }
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

    private void closeAfterReplies() {
        isClosing = true;
        endReading();
        flushOut();
        channel.writeAndFlush(newBuffer()).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends the connection at once. Any thread. */
    void kill() {
        execute(channel::close, () -> {});
    }

    /** Ends a wait; false if there is none. Any thread: the answer is that of this moment. */
    boolean unblock(boolean withError) {
        ReadRun waiting = reading;
        if (waiting == null || !session.isBlocked()) {
            return false;
        }
        execute(() -> waiting.finish(withError), () -> {});
        return true;
    }

    /** Handles requests until none is whole or one must wait. */
    void handle() {
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
            gathered.add(out -> out.error(String.valueOf(wrong.getMessage())), 0);
            isDraining = true;
            submit();
            closeIfDrained();
        } finally {
            isHandling = false;
        }
        account();
        updateReading();
    }

    private @Nullable Request nextRequest() {
        if (!mayHandle()) {
            return null;
        }
        Request waiting = held;
        if (waiting != null) {
            held = null;
            return waiting;
        }
        List<byte[]> words = decoder.next();
        return words == null ? null : new Request(words);
    }

    private boolean mayHandle() {
        return !isBusy && !isClosing && !isDraining && !isAwaitingRoom && !gathered.isFull() && channel.isWritable();
    }

    /** False if the request must wait and comes again. */
    private boolean take(Request request) {
        Plan plan;
        try {
            plan = plan(request);
        } catch (RedisException refused) {
            if (transaction.isOpen()) {
                transaction.broken();
            }
            plan = new Plan.Now(reply -> reply.error(refused.reply()));
        }
        boolean isTaken = carryOut(plan, request);
        if (isTaken) {
            counters.requestTaken();
            listener.carriedOut();
        }
        return isTaken;
    }

    private Plan plan(Request request) {
        CommandSpec spec;
        try {
            spec = listener.commands().find(request);
        } catch (RedisException unknown) {
            checkLogin(false);
            throw unknown;
        }
        checkLogin(spec.isOpen());
        session.did(spec.name());
        if (transaction.isOpen() && !spec.isAtOnce()) {
            transaction.queue(request);
            return new Plan.Now(ReplyWriter::queued);
        }
        if (needsQuiet(spec) && !isQuiet()) {
            return AGAIN;
        }
        return spec.handler().plan(request, session);
    }

    /** Handlers change the session when they plan: replies that are due must not be written in another language. */
    private static boolean needsQuiet(CommandSpec spec) {
        return spec.isOpen();
    }

    private void checkLogin(boolean isOpen) {
        if (!isOpen && !session.isAuthenticated()) {
            throw new RedisException("NOAUTH Authentication required.");
        }
    }

    private boolean isQuiet() {
        return !isInFlight && gathered.isEmpty();
    }

    private boolean carryOut(Plan plan, Request request) {
        if (plan == AGAIN) {
            return hold(request);
        }
        return switch (plan) {
            case Plan.Now now -> {
                now(now.reply(), request);
                yield true;
            }
            case Plan.Change change -> change(change, request);
            case Plan.Read read -> {
                if (!isQuiet()) {
                    yield hold(request);
                }
                read(read);
                yield true;
            }
            case Plan.Login login -> {
                login(login);
                yield true;
            }
            case Plan.Watch watch -> isQuiet() ? watch(watch, request) : hold(request);
            case Plan.Control control -> isQuiet() ? control(control) : hold(request);
        };
    }

    private boolean hold(Request request) {
        held = request;
        submit();
        return false;
    }

    private void now(Consumer<ReplyWriter> reply, Request request) {
        if (isQuiet()) {
            reply.accept(writer());
            flushIfLarge();
        } else {
            gathered.add(reply, request.lengthBytes());
        }
    }

    private boolean change(Plan.Change change, Request request) {
        if (!gathered.hasRoomFor(request.lengthBytes())) {
            return hold(request);
        }
        if (!streams().hasRoom()) {
            isAwaitingRoom = true;
            streams().whenRoom(() -> execute(this::roomAgain, () -> {}));
            return hold(request);
        }
        gathered.add(change, request.lengthBytes());
        return true;
    }

    private void roomAgain() {
        isAwaitingRoom = false;
        proceed();
    }

    StreamService streams() {
        return session.broker().streams();
    }

    private void read(Plan.Read read) {
        isBusy = true;
        start(read, key -> streams().find(key, read.operation()), true, this::readDone);
    }

    /** Begins to read; it may be over when this returns. */
    void start(Plan.Read read, Views views, boolean mayWait, Runnable whenDone) {
        ReadRun run = new ReadRun(this, read, views, mayWait, () -> {
            reading = null;
            whenDone.run();
        });
        reading = run;
        run.step();
    }

    private void readDone() {
        isBusy = false;
        if (!isHandling) {
            proceed();
        }
    }

    private void endReading() {
        ReadRun run = reading;
        if (run != null) {
            reading = null;
            run.end();
        }
    }

    /** Something that was waited for has ended. */
    void proceed() {
        handle();
        submit();
        closeIfDrained();
        flushAll();
    }

    /** No further request is handled until it is free again. */
    void busy(boolean isNow) {
        isBusy = isNow;
    }

    private void login(Plan.Login login) {
        isBusy = true;
        Authenticator authenticator = new Authenticator(listener.security().logins());
        var unused = CompletableFuture.supplyAsync(
                        () -> authenticator.check(login.user(), login.password()),
                        listener.host().blocking())
                .thenCompose(
                        result -> authenticator.late(result, listener.host().blocking()))
                .whenComplete((principal, failure) -> execute(
                        () -> {
                            isBusy = false;
                            if (failure == null && principal.isPresent()) {
                                session.broker().leave();
                                session.become(login.user(), listener.as(principal.get(), address));
                                login.whenDone().orElse(ReplyWriter::ok).accept(writer());
                            } else {
                                writer().error("WRONGPASS invalid username-password pair or user is disabled.");
                            }
                            proceed();
                        },
                        () -> {}));
    }

    private boolean watch(Plan.Watch watch, Request request) {
        if (transaction.isOpen()) {
            now(reply -> reply.error("ERR WATCH inside MULTI is not allowed"), request);
            return true;
        }
        transactions.watch(watch.keys());
        return true;
    }

    private boolean control(Plan.Control control) {
        switch (control) {
            case MULTI -> transactions.begin();
            case EXEC -> transactions.execute();
            case DISCARD -> transactions.discard();
            case UNWATCH -> {
                transaction.unwatch();
                writer().ok();
            }
            case RESET -> {
                transaction.end();
                session.reset();
                session.broker().leave();
                session.forget(listener.anonymous(address), !listener.isLoginRequired());
                writer().simple("RESET");
            }
            case QUIT -> {
                writer().ok();
                closeAfterReplies();
            }
        }
        return true;
    }

    /** Sends what is gathered to the broker, unless an earlier lot is under way. */
    void submit() {
        if (isInFlight || gathered.isEmpty() || isClosing) {
            return;
        }
        ChangeRun run = gathered;
        gathered = new ChangeRun();
        if (run.commands().isEmpty()) {
            run.write(List.of(), writer());
            return;
        }
        isInFlight = true;
        streams().execute(run.commands(), false, channel.eventLoop(), answers -> answered(run, answers));
    }

    private void answered(ChangeRun run, List<StreamAnswer> answers) {
        isInFlight = false;
        if (isClosing) {
            return;
        }
        run.write(answers, writer());
        // What came meanwhile goes first: its commit runs while the replies are sent.
        submit();
        handle();
        submit();
        closeIfDrained();
        flushAll();
    }

    private void closeIfDrained() {
        if (isDraining && !isClosing && isQuiet() && !isBusy) {
            closeAfterReplies();
        }
    }

    /** What is held counts against the listener's budget, but for a little. */
    private void account() {
        long wanted = isClosing && !channel.isActive() ? 0 : Math.max(0, decoder.heldBytes() - FREE_BYTES);
        long more = wanted - takenBytes;
        if (more > 0 && !listener.requestMemory().tryTakeOrOverdraw(more, this)) {
            awaitMemory();
            return;
        }
        if (more < 0) {
            listener.requestMemory().giveBack(-more);
        }
        takenBytes = wanted;
        if (wanted == 0) {
            listener.requestMemory().endOverdraft(this);
        }
    }

    private void awaitMemory() {
        if (!isAwaitingMemory) {
            isAwaitingMemory = true;
            listener.requestMemory()
                    .whenFree(() -> execute(
                            () -> {
                                isAwaitingMemory = false;
                                account();
                                updateReading();
                            },
                            () -> {}));
        }
    }

    private void updateReading() {
        boolean isWanted = mayHandle() && held == null && !isAwaitingMemory;
        if (channel.config().isAutoRead() != isWanted) {
            channel.config().setAutoRead(isWanted);
        }
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
