package io.sluice.testkit.redis;

import io.sluice.testkit.fuzz.HostileSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Requests that no Redis client would send. */
final class HostileRequests implements HostileSource {
    private static final int GARBAGE_LIMIT_BYTES = 3_000;
    private static final int MUTATION_LIMIT = 6;
    private static final int LONG_LINE_BYTES = 70 << 10;
    private static final int PIPELINE_LIMIT = 400;
    private static final List<String> LENGTHS = List.of(
            "2147483647",
            "-2147483648",
            "9223372036854775807",
            "99999999999999999999",
            "-1",
            "-2",
            "0",
            "1048577",
            "+1",
            "1e3",
            "",
            " 1",
            "20971521",
            "4294967297");

    private final SplittableRandom random;
    private final Choices choices;
    private final List<CommandFamily> families;

    HostileRequests(long seed) {
        random = new SplittableRandom(seed);
        choices = new Choices(random.nextLong());
        CommandFamily streams = new StreamFamily();
        families = List.of(streams, new KeyFamily(streams));
    }

    @Override
    public byte[] next() {
        return switch (random.nextInt(9)) {
            case 0 -> garbage(1 + random.nextInt(GARBAGE_LIMIT_BYTES));
            case 1 -> wrongLength();
            case 2 -> truncated(command());
            case 3 -> inline();
            case 4 -> pipeline();
            case 5 -> command();
            default -> mutated(command());
        };
    }

    @Override
    public boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private byte[] garbage(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        if (chance(2)) {
            bytes[0] = '*';
        }
        return bytes;
    }

    /** What a decoder might allocate before it looks. */
    private byte[] wrongLength() {
        String length = LENGTHS.get(random.nextInt(LENGTHS.size()));
        String text = switch (random.nextInt(4)) {
            case 0 -> "*" + length + "\r\n$4\r\nPING\r\n";
            case 1 -> "*2\r\n$" + length + "\r\nPING\r\n$1\r\nx\r\n";
            case 2 -> "*1\r\n$" + length + "\r\n" + "x".repeat(random.nextInt(2_000));
            default -> "*3\r\n$4\r\nXADD\r\n*" + length + "\r\n";
        };
        return ascii(text);
    }

    private byte[] inline() {
        return switch (random.nextInt(4)) {
            case 0 -> ascii("x".repeat(LONG_LINE_BYTES));
            case 1 -> ascii("XADD inline * a \"\\x0\\q\\xZZ\" 'it''s'\r\n");
            case 2 -> ascii("PING \"open\r\n\r\n\n  \r\nECHO 'a' b\r\n");
            default -> ascii("*\r\n$\r\n-1\r\nPING\r\n");
        };
    }

    /** Many requests at once, whose replies nobody may ever read. */
    private byte[] pipeline() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int count = 1 + random.nextInt(PIPELINE_LIMIT);
        for (int i = 0; i < count; i++) {
            all.writeBytes(command());
        }
        return all.toByteArray();
    }

    private byte[] command() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (List<String> made : families.get(random.nextInt(families.size())).make(choices)) {
            encode(chance(3) ? Garbler.spoiled(made, choices) : made, out);
        }
        return out.toByteArray();
    }

    private static void encode(List<String> words, ByteArrayOutputStream out) {
        out.writeBytes(ascii("*" + words.size() + "\r\n"));
        for (String word : words) {
            out.writeBytes(ascii("$" + word.length() + "\r\n"));
            out.writeBytes(word.getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(ascii("\r\n"));
        }
    }

    private byte[] truncated(byte[] bytes) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }

    private byte[] mutated(byte[] bytes) {
        int mutations = 1 + random.nextInt(MUTATION_LIMIT);
        for (int i = 0; i < mutations; i++) {
            bytes[random.nextInt(bytes.length)] = mutation();
        }
        return bytes;
    }

    private byte mutation() {
        byte[] telling = {'*', '$', '\r', '\n', '-', '0', '9', ':', '+', 0, -1};
        return chance(3) ? (byte) random.nextInt(256) : telling[random.nextInt(telling.length)];
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
