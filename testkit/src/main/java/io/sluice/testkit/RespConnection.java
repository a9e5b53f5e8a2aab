package io.sluice.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Redis server that shows replies as they are: {@code +OK} and {@code -ERR ...} with their sign, {@code :1} for
 * numbers, bulk strings as text byte by byte, lists for arrays and maps, {@code nil} and {@code nil-array}. One thread.
 */
public final class RespConnection implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private RespConnection(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    /** Connects to HOST:PORT. */
    public static RespConnection open(String address) {
        return open(address, SocketFactory.getDefault());
    }

    /** The same with sockets of that factory. */
    public static RespConnection open(String address, SocketFactory sockets) {
        int colon = address.lastIndexOf(':');
        try {
            Socket socket =
                    sockets.createSocket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            return new RespConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request, a character for each byte, and awaits its reply. */
    public Object call(String... words) {
        send(words);
        return reply();
    }

    /** Sends a request; it leaves with {@link #flush} or the next {@link #reply}. */
    public void send(String... words) {
        try {
            out.write(encoded(words));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] encoded(String... words) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(ascii("*" + words.length + "\r\n"));
        for (String word : words) {
            request.writeBytes(ascii("$" + word.length() + "\r\n"));
            request.writeBytes(word.getBytes(StandardCharsets.ISO_8859_1));
            request.writeBytes(ascii("\r\n"));
        }
        return request.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Lets what was sent go. */
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes as they are. */
    public void sendRaw(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next reply. */
    public Object reply() {
        try {
            out.flush();
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server has closed the connection, behind all replies. */
    public boolean isClosedByServer() {
        try {
            out.flush();
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private Object read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', '-', ':', '#', ',' -> line;
            case '$', '=' -> orElse(bulk(Integer.parseInt(rest)), "nil");
            case '*', '~' -> orElse(list(Integer.parseInt(rest)), "nil-array");
            case '%' -> orElse(list(2 * Integer.parseInt(rest)), "nil-array");
            case '_' -> "nil";
            default -> throw new IOException("no reply begins with " + line);
        };
    }

    private static Object orElse(@Nullable Object value, String otherwise) {
        return value == null ? otherwise : value;
    }

    private @Nullable String bulk(int lengthBytes) throws IOException {
        if (lengthBytes < 0) {
            return null;
        }
        byte[] bytes = new byte[lengthBytes + 2];
        in.readFully(bytes);
        return new String(bytes, 0, lengthBytes, StandardCharsets.ISO_8859_1);
    }

    private @Nullable List<Object> list(int count) throws IOException {
        if (count < 0) {
            return null;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(read());
        }
        return list;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != '\r') {
            if (next < 0) {
                throw new IOException("the server closed the connection");
            }
            line.write(next);
            next = in.read();
        }
        if (in.read() != '\n') {
            throw new IOException("a line of a reply does not end");
        }
        return line.toString(StandardCharsets.ISO_8859_1);
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
