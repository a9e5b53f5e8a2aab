package io.sluice.server.telemetry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A message of Protocol Buffers by field numbers, read from its wire format alone. */
final class ProtobufMessage {
    private final List<Field> fields = new ArrayList<>();

    /** A number as a varint or 64 bits, or bytes. */
    private record Field(int number, long value, byte[] bytes) {}

    static ProtobufMessage read(byte[] bytes) {
        ProtobufMessage message = new ProtobufMessage();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            switch (tag & 7) {
                case 0 -> message.fields.add(new Field(tag >>> 3, varint(in), new byte[0]));
                case 1 -> message.fields.add(new Field(tag >>> 3, in.getLong(), new byte[0]));
                case 2 -> {
                    byte[] content = new byte[(int) varint(in)];
                    in.get(content);
                    message.fields.add(new Field(tag >>> 3, 0, content));
                }
                case 5 -> message.fields.add(new Field(tag >>> 3, in.getInt(), new byte[0]));
                default -> throw new IllegalArgumentException("wire type " + (tag & 7));
            }
        }
        return message;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    private Field field(int number) {
        return fields.stream()
                .filter(field -> field.number() == number)
                .findFirst()
                .orElseThrow();
    }

    ProtobufMessage message(int number) {
        return read(field(number).bytes());
    }

    List<ProtobufMessage> messages(int number) {
        return fields.stream()
                .filter(field -> field.number() == number)
                .map(field -> read(field.bytes()))
                .toList();
    }

    String text(int number) {
        return new String(field(number).bytes(), StandardCharsets.UTF_8);
    }

    long number(int number) {
        return field(number).value();
    }

    double real(int number) {
        return Double.longBitsToDouble(field(number).value());
    }

    /** Packed 64-bit numbers. */
    List<Long> numbers(int number) {
        ByteBuffer in = ByteBuffer.wrap(field(number).bytes()).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> numbers = new ArrayList<>();
        while (in.hasRemaining()) {
            numbers.add(in.getLong());
        }
        return numbers;
    }

    List<Double> reals(int number) {
        return numbers(number).stream().map(Double::longBitsToDouble).toList();
    }

    /** The bytes as text, to look for words in. */
    String allText() {
        StringBuilder text = new StringBuilder();
        fields.forEach(field ->
                text.append(new String(field.bytes(), StandardCharsets.UTF_8)).append('\n'));
        return text.toString();
    }
}
