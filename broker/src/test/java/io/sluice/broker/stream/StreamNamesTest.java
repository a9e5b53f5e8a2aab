package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.StreamKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class StreamNamesTest {
    private static String name(int database, String key) {
        return StreamNames.of(new StreamKey(database, key.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void legalNamesStayAndOthersAreEscaped() {
        assertThat(name(0, "orders.eu-1_x")).isEqualTo("orders.eu-1_x");
        assertThat(name(0, "user:{42}")).isEqualTo("user_x3A_x7B42_x7D");
        assertThat(name(0, "a_x3Ab")).isEqualTo("a_x5Fx3Ab");
        assertThat(name(3, "orders")).isEqualTo("db3.orders");
    }

    @Test
    void longKeysKeepTheirBeginningAndEndInAHash() {
        assertThat(name(0, "k".repeat(10_240))).hasSizeLessThan(250).startsWith("kkkk");
        assertThat(name(0, "k".repeat(10_240))).isNotEqualTo(name(0, "k".repeat(10_241)));
    }

    @Property(tries = 300)
    void keysOfADatabaseHaveDistinctLegalNames(@ForAll long seed) {
        Random random = new Random(seed);
        Map<String, StreamKey> byName = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[1 + random.nextInt(7)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) "_x5F.:A\u00ff".charAt(random.nextInt(8));
            }
            StreamKey key = new StreamKey(0, bytes);
            StreamKey other = byName.putIfAbsent(StreamNames.of(key), key);
            assertThat(other == null || other.equals(key))
                    .as("%s and %s", key, other)
                    .isTrue();
        }
        assertThat(byName.keySet()).allMatch(name -> name.matches("[a-zA-Z0-9._-]{1,249}") && !name.matches("\\.\\.?"));
    }
}
