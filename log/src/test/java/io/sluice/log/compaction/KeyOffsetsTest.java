package io.sluice.log.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyOffsetsTest {
    private record Key(long high, long low) {}

    @Property(tries = 50)
    void itBehavesLikeAMap(@ForAll long seed) {
        Random random = new Random(seed);
        Map<Key, Long> model = new HashMap<>();
        try (KeyOffsets offsets = new KeyOffsets(20_000L * KeyOffsets.SLOT_BYTES)) {
            for (long offset = 0; offset < 20_000; offset++) {
                Key key = new Key(random.nextInt(10) * (1L << 60), random.nextInt(1_000));
                long before = offsets.put(key.high(), key.low(), offset);
                Long expected = model.put(key, offset);
                assertThat(before).isEqualTo(expected == null ? KeyOffsets.ABSENT : expected);
            }
            model.forEach((key, offset) ->
                    assertThat(offsets.get(key.high(), key.low())).isEqualTo(offset));
            assertThat(offsets.get(1, 1)).isEqualTo(KeyOffsets.ABSENT);
            assertThat(offsets.keyCount()).isEqualTo(model.size());
            Map<Key, Long> shown = new HashMap<>();
            offsets.forEach((high, low, offset) -> shown.put(new Key(high, low), offset));
            assertThat(shown).isEqualTo(model);
        }
    }

    @Test
    void aFullTableTakesNoNewKeyButNewerOffsets() {
        try (KeyOffsets offsets = new KeyOffsets(10_000L * KeyOffsets.SLOT_BYTES)) {
            long keys = 0;
            Random random = new Random(1);
            while (offsets.put(random.nextLong(), keys, keys) != KeyOffsets.FULL) {
                keys++;
            }
            assertThat(keys).isBetween(7_000L, 9_999L);
            long firstHigh = new Random(1).nextLong();
            assertThat(offsets.put(firstHigh, 0, 77)).isZero();
            assertThat(offsets.get(firstHigh, 0)).isEqualTo(77);
        }
    }

    @Test
    void roomIsPromisedForWhatSurelyFits() {
        KeyOffsets offsets = KeyOffsets.unowned(10_000L * KeyOffsets.SLOT_BYTES);
        long promised = 0;
        while (offsets.hasRoomFor(promised + 1)) {
            promised++;
        }
        for (long key = 0; key < promised; key++) {
            assertThat(offsets.put(key << 40, key, key)).isEqualTo(KeyOffsets.ABSENT);
        }
        assertThat(offsets.hasRoomFor(1)).isFalse();
        assertThat(offsets.put(-1, -1, 1)).isEqualTo(KeyOffsets.FULL);
        assertThat(offsets.sizeBytes()).isEqualTo(10_000L * KeyOffsets.SLOT_BYTES);
    }

    @Test
    void thereIsRoomForOneKeyAtLeast() {
        try (KeyOffsets offsets = new KeyOffsets(2 * KeyOffsets.SLOT_BYTES)) {
            assertThat(offsets.put(1, 1, 5)).isEqualTo(KeyOffsets.ABSENT);
            assertThat(offsets.put(2, 2, 6)).isEqualTo(KeyOffsets.FULL);
            assertThat(offsets.get(2, 2)).isEqualTo(KeyOffsets.ABSENT);
        }
    }
}
