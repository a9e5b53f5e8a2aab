package io.sluice.replication.raft;

import io.sluice.common.PeerConnection;
import io.sluice.common.PeerListener;
import io.sluice.common.PeerTransport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes in one process, with faults by seed. Messages of one direction keep their order, as those of a TCP
 * connection do; those of different directions overtake each other when there are delays. What is cut swallows messages
 * without a word, as a pulled cable does, and connections over it break once it is whole again.
 */
public final class SimulatedNetwork implements AutoCloseable {
    private final SplittableRandom random;
    private final Map<Integer, Station> stations = new HashMap<>();
    /** Directed: from * 1000 + to. */
    private final Set<Integer> cut = new HashSet<>();

    private final List<Wire> wires = new ArrayList<>();
    private final ScheduledThreadPoolExecutor deliveries = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("simulated-network").factory());
    private int delayMaxMicros;

    /** Whole and without delays. */
    public SimulatedNetwork(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A node; its old one, if it had one, is gone with all its connections. Who connects before it is started is turned away. */
    public synchronized PeerTransport join(int nodeId) {
        leave(nodeId);
        Station station = new Station(nodeId);
        stations.put(nodeId, station);
        return station;
    }

    /** The node is gone without a word. */
    public synchronized void leave(int nodeId) {
        stations.remove(nodeId);
        List.copyOf(wires).stream().filter(wire -> wire.touches(nodeId)).forEach(Wire::tear);
    }

    /** Each message takes a random time up to this. */
    public synchronized void delayUpTo(int micros) {
        delayMaxMicros = micros;
    }

    /** Nothing gets from the one to the other any more. */
    public synchronized void cut(int from, int to) {
        cut.add(from * 1000 + to);
    }

    /** Nothing gets to the node or away from it any more. */
    public synchronized void isolate(int nodeId) {
        stations.keySet().stream().filter(other -> other != nodeId).forEach(other -> {
            cut(nodeId, other);
            cut(other, nodeId);
        });
    }

    /** Everything is whole again; what was sent over what was cut is lost. */
    public synchronized void heal() {
        List.copyOf(wires).stream()
                .filter(wire -> isCut(wire.dialer, wire.acceptor) || isCut(wire.acceptor, wire.dialer))
                .forEach(Wire::tear);
        cut.clear();
    }

    /** One connection of some two nodes breaks; what is on its way is lost. */
    public synchronized void tearSome() {
        if (!wires.isEmpty()) {
            wires.get(random.nextInt(wires.size())).tear();
        }
    }

    private boolean isCut(int from, int to) {
        return cut.contains(from * 1000 + to);
    }

    @Override
    public void close() {
        deliveries.shutdownNow();
    }

    /** A node's end of the network. */
    private final class Station implements PeerTransport {
        private final int nodeId;
        private final Map<Integer, End> dialed = new HashMap<>();
        private @Nullable PeerListener listener;

        Station(int nodeId) {
            this.nodeId = nodeId;
        }

        @Override
        public int nodeId() {
            return nodeId;
        }

        @Override
        public void start(PeerListener newListener) {
            synchronized (SimulatedNetwork.this) {
                listener = newListener;
            }
        }

        @Override
        public PeerConnection connect(int other) {
            synchronized (SimulatedNetwork.this) {
                End known = dialed.get(other);
                if (known != null && !known.wire.torn) {
                    return known;
                }
                Wire wire = new Wire(nodeId, other);
                boolean reachable = stations.get(nodeId) == this && listenerOf(other) != null;
                if (reachable) {
                    wires.add(wire);
                } else {
                    wire.torn = true;
                    deliveries.execute(() -> tellClosed(nodeId, wire.dialerEnd));
                }
                dialed.put(other, wire.dialerEnd);
                return wire.dialerEnd;
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedNetwork.this) {
                if (stations.get(nodeId) == this) {
                    leave(nodeId);
                }
            }
        }
    }

    /** One connection. */
    private final class Wire {
        private final int dialer;
        private final int acceptor;
        private final End dialerEnd;
        private final End acceptorEnd;
        private boolean torn;

        Wire(int dialer, int acceptor) {
            this.dialer = dialer;
            this.acceptor = acceptor;
            dialerEnd = new End(this, dialer, acceptor);
            acceptorEnd = new End(this, acceptor, dialer);
        }

        boolean touches(int nodeId) {
            return dialer == nodeId || acceptor == nodeId;
        }

        void tear() {
            if (!torn) {
                torn = true;
                wires.remove(this);
                deliveries.execute(() -> tellClosed(dialer, dialerEnd));
                deliveries.execute(() -> tellClosed(acceptor, acceptorEnd));
            }
        }
    }

    private void tellClosed(int nodeId, End end) {
        PeerListener listener = listenerOf(nodeId);
        if (listener != null) {
            listener.closed(end);
        }
    }

    private synchronized @Nullable PeerListener listenerOf(int nodeId) {
        Station station = stations.get(nodeId);
        return station == null ? null : station.listener;
    }

    /** One end of a connection, in the hands of a node. */
    private final class End implements PeerConnection {
        private final Wire wire;
        private final int own;
        private final int other;
        private final ArrayDeque<ByteBuffer> onTheWay = new ArrayDeque<>();
        private long lastArrivalNs;

        End(Wire wire, int own, int other) {
            this.wire = wire;
            this.own = own;
            this.other = other;
        }

        @Override
        public int nodeId() {
            return other;
        }

        @Override
        public boolean isOpen() {
            synchronized (SimulatedNetwork.this) {
                return !wire.torn;
            }
        }

        @Override
        public boolean send(ByteBuffer message) {
            synchronized (SimulatedNetwork.this) {
                if (wire.torn) {
                    return false;
                }
                if (isCut(own, other)) {
                    return true;
                }
                long nowNs = System.nanoTime();
                long delayNs = delayMaxMicros == 0 ? 0 : random.nextInt(delayMaxMicros) * 1000L;
                lastArrivalNs = Math.max(lastArrivalNs + 1, nowNs + delayNs);
                onTheWay.add(message);
                deliveries.schedule(this::deliverNext, lastArrivalNs - nowNs, TimeUnit.NANOSECONDS);
                return true;
            }
        }

        /** Whichever message this was meant for: they arrive in the order they were sent in. */
        private void deliverNext() {
            PeerListener listener;
            ByteBuffer message;
            synchronized (SimulatedNetwork.this) {
                message = onTheWay.removeFirst();
                listener = wire.torn || isCut(own, other) ? null : listenerOf(other);
            }
            if (listener != null) {
                listener.received(own == wire.dialer ? wire.acceptorEnd : wire.dialerEnd, message);
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedNetwork.this) {
                wire.tear();
            }
        }
    }
}
