package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replication.ProducerTable.Verdict;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rules of Kafka's {@code ProducerAppendInfo} and {@code ProducerStateEntry}. */
class ProducerTableTest {
    private final ProducerTable table = new ProducerTable();

    private void append(int first, int last, long baseOffset) {
        assertThat(table.judge(9, (short) 2, first, last)).isEqualTo(Verdict.APPEND);
        table.appended(9, (short) 2, first, last, baseOffset, 1_000);
    }

    @Test
    void aProducerWithoutStateMayBeginAnywhere() {
        append(17, 20, 0);
    }

    @Test
    void whoDoesNotBeginAtZeroIsAskedOnceWhetherItMeansIt() {
        assertThat(produced(17, 20)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(21, 24)).as("was under way behind it").isEqualTo(Verdict.ASK_AGAIN);

        assertThat(produced(17, 20)).isEqualTo(Verdict.APPEND);
        assertThat(produced(21, 24)).isEqualTo(Verdict.APPEND);
        assertThat(produced(0, 3)).isEqualTo(Verdict.OUT_OF_ORDER);
    }

    @Test
    void whatIsAheadIsAskedForOnceBeforeItIsOutOfOrder() {
        append(0, 9, 0);
        assertThat(produced(20, 29)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(30, 39)).as("was under way behind it").isEqualTo(Verdict.ASK_AGAIN);

        assertThat(produced(20, 29)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(produced(30, 39)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(produced(15, 19)).as("an earlier one").isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(15, 19)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(produced(20, 29)).isEqualTo(Verdict.OUT_OF_ORDER);
    }

    @Test
    void whatWasAskedForIsTakenInItsTurnAndAskedForAnewBehindTheNextGap() {
        append(0, 9, 0);
        assertThat(produced(20, 29)).isEqualTo(Verdict.ASK_AGAIN);

        assertThat(produced(10, 19)).isEqualTo(Verdict.APPEND);
        assertThat(produced(30, 39)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(20, 29)).isEqualTo(Verdict.APPEND);
        assertThat(produced(30, 39)).isEqualTo(Verdict.APPEND);
        assertThat(produced(0, 9)).isEqualTo(Verdict.REPEAT);
    }

    @Test
    void whatIsAheadIsAskedForAcrossTheWrap() {
        int last = Integer.MAX_VALUE;
        append(last - 1, last - 1, 0);
        assertThat(produced(0, 0)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(1, 1)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(0, 0)).isEqualTo(Verdict.OUT_OF_ORDER);

        assertThat(produced(last, last)).isEqualTo(Verdict.APPEND);
        assertThat(produced(0, 0)).isEqualTo(Verdict.APPEND);
    }

    @Test
    void aNewEpochsFirstIsWaitedForOnceAndTheOldOneGoesOnMeanwhile() {
        append(0, 9, 0);
        assertThat(table.judgeProduced(9, (short) 3, 4, 7)).isEqualTo(Verdict.ASK_AGAIN);
        table.asked(9, (short) 3, 4, 1_000);

        assertThat(table.judgeProduced(9, (short) 3, 4, 7)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(table.judgeProduced(9, (short) 3, 0, 3)).isEqualTo(Verdict.APPEND);
        assertThat(produced(10, 19)).isEqualTo(Verdict.APPEND);
    }

    @Test
    void whatWasAskedOfAKnownProducerLeavesNoTraceInTheEncoding() {
        append(0, 9, 0);
        ByteBuffer before = encoded(table);

        assertThat(produced(20, 29)).isEqualTo(Verdict.ASK_AGAIN);

        assertThat(encoded(table)).isEqualTo(before);
        assertThat(table.active()).hasSize(1);
    }

    @Test
    void whoseFirstBatchComesBehindTheSecondHasThemInOrder() {
        assertThat(produced(4, 7)).isEqualTo(Verdict.ASK_AGAIN);

        assertThat(produced(0, 3)).isEqualTo(Verdict.APPEND);
        assertThat(produced(4, 7)).isEqualTo(Verdict.APPEND);
        assertThat(produced(0, 3)).isEqualTo(Verdict.REPEAT);
    }

    @Test
    void ofThoseThatWereUnderWayTheFirstIsMeant() {
        int last = Integer.MAX_VALUE;
        assertThat(produced(3, 3)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(last, last)).as("before the wrap").isEqualTo(Verdict.ASK_AGAIN);

        assertThat(produced(3, 3)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(produced(last, last)).isEqualTo(Verdict.APPEND);
    }

    @Test
    void anotherEpochIsAskedAnew() {
        assertThat(produced(17, 20)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(table.judgeProduced(9, (short) 3, 17, 20)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(table.judgeProduced(9, (short) 3, 0, 0)).isEqualTo(Verdict.APPEND);
    }

    @Test
    void whoWasOnlyAskedIsNoProducerYetAndOutlivesRestarts() {
        assertThat(produced(17, 20)).isEqualTo(Verdict.ASK_AGAIN);
        assertThat(table.active()).isEmpty();
        assertThat(table.newestBaseOffsets().isEmpty()).isTrue();

        ProducerTable restored = Objects.requireNonNull(ProducerTable.decode(encoded(table)));

        assertThat(restored.judgeProduced(9, (short) 2, 17, 20)).isEqualTo(Verdict.APPEND);
        assertThat(encoded(restored)).isEqualTo(encoded(table));
        restored.expire(1_001);
        assertThat(restored.size()).isZero();
    }

    private Verdict produced(int first, int last) {
        Verdict verdict = table.judgeProduced(9, (short) 2, first, last);
        if (verdict == Verdict.ASK_AGAIN) {
            table.asked(9, (short) 2, first, 1_000);
        } else if (verdict == Verdict.APPEND) {
            table.appended(9, (short) 2, first, last, 0, 1_000);
        }
        return verdict;
    }

    @Test
    void onlyTheNextSequenceIsTaken() {
        append(0, 9, 0);
        assertThat(table.judge(9, (short) 2, 11, 11)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(table.judge(9, (short) 2, 10, 12)).isEqualTo(Verdict.APPEND);
    }

    @Test
    void theLastFiveBatchesAreRecognisedWithTheirOffsetsAndOlderOnesAsRepeats() {
        for (int i = 0; i < 6; i++) {
            append(i * 10, i * 10 + 9, i * 100L);
        }
        assertThat(table.judge(9, (short) 2, 0, 9)).isEqualTo(Verdict.OLD_REPEAT);
        for (int i = 1; i < 6; i++) {
            assertThat(table.judge(9, (short) 2, i * 10, i * 10 + 9)).isEqualTo(Verdict.REPEAT);
            assertThat(table.repeatedOffset()).isEqualTo(i * 100L);
        }
    }

    @Test
    void whatWasNeverAppendedIsNoRepeat() {
        for (int i = 3; i < 12; i++) {
            append(i * 10, i * 10 + 9, i * 100L);
        }
        assertThat(table.judge(9, (short) 2, 30, 39)).isEqualTo(Verdict.OLD_REPEAT);
        assertThat(table.judge(9, (short) 2, 20, 29)).as("before the first").isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(table.judge(9, (short) 2, 29, 30)).as("begins before").isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(table.judge(9, (short) 2, 119, 120)).as("ends behind").isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(table.judge(9, (short) 2, 121, 121)).as("too early").isEqualTo(Verdict.OUT_OF_ORDER);
    }

    @Test
    void oldRepeatsAreKnownAcrossTheWrap() {
        int first = Integer.MAX_VALUE - 4;
        for (int i = 0; i < 10; i++) {
            int sequence = (first + i) & Integer.MAX_VALUE;
            append(sequence, sequence, i);
        }
        assertThat(table.judge(9, (short) 2, first, first)).isEqualTo(Verdict.OLD_REPEAT);
        assertThat(table.judge(9, (short) 2, first - 1, first - 1)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(table.judge(9, (short) 2, 6, 6)).isEqualTo(Verdict.OUT_OF_ORDER);
    }

    @Test
    void sequencesWrapToZero() {
        append(Integer.MAX_VALUE - 1, Integer.MAX_VALUE, 0);
        assertThat(table.judge(9, (short) 2, 0, 4)).isEqualTo(Verdict.APPEND);
    }

    @Test
    void anOlderEpochIsFencedAndANewerOneBeginsAtZero() {
        append(0, 0, 0);
        assertThat(table.judge(9, (short) 1, 1, 1)).isEqualTo(Verdict.FENCED);
        assertThat(table.judge(9, (short) 3, 1, 1)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(table.judge(9, (short) 3, 0, 0)).isEqualTo(Verdict.APPEND);
    }

    @Test
    void idleProducersAreForgotten() {
        append(0, 0, 0);
        table.expire(1_000);
        assertThat(table.size()).isEqualTo(1);
        table.expire(1_001);
        assertThat(table.size()).isZero();
    }

    @Test
    void equalTablesHaveEqualBytesWhateverTheirPast() {
        ProducerTable other = new ProducerTable();
        for (int id = 0; id < 200; id++) {
            table.appended(id * 37L, (short) 0, 0, 0, id, 5);
            other.appended((199 - id) * 37L, (short) 0, 0, 0, 199 - id, 5);
        }

        assertThat(encoded(other)).isEqualTo(encoded(table));
    }

    private static ByteBuffer encoded(ProducerTable encoding) {
        ByteBuffer bytes = ByteBuffer.allocate(encoding.encodedBytes());
        encoding.encode(bytes);
        return bytes.flip();
    }

    private static ProducerTable decoded(ByteBuffer bytes) {
        return Objects.requireNonNull(ProducerTable.decode(bytes));
    }

    @Test
    void theEncodingKeepsEverything() {
        for (int i = 0; i < 7; i++) {
            append(i, i, i);
        }
        ByteBuffer encoded = ByteBuffer.allocate(table.encodedBytes());
        table.encode(encoded);

        ProducerTable decoded = decoded(encoded.flip());

        assertThat(decoded.judge(9, (short) 2, 6, 6)).isEqualTo(Verdict.REPEAT);
        assertThat(decoded.judge(9, (short) 2, 2, 2)).isEqualTo(Verdict.REPEAT);
        assertThat(decoded.judge(9, (short) 2, 1, 1)).isEqualTo(Verdict.OLD_REPEAT);
        assertThat(decoded.judge(9, (short) 2, 7, 7)).isEqualTo(Verdict.APPEND);
        assertThat(encoded(decoded)).isEqualTo(encoded(table));
    }

    @Test
    void whatWasNeverAppendedIsNoRepeatAfterAStartEither() {
        for (int i = 3; i < 12; i++) {
            append(i, i, i);
        }

        ProducerTable decoded = decoded(encoded(table));

        assertThat(decoded.judge(9, (short) 2, 3, 3)).isEqualTo(Verdict.OLD_REPEAT);
        assertThat(decoded.judge(9, (short) 2, 2, 2)).isEqualTo(Verdict.OUT_OF_ORDER);
    }

    @Test
    void anEarlierVersionsEncodingKnowsTheLastFive() {
        ByteBuffer earlier = ByteBuffer.allocate(4 + 8 + 2 + 8 + 1 + 5 * 16);
        earlier.putInt(1).putLong(9).putShort((short) 2).putLong(1_000).put((byte) 5);
        for (int i = 3; i < 8; i++) {
            earlier.putInt(i).putInt(i).putLong(i * 10L);
        }

        ProducerTable decoded = decoded(earlier.flip());

        assertThat(earlier.hasRemaining()).isFalse();
        assertThat(decoded.judge(9, (short) 2, 3, 3)).isEqualTo(Verdict.REPEAT);
        assertThat(decoded.repeatedOffset()).isEqualTo(30);
        assertThat(decoded.judge(9, (short) 2, 2, 2)).isEqualTo(Verdict.OUT_OF_ORDER);
        assertThat(decoded.judge(9, (short) 2, 8, 8)).isEqualTo(Verdict.APPEND);
    }
}
