package io.sluice.cli.letters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HandledOffsetsTest {
    @Test
    void whatWasAddedInAnyOrderIsThereAndComesBackFromItsText() {
        SplittableRandom random = new SplittableRandom(7);
        HandledOffsets handled = new HandledOffsets(100);
        TreeSet<Long> expected = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            long offset = 100 + random.nextInt(400);
            handled.add(offset);
            expected.add(offset);
        }
        HandledOffsets read = HandledOffsets.read(handled.position(), handled.text());

        for (long offset = 100; offset < 510; offset++) {
            assertThat(handled.contains(offset)).as("offset %d", offset).isEqualTo(expected.contains(offset));
            assertThat(read.contains(offset)).as("offset %d", offset).isEqualTo(expected.contains(offset));
        }
        assertThat(handled.contains(99)).isTrue();
    }

    @Test
    void thePositionMovesOverWhatIsDealtWith() {
        HandledOffsets handled = new HandledOffsets(5);
        handled.add(6);
        handled.add(8);
        handled.add(5);
        assertThat(handled.position()).isEqualTo(7);
        assertThat(handled.text()).isEqualTo("1;1.1");
        handled.shift(8);
        assertThat(handled.position()).isEqualTo(9);
        assertThat(handled.text()).isEqualTo("1;");
    }

    @Test
    void twoHaveTogetherWhatEachHas() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 100; round++) {
            HandledOffsets one = new HandledOffsets(random.nextInt(20));
            HandledOffsets other = new HandledOffsets(random.nextInt(20));
            TreeSet<Long> expected = new TreeSet<>();
            for (int i = 0; i < 15; i++) {
                long offset = random.nextInt(60);
                (i % 2 == 0 ? one : other).add(offset);
                expected.add(offset);
            }
            long below = Math.max(one.position(), other.position());
            one.addAll(other);
            for (long offset = 0; offset < 70; offset++) {
                assertThat(one.contains(offset))
                        .as("round %d offset %d", round, offset)
                        .isEqualTo(offset < below || expected.contains(offset));
            }
            assertThat(one.isSameAs(HandledOffsets.read(one.position(), one.text())))
                    .isTrue();
        }
    }

    @Test
    void foreignTextIsAsGoodAsNone() {
        assertThat(HandledOffsets.read(3, "left by somebody").contains(3)).isFalse();
        assertThat(HandledOffsets.read(3, "").contains(2)).isTrue();
        assertThat(HandledOffsets.read(3, "1;1.12.3").contains(4)).isFalse();
    }
}
