package io.sluice.server.training;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * What Redis clients do with streams: one entry at a time, many in a pipeline, a group that takes and acknowledges. The
 * compilers took a quarter of the broker's time in the first half million XADDs without profiles.
 */
final class RedisExercise {
    private static final int SINGLES = 4_000;
    private static final int PIPELINES = 400;
    private static final int PIPELINED = 16;
    private static final int DELIVERIES = 3_000;
    private static final String LINE_END = "\r\n";
    private static final int LIMIT_MS = 15_000;
    private static final byte[] ADD =
            command("XADD", "training-stream", "*", "field", "an entry of the usual size, more or less");
    private static final byte[] CREATE_GROUP = command("XGROUP", "CREATE", "training-stream", "group", "0");
    private static final byte[] TAKE =
            command("XREADGROUP", "GROUP", "group", "member", "COUNT", "1", "STREAMS", "training-stream", ">");

    private final InputStream in;
    private final OutputStream out;

    private RedisExercise(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Adds, takes and acknowledges; throws {@link IOException} if the broker does not answer, {@link IllegalStateException} if with an error. */
    static void run(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LIMIT_MS);
            new RedisExercise(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream()).exercise();
        }
    }

    private void exercise() throws IOException {
        for (int i = 0; i < SINGLES; i++) {
            ask(ADD);
        }
        byte[] pipeline = new byte[ADD.length * PIPELINED];
        for (int i = 0; i < PIPELINED; i++) {
            System.arraycopy(ADD, 0, pipeline, i * ADD.length, ADD.length);
        }
        for (int i = 0; i < PIPELINES; i++) {
            out.write(pipeline);
            for (int reply = 0; reply < PIPELINED; reply++) {
                reply();
            }
        }
        ask(CREATE_GROUP);
        for (int i = 0; i < DELIVERIES; i++) {
            ask(command("XACK", "training-stream", "group", firstId(ask(TAKE))));
        }
    }

    // [["training-stream", [[ID, fields]]]]: the id is the first line that only digits and a dash make.
    private static String firstId(String reply) {
        return reply.lines()
                .filter(line -> line.matches("\\d+-\\d+"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no entry is handed out: " + reply));
    }

    private String ask(byte[] request) throws IOException {
        out.write(request);
        return reply();
    }

    /** The reply's lines without their types and lengths. */
    private String reply() throws IOException {
        StringBuilder lines = new StringBuilder();
        reply(lines);
        return lines.toString();
    }

    private void reply(StringBuilder lines) throws IOException {
        String line = line();
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '*' -> {
                for (int left = Integer.parseInt(rest); left > 0; left--) {
                    reply(lines);
                }
            }
            case '$' -> lines.append(line()).append('\n');
            case '-' -> throw new IllegalStateException("the broker answers " + rest);
            default -> lines.append(rest).append('\n');
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException("the broker hung up");
            }
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }

    private static byte[] command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + LINE_END);
        for (String word : words) {
            text.append('$').append(word.length()).append(LINE_END).append(word).append(LINE_END);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
