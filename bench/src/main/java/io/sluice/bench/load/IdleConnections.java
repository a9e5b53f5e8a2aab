package io.sluice.bench.load;

import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections that each asked once for the cluster's brokers, as every client does, and are silent since. One thread. */
public final class IdleConnections implements AutoCloseable {
    private final List<SocketChannel> channels = new ArrayList<>();

    private IdleConnections() {}

    /** Opens {@code count} of them to HOST:PORT; throws {@link UncheckedIOException} if the broker serves fewer. */
    public static IdleConnections open(String address, int count) {
        InetSocketAddress target = RawKafkaConnection.socketAddress(address);
        IdleConnections opened = new IdleConnections();
        ByteBuffer question = RawRequests.metadata(List.of());
        ByteBuffer answer = ByteBuffer.allocateDirect(64 << 10);
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open(target);
                opened.channels.add(channel);
                ask(channel, question.duplicate(), answer);
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw new UncheckedIOException("after " + opened.channels.size() + " connections", e);
        }
    }

    private static void ask(SocketChannel channel, ByteBuffer question, ByteBuffer answer) throws IOException {
        while (question.hasRemaining()) {
            channel.write(question);
        }
        readFully(channel, answer.clear().limit(Integer.BYTES));
        int lengthBytes = answer.getInt(0);
        readFully(channel, answer.clear().limit(lengthBytes));
    }

    private static void readFully(SocketChannel channel, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("the broker closed the connection");
            }
        }
    }

    @Override
    public void close() {
        for (SocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close", e);
            }
        }
    }
}
