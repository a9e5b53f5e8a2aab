package io.sluice.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * One blocking connection that sends prebuilt frames and reads answers into one reused buffer; requests may be
 * pipelined. Owner: one thread. A broken connection is an {@link UncheckedIOException}.
 */
public final class RawKafkaConnection implements AutoCloseable {
    private static final int ANSWER_LIMIT_BYTES = 64 << 20;

    private final SocketChannel channel;
    private ByteBuffer answer = ByteBuffer.allocateDirect(256 << 10);
    private final ByteBuffer length = ByteBuffer.allocateDirect(4);
    private int sent;
    private int received;

    private RawKafkaConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects to {@code address}, HOST:PORT. */
    public static RawKafkaConnection connect(String address) {
        try {
            SocketChannel channel = SocketChannel.open(socketAddress(address));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new RawKafkaConnection(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    /** Connects, trying every {@code interval}, until it works or {@code limit} has passed. */
    public static RawKafkaConnection connectWithin(String address, Duration interval, Duration limit) {
        Stopwatch watch = Stopwatch.started();
        while (true) {
            try {
                return connect(address);
            } catch (UncheckedIOException e) {
                if (watch.hasPassed(limit)) {
                    throw e;
                }
                Stopwatch.sleep(interval);
            }
        }
    }

    /** Where {@code address}, HOST:PORT, is. */
    public static InetSocketAddress socketAddress(String address) {
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** Sends a whole frame with the next correlation id; the frame may be used again at once. */
    public void send(ByteBuffer frame) {
        frame.putInt(RawRequests.CORRELATION_AT, sent++);
        sendBytes(frame.duplicate());
    }

    /** Sends bytes as they are. */
    public void sendBytes(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the connection broke while sending", e);
        }
    }

    /**
     * The next answer from its correlation id on; valid until the next call.
     *
     * @throws IllegalStateException if answers come out of request order
     */
    public ByteBuffer receive() {
        try {
            readFully(length.clear());
            int size = length.getInt(0);
            if (size < 4 || size > ANSWER_LIMIT_BYTES) {
                throw new IllegalStateException("an answer of " + size + " bytes");
            }
            if (answer.capacity() < size) {
                answer = ByteBuffer.allocateDirect(size);
            }
            readFully(answer.clear().limit(size));
        } catch (IOException e) {
            throw new UncheckedIOException("the connection broke while reading", e);
        }
        answer.flip();
        if (answer.getInt(0) != received) {
            throw new IllegalStateException("answer " + answer.getInt(0) + " in place of " + received);
        }
        received++;
        return answer;
    }

    /** Sends a frame and reads its answer; no other request may be under way. */
    public ByteBuffer call(ByteBuffer frame) {
        send(frame);
        return receive();
    }

    private void readFully(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("the broker closed the connection");
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close", e);
        }
    }
}
