package io.sluice.protocol.kafka;

import io.sluice.protocol.kafka.codec.KafkaApi;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/** A client that says exactly what it is told to, in the encoding of kafka-clients' message classes. One thread. */
final class WireClient implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private int lastCorrelation;

    WireClient(int port) {
        try {
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MS);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends and reads the answer; the client's requests before it must have been answered. */
    <A extends ApiMessage> A ask(KafkaApi api, int version, ApiMessage request, Class<A> type) {
        int correlation = send(api, version, request);
        return type.cast(receive(api, version, correlation));
    }

    /** Sends; answers the correlation id. */
    int send(KafkaApi api, int version, ApiMessage request) {
        lastCorrelation++;
        write(frame(api, version, request, lastCorrelation));
        return lastCorrelation;
    }

    /** A whole frame with its length. */
    static byte[] frame(KafkaApi api, int version, ApiMessage request, int correlation) {
        short headerVersion = ApiMessageType.fromApiKey(api.key()).requestHeaderVersion((short) version);
        RequestHeaderData header = new RequestHeaderData()
                .setRequestApiKey(api.key())
                .setRequestApiVersion((short) version)
                .setCorrelationId(correlation)
                .setClientId("raw");
        ByteBuffer head =
                MessageUtil.toByteBufferAccessor(header, headerVersion).buffer();
        ByteBuffer body =
                MessageUtil.toByteBufferAccessor(request, (short) version).buffer();
        ByteBuffer frame = ByteBuffer.allocate(4 + head.remaining() + body.remaining());
        frame.putInt(head.remaining() + body.remaining()).put(head).put(body);
        return frame.array();
    }

    void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the next answer, checks whose it is and that nothing is left over. */
    ApiMessage receive(KafkaApi api, int version, int correlation) {
        ApiMessageType type = ApiMessageType.fromApiKey(api.key());
        ByteBuffer frame = nextFrame().orElseThrow(() -> new IllegalStateException("the broker hung up"));
        short headerVersion = type.responseHeaderVersion((short) version);
        ResponseHeaderData header = new ResponseHeaderData(new ByteBufferAccessor(frame), headerVersion);
        ApiMessage answer = type.newResponse();
        answer.read(new ByteBufferAccessor(frame), (short) version);
        if (header.correlationId() != correlation || frame.hasRemaining()) {
            throw new IllegalStateException("answer " + header.correlationId() + " instead of " + correlation + " with "
                    + frame.remaining() + " bytes left");
        }
        return answer;
    }

    /** The next answer without its length, empty if the broker hung up. */
    Optional<ByteBuffer> nextFrame() {
        try {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return Optional.of(ByteBuffer.wrap(frame));
        } catch (EOFException | SocketException hungUp) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the broker closes the connection without a further answer. */
    boolean isHungUp() {
        return nextFrame().isEmpty();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
