package io.sluice.bench.load;

import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawResponses;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;

/** One connection of a {@link ProduceLoad}: cycles through its frames and keeps a fixed number in flight. */
final class LoadConnection {
    private static final int ANSWER_BUFFER_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final List<ByteBuffer> frames;
    private final long[] sentAtNs;
    private final ByteBuffer answers = ByteBuffer.allocateDirect(ANSWER_BUFFER_BYTES);
    private ByteBuffer writing = ByteBuffer.allocate(0);
    private long sent;
    private long answered;
    private long answeredBytes;

    LoadConnection(String address, Selector selector, List<ByteBuffer> frames, int inFlight) throws IOException {
        channel = SocketChannel.open(RawKafkaConnection.socketAddress(address));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        this.frames = frames;
        this.sentAtNs = new long[inFlight];
    }

    /** Writes as long as the window and the socket take it. */
    void write(long nowNs) throws IOException {
        while (writing.hasRemaining() || sent - answered < sentAtNs.length) {
            if (!writing.hasRemaining()) {
                sentAtNs[(int) (sent % sentAtNs.length)] = nowNs;
                ByteBuffer frame = frames.get((int) (sent % frames.size()));
                frame.putInt(8, (int) sent);
                writing = frame.duplicate();
                sent++;
            }
            channel.write(writing);
            if (writing.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    /**
     * Reads what is there.
     *
     * @throws IOException if the broker closed the connection, refused a request or answered out of order
     */
    void read(long nowNs, LatencyHistogram latencies) throws IOException {
        if (channel.read(answers) < 0) {
            throw new IOException("the broker closed the connection");
        }
        answers.flip();
        while (answers.remaining() >= 4 && answers.remaining() >= 4 + answers.getInt(answers.position())) {
            int size = answers.getInt();
            take(answers.slice(answers.position(), size));
            answers.position(answers.position() + size);
            latencies.record(nowNs - sentAtNs[(int) (answered % sentAtNs.length)]);
            answeredBytes += frames.get((int) (answered % frames.size())).limit();
            answered++;
        }
        answers.compact();
    }

    private void take(ByteBuffer answer) throws IOException {
        if (answer.getInt(0) != (int) answered) {
            throw new IOException("answer " + answer.getInt(0) + " in place of " + answered);
        }
        short error = RawResponses.produceError(answer);
        if (error != 0) {
            throw new IOException("the broker refuses a request with error " + error);
        }
    }

    long answered() {
        return answered;
    }

    long answeredBytes() {
        return answeredBytes;
    }

    void close() throws IOException {
        channel.close();
    }
}
