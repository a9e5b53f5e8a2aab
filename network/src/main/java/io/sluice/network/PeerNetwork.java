package io.sluice.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.sluice.common.Check;
import io.sluice.common.Clock;
import io.sluice.common.PeerConnection;
import io.sluice.common.PeerListener;
import io.sluice.common.PeerTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Connections between the nodes of a cluster: one port at each, with mutual TLS if there are keys, so that who has no
 * certificate of the cluster's authority gets no further. Calls of the listener come on event loops.
 */
public final class PeerNetwork implements PeerTransport {
    private final Transport transport;
    private final ListenerSettings address;
    private final Optional<Tls> tls;
    private final PeerSettings settings;
    private final IntFunction<Optional<InetSocketAddress>> addresses;
    private final Clock clock;
    private final Map<Integer, PeerLink> dialed = new HashMap<>();
    private final Map<Integer, Long> dialedNs = new HashMap<>();
    private volatile JoinDoor joining = question ->
            CompletableFuture.failedFuture(new PeerRefusedException("this node does not know the cluster yet"));
    private @Nullable Listener listening;
    private volatile @Nullable PeerListener listener;
    private boolean closed;

    /** Listens at the address once it is started; {@code addresses} answers where a node listens, if that is known. */
    public PeerNetwork(
            Transport transport,
            ListenerSettings address,
            Optional<Tls> tls,
            PeerSettings settings,
            IntFunction<Optional<InetSocketAddress>> addresses,
            Clock clock) {
        this.transport = transport;
        this.address = address;
        this.tls = tls;
        this.settings = settings;
        this.addresses = addresses;
        this.clock = clock;
    }

    /** Where it listens, with the real port; once it is bound. */
    public synchronized InetSocketAddress boundAddress() {
        Listener bound = listening;
        Check.check(bound != null, "the network has no address yet");
        return bound.boundAddress();
    }

    /** From now on brokers that want to join get their answers there. */
    public void answerJoins(JoinDoor door) {
        joining = door;
    }

    @Override
    public int nodeId() {
        return settings.nodeId();
    }

    /**
     * Takes its address, so that {@link #boundAddress} can be asked for; who connects before {@link #start} is turned away.
     * Throws {@link BindFailedException}.
     */
    public synchronized void bind() {
        if (listening == null) {
            listening = transport.listen(address, tls, (channel, counters) -> accept(channel));
        }
    }

    private void accept(Channel channel) {
        PeerListener hears = listener;
        if (hears == null) {
            channel.close();
            return;
        }
        PeerFrames frames = new PeerFrames();
        PeerLink link = new PeerLink(settings, hears, question -> joining.ask(question), frames, 0);
        channel.pipeline().addLast("frames", frames).addLast("link", link);
        link.established(channel);
    }

    /** Binds, too, if that was not done. Throws {@link BindFailedException}. */
    @Override
    public void start(PeerListener newListener) {
        listener = newListener;
        bind();
    }

    @Override
    public synchronized PeerConnection connect(int nodeId) {
        PeerLink known = dialed.get(nodeId);
        if (known != null && (!known.isClosed() || closed || isTooSoon(nodeId))) {
            return known;
        }
        PeerListener hears = listener;
        Check.check(hears != null, "the network was not started");
        PeerFrames frames = new PeerFrames();
        PeerLink link = new PeerLink(settings, hears, question -> joining.ask(question), frames, nodeId);
        dialed.put(nodeId, link);
        dialedNs.put(nodeId, clock.nanoTime());
        Optional<InetSocketAddress> target = closed ? Optional.empty() : addresses.apply(nodeId);
        if (target.isEmpty()) {
            link.close();
        } else {
            dial(target.get(), link, frames);
        }
        return link;
    }

    private boolean isTooSoon(int nodeId) {
        Long lastNs = dialedNs.get(nodeId);
        return lastNs != null && clock.nanoTime() - lastNs < TimeUnit.MILLISECONDS.toNanos(settings.redialMs());
    }

    private void dial(InetSocketAddress target, PeerLink link, PeerFrames frames) {
        ChannelFuture connecting = transport.dial(target, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                tls.ifPresent(keys -> channel.pipeline().addLast("tls", keys.dialingHandler(channel.alloc())));
                channel.pipeline().addLast("frames", frames).addLast("link", link);
            }
        });
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                link.established(connecting.channel());
            } else {
                link.failed();
            }
        });
    }

    @Override
    public void close() {
        Listener bound;
        synchronized (this) {
            closed = true;
            bound = listening;
            dialed.values().forEach(PeerLink::close);
        }
        if (bound != null) {
            bound.stop(Duration.ZERO);
        }
    }
}
