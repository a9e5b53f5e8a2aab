package io.sluice.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port in front of a node's port for other nodes: whoever connects is passed on, through the {@link FaultyNetwork}. Who
 * that is it reads off the first message of the connection: behind its length, a magic number and a version stands the
 * number of the node that dials. Needs no root, and no TLS between the nodes. Safe for any thread.
 */
final class FaultyPort implements AutoCloseable {
    private static final int HELLO_BYTES = 16;
    private static final int OWN_ID = 12;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int CONNECT_LIMIT_MS = 1_000;
    private static final long TARGET_PAUSE_MS = 20;
    private static final int TARGET_LOOKS = 250;

    private final FaultyNetwork network;
    private final int nodeId;
    private final ServerSocketChannel door;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile Optional<InetSocketAddress> target = Optional.empty();

    /** In front of the node, wherever that will listen. */
    FaultyPort(FaultyNetwork network, int nodeId) {
        this.network = network;
        this.nodeId = nodeId;
        try {
            door = ServerSocketChannel.open();
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("port of node " + nodeId).start(this::accept);
    }

    /** What other nodes are told, as HOST:PORT. */
    String address() {
        try {
            return "127.0.0.1:" + ((InetSocketAddress) door.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node listens there, HOST:PORT; until then whoever connects is kept waiting. */
    void passOnTo(String address) {
        int colon = address.lastIndexOf(':');
        target = Optional.of(
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    }

    private void accept() {
        try {
            while (door.isOpen()) {
                SocketChannel dialed = door.accept();
                open.add(dialed);
                Thread.ofVirtual().start(() -> serve(dialed));
            }
        } catch (IOException closed) {
            // The end of the port.
        }
    }

    private void serve(SocketChannel dialed) {
        try (dialed;
                SocketChannel passedOn = SocketChannel.open()) {
            open.add(passedOn);
            ByteBuffer hello = ByteBuffer.allocate(HELLO_BYTES);
            while (hello.hasRemaining()) {
                if (dialed.read(hello) < 0) {
                    return;
                }
            }
            int dialer = hello.getInt(OWN_ID);
            Socket socket = passedOn.socket();
            socket.setTcpNoDelay(true);
            dialed.socket().setTcpNoDelay(true);
            socket.connect(awaitTarget(), CONNECT_LIMIT_MS);
            FaultyNetwork.Line there = network.line(dialer, nodeId);
            FaultyNetwork.Line back = network.line(nodeId, dialer);
            there.pass(hello.flip(), passedOn);
            Thread answers = Thread.ofVirtual().start(() -> pump(passedOn, dialed, back));
            pump(dialed, passedOn, there);
            answers.join();
        } catch (IOException gone) {
            // What a broken connection looks like is the nodes' business.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(dialed);
            open.removeIf(channel -> !channel.isOpen());
        }
    }

    private InetSocketAddress awaitTarget() throws IOException, InterruptedException {
        for (int looks = 0; looks < TARGET_LOOKS && target.isEmpty(); looks++) {
            Thread.sleep(TARGET_PAUSE_MS);
        }
        return target.orElseThrow(() -> new IOException("node " + nodeId + " listens nowhere"));
    }

    /** Ends with the connection, whose other half ends then, too, unless the line swallows even that. */
    private static void pump(SocketChannel from, SocketChannel to, FaultyNetwork.Line line) {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        try {
            while (from.read(piece.clear()) >= 0) {
                line.pass(piece.flip(), to);
            }
            line.awaitWhole();
        } catch (IOException gone) {
            // The other direction notices.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks all connections there are, as a middlebox that forgets them. */
    void tear() {
        open.forEach(FaultyPort::close);
        open.removeIf(channel -> !channel.isOpen());
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tear();
    }
}
