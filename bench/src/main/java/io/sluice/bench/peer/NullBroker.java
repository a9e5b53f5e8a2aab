package io.sluice.bench.peer;

import io.sluice.testkit.BrokerCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A broker that does nothing: takes every frame for a Produce request of version 9, reads it to its end and answers that
 * its first partition has it. One thread, a process of its own as the brokers are, so that what a load reaches with it is
 * the limit of load generator and loopback. Takes the arguments of a broker and heeds none.
 */
public final class NullBroker {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int CORRELATION_INDEX = 8;
    private static final int HEAD_BYTES = 12;
    private static final byte ONE = 2;

    private final Selector selector;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private NullBroker(Selector selector) {
        this.selector = selector;
    }

    static BrokerCommand command() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = Objects.requireNonNull(System.getProperty("java.class.path"));
        List<String> words = List.of(java, "-Xmx64m", "-cp", classPath, NullBroker.class.getName());
        return new BrokerCommand(words, BrokerCommand.repository());
    }

    /** Serves until it is killed. */
    public static void main(String[] arguments) throws IOException {
        try (Selector selector = Selector.open();
                ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
            System.out.println("ready kafka=127.0.0.1:" + server.socket().getLocalPort());
            NullBroker broker = new NullBroker(selector);
            while (server.isOpen()) {
                selector.select(broker::serve);
            }
        }
    }

    private void serve(SelectionKey key) {
        try {
            serveOrFail(key);
        } catch (IOException lost) {
            // A load ends by closing its connections with answers under way: that is no failure.
            close(key);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException("a connection cannot be closed", e);
        }
    }

    private void serveOrFail(SelectionKey key) throws IOException {
        if (key.channel() instanceof ServerSocketChannel server) {
            SocketChannel accepted = server.accept();
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ, new FrameReader());
        } else if (key.channel() instanceof SocketChannel channel && key.attachment() instanceof FrameReader frames) {
            receive(channel, frames);
        }
    }

    private void receive(SocketChannel channel, FrameReader frames) throws IOException {
        if (channel.read(received.clear()) < 0) {
            channel.close();
            return;
        }
        received.flip();
        while (frames.ends(received)) {
            // A few dozen bytes for every request that was read: the socket always has room for them.
            channel.write(frames.answer());
        }
    }

    /** Where a connection is in its frames: the head is kept, the rest is read over. */
    private static final class FrameReader {
        private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        private final ByteBuffer answer = prebuilt();
        private int bodyLeft;

        /** Reads on; whether a frame ends, behind which there may be more. */
        boolean ends(ByteBuffer bytes) {
            if (head.hasRemaining()) {
                int count = Math.min(head.remaining(), bytes.remaining());
                head.put(bytes.slice(bytes.position(), count));
                bytes.position(bytes.position() + count);
                if (head.hasRemaining()) {
                    return false;
                }
                bodyLeft = head.getInt(0) + Integer.BYTES - HEAD_BYTES;
            }
            int count = Math.min(bodyLeft, bytes.remaining());
            bytes.position(bytes.position() + count);
            bodyLeft -= count;
            return bodyLeft == 0;
        }

        ByteBuffer answer() {
            answer.putInt(Integer.BYTES, head.getInt(CORRELATION_INDEX));
            head.clear();
            return answer.rewind();
        }

        private static ByteBuffer prebuilt() {
            ByteBuffer built = ByteBuffer.allocateDirect(64);
            // Length and correlation id; no tags; one topic of the name "t"; one partition.
            built.putInt(0)
                    .putInt(0)
                    .put((byte) 0)
                    .put(ONE)
                    .put(ONE)
                    .put((byte) 't')
                    .put(ONE);
            // Partition 0, no error, offset, no append time, start; no record errors, no text, no tags.
            built.putInt(0).putShort((short) 0).putLong(0).putLong(-1).putLong(0);
            built.put((byte) 1).put((byte) 0).put((byte) 0);
            // Tags of the topic, no throttling, tags.
            built.put((byte) 0).putInt(0).put((byte) 0).flip();
            return built.putInt(0, built.limit() - Integer.BYTES);
        }
    }
}
