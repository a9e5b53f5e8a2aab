package io.sluice.broker.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.EmptyBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a copy takes of the batches that it is given. */
final class GaplessBatchesTest {
    private static ByteBuffer batch(long baseOffset, int epoch, int records) {
        BatchBuilder builder =
                new BatchBuilder(Compression.NONE).baseOffset(baseOffset).leaderEpoch(epoch);
        for (int i = 0; i < records; i++) {
            builder.add(1_000, ("key" + i).getBytes(StandardCharsets.UTF_8), new byte[] {1});
        }
        return builder.build();
    }

    private static ByteBuffer joined(ByteBuffer... batches) {
        ByteBuffer all = ByteBuffer.allocate(4_000);
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return all.flip();
    }

    private static List<String> spans(Result<List<ByteBuffer>> batches) {
        return batches.get().stream()
                .map(batch -> BatchHeader.baseOffset(batch, 0) + "-" + BatchHeader.lastOffset(batch, 0) + " epoch "
                        + BatchHeader.leaderEpoch(batch, 0) + " records " + BatchHeader.recordCount(batch, 0))
                .toList();
    }

    @Test
    void gapsOfACompactedLogAreFilledInTheEpochBeforeThem() {
        ByteBuffer bytes = joined(batch(12, 3, 2), batch(14, 3, 1), batch(20, 5, 2));

        assertThat(spans(GaplessBatches.of(bytes, 10, 2, true)))
                .containsExactly(
                        "10-11 epoch 2 records 0",
                        "12-13 epoch 3 records 2",
                        "14-14 epoch 3 records 1",
                        "15-19 epoch 3 records 0",
                        "20-21 epoch 5 records 2");
    }

    @Test
    void aGapAtTheBeginningIsOfTheFirstEpochThereMayHaveBeen() {
        assertThat(spans(GaplessBatches.of(joined(batch(3, 7, 1)), 0, -1, true)))
                .containsExactly("0-2 epoch 0 records 0", "3-3 epoch 7 records 1");
    }

    @Test
    void aLogThatWasNeverCompactedHasNoGaps() {
        Result<List<ByteBuffer>> copied = GaplessBatches.of(joined(batch(12, 3, 2), batch(15, 3, 1)), 12, 2, false);

        assertThat(copied.error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(copied.message()).contains("records are gone").contains("from offset 14 on");
    }

    @Test
    void whatTheCopyHasAlreadyIsNotTakenAgain() {
        assertThat(GaplessBatches.of(joined(batch(12, 3, 2)), 13, 3, true).error())
                .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void damageIsSeen() {
        ByteBuffer bytes = joined(batch(12, 3, 2), batch(14, 3, 1));
        bytes.put(bytes.limit() - 1, (byte) ~bytes.get(bytes.limit() - 1));

        assertThat(GaplessBatches.of(bytes, 12, 2, true).error()).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        ByteBuffer cut = joined(batch(12, 3, 2)).limit(BatchLayout.RECORDS + 1);
        assertThat(GaplessBatches.of(cut, 12, 2, true).error()).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }

    @Test
    void aGapWithoutMeasureTakesSeveralBatches() {
        long until = 5L + 2L * EmptyBatch.OFFSETS_MAX;

        List<ByteBuffer> filled = GaplessBatches.gap(4, until, 9);

        assertThat(filled).hasSize(3).allMatch(batch -> BatchHeader.hasValidCrc(batch, 0));
        assertThat(BatchHeader.lastOffset(filled.getLast(), 0)).isEqualTo(until - 1);
        assertThat(GaplessBatches.gap(4, 4, 9)).isEmpty();
    }
}
