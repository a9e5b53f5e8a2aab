package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.StreamSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class EntryCodecTest {
    @Property(tries = 2_000)
    void anyFieldsComeBackAsTheyWere(@ForAll long seed) {
        List<byte[]> fields = fields(new Random(seed));

        EntryCodec.Encoded encoded = EntryCodec.encode(fields);

        assertThat(decoded(encoded.form(), encoded.value())).containsExactlyElementsOf(fields);
    }

    @Property(tries = 2_000)
    void bytesOfSomebodyElseAreRefusedOrReadButNeverFail(@ForAll long seed) {
        Random random = new Random(seed);
        EntryCodec.Encoded encoded = EntryCodec.encode(fields(random));
        byte[] value = encoded.value().clone();
        for (int i = 0; i < 3 && value.length > 0; i++) {
            value[random.nextInt(value.length)] = (byte) random.nextInt(256);
        }
        byte form = (byte) "rjbx".charAt(random.nextInt(4));

        Collected collected = new Collected();
        boolean isGiven = EntryCodec.decode(form, ByteBuffer.wrap(value), 0, value.length, 1, 2, collected);

        assertThat(collected.parts).hasSize(isGiven ? 2 * collected.pairCount : 0);
    }

    @Test
    void textIsJsonWithNothingButTheNecessaryEscapes() {
        List<byte[]> fields = List.of(bytes("a\"b"), bytes("\\\n\u0001ü/"), bytes("place"), bytes("Chile"));

        EntryCodec.Encoded encoded = EntryCodec.encode(fields);

        assertThat((char) encoded.form()).isEqualTo('j');
        assertThat(new String(encoded.value(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\\\"b\":\"\\\\\\n\\u0001ü/\",\"place\":\"Chile\"}");
    }

    @Test
    void aSingleValueIsTheRecordsValue() {
        assertThat(EntryCodec.encode(List.of(bytes("value"), new byte[] {-1})).value())
                .containsExactly(-1);
    }

    private static List<byte[]> fields(Random random) {
        String[] names = {"value", "a", "b", "\"", "ü", "", "name with \\"};
        List<byte[]> fields = new ArrayList<>();
        int count = 2 * (1 + random.nextInt(4));
        for (int i = 0; i < count; i++) {
            byte[] any = new byte[random.nextInt(40)];
            random.nextBytes(any);
            fields.add(
                    switch (random.nextInt(4)) {
                        case 0 -> any;
                        case 1 -> new String(any, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
                        case 2 -> new String(any, StandardCharsets.US_ASCII).getBytes(StandardCharsets.US_ASCII);
                        default -> bytes(names[random.nextInt(names.length)]);
                    });
        }
        return fields;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> decoded(byte form, byte[] value) {
        Collected collected = new Collected();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(value.length + 7).position(7).put(value);
        assertThat(EntryCodec.decode(form, direct, 7, value.length, 1, 2, collected))
                .isTrue();
        return collected.parts;
    }

    private static final class Collected implements StreamSink {
        private final List<byte[]> parts = new ArrayList<>();
        private int pairCount;

        @Override
        public void entry(long ms, long seq, int pairs) {
            pairCount = pairs;
        }

        @Override
        public void part(ByteBuffer source, int position, int lengthBytes) {
            byte[] part = new byte[lengthBytes];
            source.get(position, part);
            parts.add(part);
        }
    }
}
