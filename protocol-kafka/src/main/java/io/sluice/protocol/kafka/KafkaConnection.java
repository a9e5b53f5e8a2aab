package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.broker.api.Principal;
import io.sluice.network.CertificateName;
import io.sluice.network.Drain;
import io.sluice.network.ListenerCounters;
import io.sluice.network.MemoryBudget;
import io.sluice.network.RequestStall;
import io.sluice.protocol.kafka.codec.Authentication;
import io.sluice.protocol.kafka.codec.ClientConnection;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.MalformedRequestException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: cuts frames, starts requests in the order they came, sends answers in that order.
 *
 * <p>It stops reading when any of these fills up: unanswered requests, unsent answers, the listener's request memory, a
 * partition's queue. Each of them calls {@link #proceed} when it has room again. Owner: its event loop.
 */
final class KafkaConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaConnection.class);
    /** Partitions of fetches under way, at some 120 bytes each; above it nothing further is read. */
    private static final int PARKED_TARGETS_MAX = 50_000;

    private final KafkaListener listener;
    private final Channel channel;
    private final ListenerCounters counters;
    private final FrameBuffer frames;
    private final RequestStall requestStall;
    private final AnswerQueue answers;
    private final ClientConnection client;
    private final boolean isTls;
    private final ProduceTimeouts produceTimeouts;
    private final List<Runnable> whenClosed = new ArrayList<>();
    private final Mute mute;
    private ClientUse use = ClientUse.UNLIMITED;
    private KafkaApi handledApi = KafkaApi.API_VERSIONS;
    private long handledSinceNs;
    private int parkedTargets;
    private boolean isHandling;
    private boolean isWaiting;
    private boolean isDraining;
    private boolean isClosed;
    /** The client hung up while it had to wait; what it sent before is still handled. */
    private boolean isLingering;

    KafkaConnection(KafkaListener listener, Channel channel, ListenerCounters counters) {
        this.listener = listener;
        this.channel = channel;
        this.counters = counters;
        frames = new FrameBuffer(listener.limits().requestBytesMax(), listener.requestMemory(), channel.alloc());
        long stallTimeoutMs = listener.limits().stallTimeoutMs();
        requestStall =
                new RequestStall(channel, frames, stallTimeoutMs, () -> refuse("a request that does not arrive"));
        AnswerStall answerStall = new AnswerStall(
                channel,
                listener.answerMemory(),
                stallTimeoutMs,
                () -> refuse("answers that are not taken while others wait for memory"));
        mute = new Mute(channel.eventLoop(), listener.clock(), this::handleFrames);
        answers = new AnswerQueue(channel, counters, listener.apis(), answerStall, this::sent);
        client = new ClientConnection(addressOf(channel), listener.door());
        produceTimeouts = listener.produceTimeouts(channel.eventLoop());
        isTls = CertificateName.isTls(channel);
        if (!isTls) {
            channel.config().setRecvByteBufAllocator(frames.receiver());
        }
    }

    Channel channel() {
        return channel;
    }

    KafkaListener listener() {
        return listener;
    }

    ClientConnection client() {
        return client;
    }

    ProduceTimeouts produceTimeouts() {
        return produceTimeouts;
    }

    /** What the client whose request is being handled uses of its quotas. */
    ClientUse use() {
        return use;
    }

    /**
     * Handles nothing further for so long, KIP-219: what is answered goes out at once, what the client sends meanwhile
     * stays where it is.
     */
    void mute(int durationMs) {
        if (durationMs <= 0 || (isClosed && !isLingering)) {
            return;
        }
        listener.throttles().throttled(durationMs);
        mute.begin(durationMs);
    }

    /** A place for the answer of the request that is being handled. */
    Answer newAnswer() {
        return answers.add(handledApi, handledSinceNs);
    }

    boolean isClosed() {
        return isClosed;
    }

    boolean isDraining() {
        return isDraining;
    }

    /** Runs the task when the connection ends or drains, unless it is forgotten before. */
    void onEnd(Runnable task) {
        whenClosed.add(task);
    }

    void forgetOnEnd(Runnable task) {
        whenClosed.remove(task);
    }

    /** A fetch of so many partitions is under way; negative when it ends. */
    void parked(int targetCount) {
        parkedTargets += targetCount;
    }

    /** Handles nothing further until {@link #proceed}; the request that is being handled comes again. */
    void waitForRoom() {
        isWaiting = true;
    }

    /** There may be room again. Any thread. */
    void proceed() {
        execute(() -> {
            isWaiting = false;
            handleFrames();
        });
    }

    /**
     * Runs the task on the event loop; not at all once that has ended, as when the broker stops. Whoever calls, often the
     * broker's apply thread, must not fail for it. Any thread.
     */
    void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException over) {
            LOG.debug("the event loop of client={} has ended", client.host(), over);
        }
    }

    /** Ends the connection because of what the client sent. */
    void refuse(String reason) {
        counters.requestRefused();
        listener.refusals().warn("closing connection client=" + client.host() + " reason=" + reason);
        close();
    }

    /** A request failed because of us and is answered so. */
    void report(String what, Throwable cause) {
        LOG.error("request failed client={} request={}", client.host(), what, cause);
    }

    /** Ends the connection because of a failure of ours that no answer can tell. */
    void fail(String what, Throwable cause) {
        LOG.error("request failed, closing connection client={} request={}", client.host(), what, cause);
        close();
    }

    private void close() {
        channel.close();
        isClosed = true;
        if (isLingering) {
            isLingering = false;
            channel.eventLoop().execute(this::forget);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        answers.readingBegan();
        ByteBuf buffer = (ByteBuf) message;
        if (isClosed) {
            buffer.release();
            return;
        }
        counters.addBytesIn(isTls ? frames.copied(buffer) : frames.received(buffer));
        handleFrames();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        answers.readingEnded();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        handleFrames();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isLingering = mayLinger();
        isClosed = true;
        requestStall.forgetTimer();
        end();
        client.end();
        answers.close();
        if (!isLingering) {
            forget();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.NOW) {
            endWhenAnswered();
        } else if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            identifyByCertificate();
        }
    }

    /** Takes no further request, answers those under way, and closes. */
    void endWhenAnswered() {
        isDraining = true;
        end();
        sent();
        updateReading();
    }

    private void identifyByCertificate() {
        Optional<String> name = CertificateName.of(channel);
        if (listener.door().logins().isRequired() || name.isEmpty()) {
            return;
        }
        Optional<String> user = listener.mapping().apply(name.get());
        if (user.isPresent()) {
            client.identify(Principal.user(user.get()));
        } else {
            refuse("no mapping rule fits its certificate");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection lost client={} reason={}", client.host(), cause.getMessage());
        } else {
            LOG.error("connection failed client={}", client.host(), cause);
        }
        isClosed = true;
        context.close();
    }

    /**
     * A client that wants no answers may send its last records and hang up; being throttled must not lose them. Not for
     * very long, and not where their memory is missed by others.
     */
    private boolean mayLinger() {
        MemoryBudget memory = listener.requestMemory();
        return !isClosed
                && !isDraining
                && (isWaiting || mute.isOn())
                && mute.isOverWithin(listener.limits().stallTimeoutMs())
                && frames.hasPartial()
                && memory.takenBytes() < memory.limitBytes() / 2;
    }

    private void forget() {
        isLingering = false;
        mute.cancel();
        frames.release();
    }

    private void end() {
        client.hurry();
        List<Runnable> tasks = List.copyOf(whenClosed);
        whenClosed.clear();
        tasks.forEach(Runnable::run);
    }

    private void sent() {
        if (isDraining && answers.size() == 0) {
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        } else if (!isHandling) {
            handleFrames();
        }
    }

    private void handleFrames() {
        if (isHandling || (isClosed && !isLingering)) {
            return;
        }
        isHandling = true;
        Authentication authentication = client.authentication();
        frames.limitTo(authentication.requestBytesMax(listener.limits().requestBytesMax()));
        try {
            ByteBuf frame = mayHandle() ? frames.peek() : null;
            while (frame != null) {
                handle(frame);
                frame = mayHandle() ? frames.peek() : null;
            }
        } catch (MalformedRequestException | IndexOutOfBoundsException e) {
            refuse(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // Not every call comes from the channel, whose pipeline would end the connection.
            fail("any", e);
        } finally {
            isHandling = false;
        }
        updateReading();
    }

    private boolean mayHandle() {
        if (isLingering) {
            return !isWaiting && !mute.isOn();
        }
        return !isWaiting
                && client.authentication().isReady()
                && !mute.isOn()
                && !isDraining
                && !isClosed
                && answers.size() < listener.limits().inFlightMax()
                && parkedTargets < PARKED_TARGETS_MAX
                && answers.heldBytes() < listener.writeHighBytes()
                && channel.isWritable();
    }

    private void handle(ByteBuf frame) {
        handledSinceNs = listener.clock().nanoTime();
        if (client.authentication().isRaw()) {
            listener.coldCalls().handleToken(frame, this);
            frames.consume();
            return;
        }
        RequestHeader header = RequestHeader.read(frame);
        String whyNot = client.authentication().whyNot(header.api());
        if (whyNot != null) {
            refuse(whyNot);
            return;
        }
        handledApi = header.api();
        client.hurry();
        if (isLingering && header.api() != KafkaApi.PRODUCE) {
            frames.consume();
            return;
        }
        use = ClientUse.next(use, listener.quotas(), client.user(), header, frame);
        boolean isTaken = dispatch(header, frame);
        if (use.isTimed()) {
            use.worked(listener.clock().nanoTime() - handledSinceNs);
        }
        if (isTaken) {
            counters.requestTaken();
            listener.apis().taken(header.api());
            frames.consume();
        }
    }

    private boolean dispatch(RequestHeader header, ByteBuf frame) {
        if (header.api() == KafkaApi.PRODUCE) {
            return listener.produce().handle(header, frame, this);
        }
        if (header.api() == KafkaApi.FETCH) {
            listener.fetch().handle(header, frame, this);
        } else {
            listener.coldCalls().handle(header, frame, this);
        }
        return true;
    }

    /** After all whole frames are handled or must wait: reads on if there is memory for it. */
    private void updateReading() {
        if (isClosed) {
            if (isLingering && mayHandle()) {
                forget();
            }
            return;
        }
        boolean isWanted = mayHandle() && prepareFrame();
        if (channel.config().isAutoRead() != isWanted) {
            channel.config().setAutoRead(isWanted);
        }
        if (isWanted) {
            requestStall.awaited();
        }
    }

    private boolean prepareFrame() {
        try {
            if (frames.prepare()) {
                return true;
            }
        } catch (MalformedRequestException e) {
            refuse(String.valueOf(e.getMessage()));
            return false;
        }
        isWaiting = true;
        listener.requestMemory().whenFree(this::proceed);
        return false;
    }

    private static String addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? "/" + remote.getAddress().getHostAddress()
                : "unknown";
    }
}
