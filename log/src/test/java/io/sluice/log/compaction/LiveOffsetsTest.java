package io.sluice.log.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LiveOffsetsTest {
    @Property(tries = 100)
    void itBehavesLikeASet(@ForAll long seed) {
        Random random = new Random(seed);
        long first = random.nextLong(1L << 40);
        LiveOffsets live = new LiveOffsets(first, 200_000);
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < 300; step++) {
            long offset = first + random.nextInt(random.nextBoolean() ? 200 : 200_000);
            if (random.nextInt(3) > 0) {
                live.add(offset);
                model.add(offset);
            } else if (model.contains(offset)) {
                live.remove(offset);
                model.remove(offset);
            }
            long from = first + random.nextInt(300);
            long to = from + random.nextInt(150);
            assertThat(live.contains(from)).isEqualTo(model.contains(from));
            assertThat(live.containsAny(from, to))
                    .isEqualTo(!model.subSet(from, true, to, true).isEmpty());
        }
        assertThat(live.holds(first + 199_999)).isTrue();
        assertThat(live.holds(first + 200_000)).isFalse();
    }
}
