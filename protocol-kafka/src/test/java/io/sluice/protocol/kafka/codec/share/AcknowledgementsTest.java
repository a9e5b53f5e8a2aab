package io.sluice.protocol.kafka.codec.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Acknowledgement batches as settlements. */
final class AcknowledgementsTest {
    private static final Verdict[] VERDICTS = {
        Verdict.GAP, Verdict.ACKNOWLEDGE, Verdict.RELEASE, Verdict.REJECT, Verdict.RENEW
    };

    @Test
    void oneTypeIsForTheWholeBatch() {
        Acknowledgements all = new Acknowledgements(false);
        all.add(5, 100_000, types(1));
        assertThat(all.settlements()).containsExactly(new Settlement(5, 100_000, Verdict.ACKNOWLEDGE));
        assertThat(all.renews()).isFalse();
    }

    @Test
    void renewalsAreForRequestsThatSayThatTheyHaveThem() {
        Acknowledgements silent = new Acknowledgements(false);
        silent.add(0, 0, types(4));
        assertThat(silent.problem()).isPresent();
        Acknowledgements open = new Acknowledgements(true);
        open.add(0, 0, types(4));
        assertThat(open.problem()).isEmpty();
        assertThat(open.renews()).isTrue();
    }

    @Test
    void malformedBatchesAreAProblem() {
        assertThat(problemOf(5, 4, 1)).isTrue();
        assertThat(problemOf(-1, 4, 1)).isTrue();
        assertThat(problemOf(0, 4)).isTrue();
        assertThat(problemOf(0, 4, 1, 1)).isTrue();
        assertThat(problemOf(0, 0, 5)).isTrue();
        assertThat(problemOf(0, 0, -1)).isTrue();
        Acknowledgements overlapping = new Acknowledgements(false);
        overlapping.add(0, 4, types(1));
        overlapping.add(4, 5, types(1));
        assertThat(overlapping.problem()).isPresent();
    }

    @Property(tries = 300)
    void settlementsSayOfEveryOffsetWhatItsTypeSays(@ForAll long seed) {
        Random random = new Random(seed);
        Acknowledgements acknowledgements = new Acknowledgements(true);
        List<String> expected = new ArrayList<>();
        long offset = random.nextInt(3);
        for (int batch = 0; batch < 1 + random.nextInt(5); batch++) {
            int length = 1 + random.nextInt(20);
            boolean isOneForAll = random.nextInt(3) == 0;
            List<Byte> types = new ArrayList<>();
            int type = random.nextInt(VERDICTS.length);
            for (int i = 0; i < length; i++) {
                type = !isOneForAll && random.nextInt(3) == 0 ? random.nextInt(VERDICTS.length) : type;
                expected.add((offset + i) + " " + VERDICTS[type]);
                types.add((byte) type);
            }
            acknowledgements.add(offset, offset + length - 1, isOneForAll ? types.subList(0, 1) : types);
            offset += length + random.nextInt(3);
        }
        assertThat(acknowledgements.problem()).isEmpty();
        List<String> said = new ArrayList<>();
        for (Settlement settlement : acknowledgements.settlements()) {
            for (long each = settlement.firstOffset(); each <= settlement.lastOffset(); each++) {
                said.add(each + " " + settlement.verdict());
            }
        }
        assertThat(said).isEqualTo(expected);
    }

    private static boolean problemOf(long first, long last, int... types) {
        Acknowledgements acknowledgements = new Acknowledgements(true);
        acknowledgements.add(first, last, types(types));
        return acknowledgements.problem().isPresent();
    }

    private static List<Byte> types(int... types) {
        List<Byte> bytes = new ArrayList<>();
        for (int type : types) {
            bytes.add((byte) type);
        }
        return bytes;
    }
}
