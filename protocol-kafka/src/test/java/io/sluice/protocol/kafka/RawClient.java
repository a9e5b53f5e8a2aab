package io.sluice.protocol.kafka;

import io.sluice.protocol.kafka.codec.KafkaApi;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** A socket that speaks in frames, for what real clients never send. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    RawClient(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    static byte[] frame(KafkaApi api, int version, int correlationId, ApiMessage request) {
        short v = (short) version;
        short headerVersion = ApiMessageType.fromApiKey(api.key()).requestHeaderVersion(v);
        var header = new RequestHeaderData()
                .setRequestApiKey(api.key())
                .setRequestApiVersion(v)
                .setCorrelationId(correlationId)
                .setClientId("raw");
        var cache = new ObjectSerializationCache();
        int lengthBytes = header.size(cache, headerVersion) + request.size(cache, v);
        ByteBuffer out = ByteBuffer.allocate(4 + lengthBytes).putInt(lengthBytes);
        var accessor = new ByteBufferAccessor(out);
        header.write(accessor, cache, headerVersion);
        request.write(accessor, cache, v);
        return out.array();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next answer without its length. */
    ByteBuffer receive() throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** Reads an answer's body and checks that not a byte is left. */
    ApiMessage receive(KafkaApi api, int version, int correlationId) throws IOException {
        ByteBuffer answer = receive();
        if (answer.getInt() != correlationId) {
            throw new AssertionError("an answer to another request");
        }
        var type = ApiMessageType.fromApiKey(api.key());
        if (type.responseHeaderVersion((short) version) >= 1 && answer.get() != 0) {
            throw new AssertionError("unexpected tagged fields");
        }
        ApiMessage message = type.newResponse();
        message.read(new ByteBufferAccessor(answer), (short) version);
        if (answer.hasRemaining()) {
            throw new AssertionError(api + " version " + version + " leaves " + answer.remaining() + " bytes");
        }
        return message;
    }

    /** Whether the broker hangs up, rather than answering. */
    boolean isHungUpOn() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
