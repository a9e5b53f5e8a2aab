package io.sluice.protocol.redis.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RequestDecoderTest {
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    private static RequestDecoder decoder() {
        return new RequestDecoder(UnpooledByteBufAllocator.DEFAULT, REQUEST_BYTES_MAX);
    }

    private static List<String> only(String text) {
        RequestDecoder decoder = decoder();
        decoder.received(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
        List<byte[]> words = decoder.next();
        decoder.release();
        return words == null
                ? List.of()
                : words.stream()
                        .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                        .toList();
    }

    @Property(tries = 200)
    void requestsAreTheSameHoweverTheirBytesArrive(@ForAll long seed) {
        Random random = new Random(seed);
        List<List<byte[]>> sent = new ArrayList<>();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int i = 0; i < 20; i++) {
            List<byte[]> request = request(random);
            sent.add(request);
            write(wire, request);
        }
        List<List<byte[]>> received = new ArrayList<>();
        RequestDecoder decoder = decoder();
        byte[] bytes = wire.toByteArray();
        int at = 0;
        while (at < bytes.length) {
            int piece = Math.min(bytes.length - at, 1 + random.nextInt(60));
            decoder.received(Unpooled.copiedBuffer(bytes, at, piece));
            at += piece;
            for (List<byte[]> next = decoder.next(); next != null; next = decoder.next()) {
                received.add(next);
            }
        }
        assertThat(decoder.hasPartial()).isFalse();
        assertThat(received).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(received.get(i)).containsExactlyElementsOf(sent.get(i));
        }
        decoder.release();
    }

    @Test
    void aLengthThatIsOnlyAnnouncedHoldsNothing() {
        RequestDecoder decoder = decoder();
        decoder.received(Unpooled.copiedBuffer("*2\r\n$3\r\nfoo\r\n$1000000\r\nx", StandardCharsets.ISO_8859_1));

        assertThat(decoder.next()).isNull();
        assertThat(decoder.hasPartial()).isTrue();
        assertThat(decoder.heldBytes()).isLessThan(1_000);
        decoder.release();
    }

    @Property(tries = 2_000)
    void anyBytesEndInRequestsOrAProtocolErrorAndHoldLittle(@ForAll long seed) {
        Random random = new Random(seed);
        RequestDecoder decoder = decoder();
        try {
            for (int i = 0; i < 50; i++) {
                byte[] junk = new byte[random.nextInt(40)];
                for (int at = 0; at < junk.length; at++) {
                    junk[at] = (byte) "*$\r\n-0123456789\"'ab \\x".charAt(random.nextInt(22));
                }
                decoder.received(Unpooled.copiedBuffer(junk));
                while (decoder.next() != null) {
                    assertThat(decoder.heldBytes()).isLessThan(2L * REQUEST_BYTES_MAX);
                }
                assertThat(decoder.heldBytes()).isLessThan(2L * REQUEST_BYTES_MAX);
            }
        } catch (ProtocolErrorException wrong) {
            assertThat(wrong).hasMessageStartingWith("ERR Protocol error: ");
        } finally {
            decoder.release();
        }
    }

    @Test
    void linesAreSplitAsAPersonMeansThem() {
        assertThat(only("  PING  \r\n")).containsExactly("PING");
        assertThat(only("ECHO \"a b\\x41\\n\" 'it\\'s'\n")).containsExactly("ECHO", "a bA\n", "it's");
    }

    @Test
    void whatIsAnnouncedTakesNoMemory() {
        RequestDecoder decoder = decoder();
        decoder.received(Unpooled.copiedBuffer("*1000000\r\n$1000000\r\nab", StandardCharsets.US_ASCII));

        assertThat(decoder.next()).isNull();
        assertThat(decoder.heldBytes()).isLessThan(2_000_000);
        decoder.release();
    }

    @Test
    void errorsHaveRedisWords() {
        assertThatThrownBy(() -> only("*abc\r\n")).hasMessage("ERR Protocol error: invalid multibulk length");
        assertThatThrownBy(() -> only("*1\r\n:1\r\n")).hasMessage("ERR Protocol error: expected '$', got ':'");
        assertThatThrownBy(() -> only("*1\r\n$-5\r\n")).hasMessage("ERR Protocol error: invalid bulk length");
        assertThatThrownBy(() -> only("*1\r\n$99999999\r\n")).hasMessage("ERR Protocol error: invalid bulk length");
        assertThatThrownBy(() -> only("a \"b\r\n")).hasMessage("ERR Protocol error: unbalanced quotes in request");
        assertThatThrownBy(() -> only("x".repeat(70_000))).hasMessage("ERR Protocol error: too big inline request");
    }

    private static List<byte[]> request(Random random) {
        List<byte[]> request = new ArrayList<>();
        int words = 1 + random.nextInt(5);
        for (int i = 0; i < words; i++) {
            byte[] word = new byte[random.nextInt(8) == 0 ? random.nextInt(3_000) : random.nextInt(12)];
            random.nextBytes(word);
            request.add(word);
        }
        return request;
    }

    private static void write(ByteArrayOutputStream wire, List<byte[]> request) {
        wire.writeBytes(("*" + request.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (byte[] word : request) {
            wire.writeBytes(("$" + word.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            wire.writeBytes(word);
            wire.writeBytes(new byte[] {'\r', '\n'});
        }
    }
}
