package io.sluice.bench.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A consumer of a group of a Redis stream that costs little itself: it picks the ids out of what it is handed and
 * acknowledges them. One thread.
 */
public final class GroupConsumer implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] read;
    private final byte[] rewind;
    private final byte[] acknowledgeHead;
    private final ByteArrayOutputStream ids = new ByteArrayOutputStream(4096);
    private int idCount;

    /** A consumer of that name, which asks for so many entries at once, at HOST:PORT. */
    public GroupConsumer(String address, String stream, String group, String name, int count) {
        int colon = address.lastIndexOf(':');
        try {
            socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String wanted = Integer.toString(count);
        read = request("XREADGROUP", "GROUP", group, name, "COUNT", wanted, "STREAMS", stream, ">");
        rewind = request("XGROUP", "SETID", stream, group, "0");
        acknowledgeHead = words("XACK", stream, group);
    }

    private static byte[] request(String... words) {
        return join(ascii("*" + words.length + "\r\n"), words(words));
    }

    private static byte[] words(String... words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return ascii(text.toString());
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads and acknowledges once; answers how many entries were acknowledged. At the end of the stream the group begins
     * anew.
     */
    public long readAndAcknowledge() {
        try {
            ids.reset();
            idCount = 0;
            out.write(read);
            readHanded();
            if (idCount == 0) {
                out.write(rewind);
                skipValue();
                return 0;
            }
            ByteArrayOutputStream request = new ByteArrayOutputStream(64 + ids.size());
            request.writeBytes(ascii("*" + (3 + idCount) + "\r\n"));
            request.writeBytes(acknowledgeHead);
            ids.writeTo(request);
            request.writeTo(out);
            return integer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code [[key, [[id, fields] …]]]}, or nothing. */
    private void readHanded() throws IOException {
        if (header('*') <= 0) {
            return;
        }
        header('*');
        skipValue();
        for (long left = header('*'); left > 0; left--) {
            header('*');
            keepId((int) header('$'));
            skipValue();
        }
    }

    private void keepId(int lengthBytes) throws IOException {
        ids.writeBytes(ascii("$" + lengthBytes + "\r\n"));
        ids.writeBytes(in.readNBytes(lengthBytes + 2));
        idCount++;
    }

    private long integer() throws IOException {
        return header(':');
    }

    private void skipValue() throws IOException {
        int mark = in.read();
        switch (mark) {
            case '+', ':' -> skipLine();
            case '$' -> in.skipNBytes(2 + number());
            case '*' -> {
                for (long left = number(); left > 0; left--) {
                    skipValue();
                }
            }
            default -> throw unexpected(mark);
        }
    }

    private long header(char wanted) throws IOException {
        int mark = in.read();
        if (mark != wanted) {
            throw unexpected(mark);
        }
        return number();
    }

    private IOException unexpected(int mark) throws IOException {
        if (mark < 0) {
            return new EOFException("the server has closed the connection");
        }
        String rest = new String(in.readNBytes(in.available()), StandardCharsets.ISO_8859_1);
        return new IOException("unexpected reply " + (char) mark + rest);
    }

    private long number() throws IOException {
        long value = 0;
        boolean isNegative = false;
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server has closed the connection");
            }
            isNegative |= next == '-';
            value = next == '-' ? value : 10 * value + (next - '0');
        }
        in.skipNBytes(1);
        return isNegative ? -value : value;
    }

    private void skipLine() throws IOException {
        int next = in.read();
        while (next != '\n' && next >= 0) {
            next = in.read();
        }
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
