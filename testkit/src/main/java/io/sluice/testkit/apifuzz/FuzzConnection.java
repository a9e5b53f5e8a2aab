package io.sluice.testkit.apifuzz;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

/** One blocking connection that survives whatever the broker does to it. Owner: one thread. */
final class FuzzConnection implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 256 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SASL_HANDSHAKE = 17;
    private static final int SASL_AUTHENTICATE = 36;
    private static final int ERROR_AT = 4;

    private final Socket socket;
    private final InputStream in;

    /** What came back. */
    sealed interface Reply {
        /** An answer from its correlation id on. */
        record Answer(ByteBuffer bytes) implements Reply {}

        /** The broker has ended the connection. */
        record Closed() implements Reply {}

        /** Nothing yet. */
        record Silence() implements Reply {}
    }

    private FuzzConnection(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
    }

    /**
     * Connects to HOST:PORT.
     *
     * @throws UncheckedIOException if the broker takes no connection
     */
    static FuzzConnection open(String address) {
        int colon = address.lastIndexOf(':');
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            int port = Integer.parseInt(address.substring(colon + 1));
            socket.connect(new InetSocketAddress(address.substring(0, colon), port), (int) PATIENCE.toMillis());
            return new FuzzConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    /**
     * Logs in with SASL PLAIN.
     *
     * @throws IllegalStateException if the broker does not let this user in
     */
    FuzzConnection login(String user, String password) {
        byte[] client = FuzzNames.CLIENT_ID.getBytes(StandardCharsets.UTF_8);
        byte[] mechanism = "PLAIN".getBytes(StandardCharsets.UTF_8);
        byte[] token = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        requireOk(new ByteSink()
                .int16(SASL_HANDSHAKE)
                .int16(1)
                .int32(0)
                .int16(client.length)
                .bytes(client)
                .int16(mechanism.length)
                .bytes(mechanism));
        requireOk(new ByteSink()
                .int16(SASL_AUTHENTICATE)
                .int16(1)
                .int32(0)
                .int16(client.length)
                .bytes(client)
                .int32(token.length)
                .bytes(token));
        return this;
    }

    private void requireOk(ByteSink request) {
        byte[] body = request.toBytes();
        send(new ByteSink().int32(body.length).bytes(body).toBytes());
        Reply reply = receive(PATIENCE);
        if (!(reply instanceof Reply.Answer answer)) {
            throw new IllegalStateException("a good login gets " + reply);
        }
        int error = answer.bytes().getShort(ERROR_AT);
        if (error != 0) {
            throw new IllegalStateException("a good login is refused with error " + error);
        }
    }

    /** Sends all bytes; false if the broker has ended the connection. */
    boolean send(byte[] frame) {
        try {
            socket.getOutputStream().write(frame);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The next answer, if it begins within {@code patience}.
     *
     * @throws IllegalStateException if what comes is no answer, or only a part of one
     */
    Reply receive(Duration patience) {
        byte[] length = new byte[4];
        try {
            socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
            int first = in.read();
            if (first < 0) {
                return new Reply.Closed();
            }
            length[0] = (byte) first;
        } catch (SocketTimeoutException e) {
            return new Reply.Silence();
        } catch (IOException e) {
            return new Reply.Closed();
        }
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            readFully(length, 1);
            return new Reply.Answer(body(ByteBuffer.wrap(length).getInt()));
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException("an answer of which only a part comes, length "
                    + HexFormat.of().formatHex(length));
        } catch (IOException e) {
            return new Reply.Closed();
        }
    }

    private ByteBuffer body(int size) throws IOException {
        if (size < 4 || size > ANSWER_BYTES_MAX) {
            throw new IllegalStateException("an answer of " + size + " bytes");
        }
        byte[] body = new byte[size];
        readFully(body, 0);
        return ByteBuffer.wrap(body);
    }

    private void readFully(byte[] target, int from) throws IOException {
        if (in.readNBytes(target, from, target.length - from) < target.length - from) {
            throw new EOFException();
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close", e);
        }
    }
}
