package io.sluice.log.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BatchValidatorTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    private final BatchValidator validator = new BatchValidator();

    @Test
    void aGoodBatchIsLeftAlone() {
        ByteBuffer batch = batch(Compression.NONE);
        byte[] before = batch.array().clone();

        assertThat(validate(batch)).isEqualTo(ErrorCode.NONE);
        assertThat(batch.array()).isEqualTo(before);
    }

    @Test
    void aBatchInTheMiddleOfABufferIsFound() {
        ByteBuffer batch = batch(Compression.NONE);
        ByteBuffer request = ByteBuffer.allocateDirect(batch.limit() + 20);
        request.put(11, batch, 0, batch.limit());
        request.position(11).limit(11 + batch.limit());

        assertThat(validate(request)).isEqualTo(ErrorCode.NONE);
        assertThat(request.position()).isEqualTo(11);
    }

    @Test
    void whatDoesNotFitItsFrameIsRefused() {
        assertThat(validate(ByteBuffer.allocate(0))).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(validate(batch(Compression.NONE).limit(40))).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(validate(patched(batch -> batch.putInt(BatchLayout.LENGTH, 20))))
                .isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(validate(patched(batch -> batch.putInt(BatchLayout.LENGTH, Integer.MAX_VALUE))))
                .isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(validate(patched(batch -> batch.put(BatchLayout.MAGIC, (byte) 1))))
                .isEqualTo(ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);
        ByteBuffer two = ByteBuffer.allocate(2 * batch(Compression.NONE).limit());
        two.put(batch(Compression.NONE)).put(batch(Compression.NONE)).flip();
        assertThat(validate(two)).isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aFlippedBitAnywhereBehindTheCrcIsCorruption() {
        ByteBuffer good = batch(Compression.NONE);
        for (int at = BatchLayout.CRC; at < good.limit(); at++) {
            ByteBuffer bad = ByteBuffer.wrap(good.array().clone());
            bad.put(at, (byte) (bad.get(at) ^ 0x10));
            assertThat(validate(bad)).as("byte %d", at).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        }
    }

    @Test
    void headersThatAClientMustNotSendAreRefused() {
        assertThat(validate(attribute(BatchLayout.TRANSACTIONAL_BIT))).isEqualTo(ErrorCode.INVALID_TXN_STATE);
        assertThat(validate(attribute(BatchLayout.CONTROL_BIT))).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(attribute(0x40))).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(attribute(BatchLayout.TIMESTAMP_TYPE_BIT))).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
        assertThat(validate(attribute(5))).isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
        assertThat(validate(signed(batch -> batch.putLong(BatchLayout.BASE_OFFSET, 1))))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void countsAndDeltasMustAgree() {
        assertThat(validate(signed(batch -> batch.putInt(BatchLayout.RECORD_COUNT, 0))))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(signed(batch -> batch.putInt(BatchLayout.RECORD_COUNT, -1))))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(signed(batch -> batch.putInt(BatchLayout.LAST_OFFSET_DELTA, 7))))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(signed(BatchValidatorTest::claimOneMore))).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(signed(BatchValidatorTest::claimOneLess))).isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aProducerHasAnEpochAndASequence() {
        assertThat(validate(build(new BatchBuilder(Compression.NONE).producer(1, (short) 0, 0))))
                .isEqualTo(ErrorCode.NONE);
        assertThat(validate(build(new BatchBuilder(Compression.NONE).producer(1, (short) 0, -1))))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(build(new BatchBuilder(Compression.NONE).producer(1, (short) -1, 0))))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validate(build(new BatchBuilder(Compression.NONE).producer(-2, (short) 0, 0))))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aBatchAboveTheTopicsLimitIsTooLarge() {
        ByteBuffer batch = batch(Compression.NONE);
        BatchLimits exact = new BatchLimits(batch.limit(), false, false, Long.MAX_VALUE, 0);
        BatchLimits less = new BatchLimits(batch.limit() - 1, false, false, Long.MAX_VALUE, 0);

        assertThat(validator.validateAndStamp(batch, exact, NOW_MS)).isEqualTo(ErrorCode.NONE);
        assertThat(validator.validateAndStamp(batch, less, NOW_MS)).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void timestampsStayWithinTheBounds() {
        for (Compression compression : Compression.values()) {
            BatchLimits limits = new BatchLimits(1 << 20, false, false, 1_000, 500);
            assertThat(at(compression, limits, NOW_MS - 1_000)).isEqualTo(ErrorCode.NONE);
            assertThat(at(compression, limits, NOW_MS - 1_001)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
            assertThat(at(compression, limits, NOW_MS + 500)).isEqualTo(ErrorCode.NONE);
            assertThat(at(compression, limits, NOW_MS + 501)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
            assertThat(at(compression, limits, Long.MAX_VALUE)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
            assertThat(at(compression, limits, -1)).isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void recordsWithoutKeysAreRefusedWhereKeysAreRequired() {
        BatchLimits limits = new BatchLimits(1 << 20, true, false, Long.MAX_VALUE, 0);
        for (Compression compression : Compression.values()) {
            ByteBuffer keyed = batch(compression);
            ByteBuffer keyless = new BatchBuilder(compression)
                    .add(NOW_MS, new byte[] {1}, null)
                    .add(NOW_MS, null, new byte[] {1})
                    .build();
            assertThat(validator.validateAndStamp(keyed, limits, NOW_MS)).isEqualTo(ErrorCode.NONE);
            assertThat(validator.validateAndStamp(keyless, limits, NOW_MS)).isEqualTo(ErrorCode.INVALID_RECORD);
        }
    }

    @Test
    void theRecordsAtFaultAreNamed() {
        BatchLimits keyed = new BatchLimits(1 << 20, true, false, Long.MAX_VALUE, 500);
        for (Compression compression : Compression.values()) {
            ByteBuffer batch = new BatchBuilder(compression)
                    .add(NOW_MS, new byte[] {1}, null)
                    .add(NOW_MS, null, new byte[] {1})
                    .add(NOW_MS, new byte[] {1}, null)
                    .add(NOW_MS + 501, new byte[] {1}, null)
                    .build();

            assertThat(validator.validateAndStamp(batch, BatchLimits.DEFAULT, NOW_MS))
                    .isEqualTo(ErrorCode.NONE);
            assertThat(validator.faults()).isEmpty();
            validator.validateAndStamp(batch, keyed, NOW_MS);
            assertThat(validator.faults()).extracting(RecordFault::index).containsExactly(1, 3);
            assertThat(validator.faults().getFirst().text()).contains("needs a key");
            assertThat(validator.faults().getLast().text()).contains(String.valueOf(NOW_MS + 501));
        }
    }

    @Test
    void aTooLateTimestampInTheHeaderOfACompressedBatchIsLookedInto() {
        BatchLimits limits = new BatchLimits(1 << 20, false, false, Long.MAX_VALUE, 500);
        ByteBuffer late = new BatchBuilder(Compression.LZ4)
                .add(NOW_MS, null, null)
                .add(NOW_MS + 501, null, null)
                .build();
        ByteBuffer lying = batch(Compression.LZ4);
        lying.putLong(BatchLayout.MAX_TIMESTAMP, NOW_MS + 501);
        sign(lying);

        assertThat(validator.validateAndStamp(late, limits, NOW_MS)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
        assertThat(validator.faults()).extracting(RecordFault::index).containsExactly(1);
        assertThat(validator.validateAndStamp(lying, limits, NOW_MS)).isEqualTo(ErrorCode.NONE);
        assertThat(BatchHeader.maxTimestampMs(lying, 0)).isEqualTo(NOW_MS);
    }

    @Test
    void namedRecordsAreFewHoweverManyAreAtFault() {
        BatchBuilder builder = new BatchBuilder(Compression.NONE);
        for (int i = 0; i < 1_000; i++) {
            builder.add(NOW_MS, null, new byte[1]);
        }
        BatchLimits keyed = new BatchLimits(1 << 20, true, false, Long.MAX_VALUE, 500);

        assertThat(validator.validateAndStamp(builder.build(), keyed, NOW_MS)).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validator.faults()).hasSize(50);
    }

    @Test
    void aMissingLargestTimestampIsFoundAndSignedAnew() {
        for (Compression compression : Compression.values()) {
            ByteBuffer batch = batch(compression);
            batch.putLong(BatchLayout.MAX_TIMESTAMP, -1);
            sign(batch);

            assertThat(validate(batch)).isEqualTo(ErrorCode.NONE);
            assertThat(BatchHeader.maxTimestampMs(batch, 0)).isEqualTo(NOW_MS);
            assertThat(BatchHeader.hasValidCrc(batch, 0)).isTrue();
        }
    }

    @Test
    void compressedRecordsThatUnpackToTooMuchAreRefused() {
        for (Compression compression :
                List.of(Compression.GZIP, Compression.SNAPPY, Compression.LZ4, Compression.ZSTD)) {
            ByteBuffer bomb = new BatchBuilder(compression)
                    .add(NOW_MS, null, new byte[3 << 20])
                    .build();
            assertThat(bomb.limit()).isLessThan(1 << 18);
            RecordCursor cursor = new RecordCursor();
            cursor.open(bomb, 0, 1 << 20);

            assertThatThrownBy(cursor::next).isInstanceOf(MalformedBatchException.class);
        }
    }

    @Test
    void aSnappyBlockThatClaimsMoreThanItHoldsTakesNoMemory() {
        ByteBuffer batch = batch(Compression.SNAPPY);
        // The varint behind header and block length: 2 GiB less one.
        batch.put(BatchLayout.RECORDS + 20, new byte[] {-1, -1, -1, -1, 7});
        RecordCursor cursor = new RecordCursor();
        cursor.open(batch, 0, 1 << 20);

        assertThatThrownBy(cursor::next)
                .isInstanceOf(MalformedBatchException.class)
                .hasRootCauseInstanceOf(IOException.class);
    }

    /** Whatever bytes come in place of the records, the answer is an error code, never an exception. */
    @Property(tries = 2_000)
    void hostileRecordsAreRefusedOrReadButNeverThrow(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer batch = batch(Compression.of(random.nextInt(5)));
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
            int at = BatchLayout.ATTRIBUTES + random.nextInt(batch.limit() - BatchLayout.ATTRIBUTES);
            batch.put(at, (byte) random.nextInt());
        }
        if (random.nextBoolean()) {
            batch.putLong(BatchLayout.MAX_TIMESTAMP, -1);
        }
        sign(batch);

        assertThat(validator.validateAndStamp(batch, new BatchLimits(1 << 20, true, false, 1_000, 1_000), NOW_MS))
                .isIn(
                        ErrorCode.NONE,
                        ErrorCode.INVALID_RECORD,
                        ErrorCode.INVALID_TIMESTAMP,
                        ErrorCode.INVALID_TXN_STATE,
                        ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
    }

    private ErrorCode validate(ByteBuffer batch) {
        return validator.validateAndStamp(batch, BatchLimits.DEFAULT, NOW_MS);
    }

    private ErrorCode at(Compression compression, BatchLimits limits, long timestampMs) {
        ByteBuffer batch = new BatchBuilder(compression)
                .add(NOW_MS, null, new byte[10])
                .add(timestampMs, null, new byte[10])
                .build();
        return validator.validateAndStamp(batch, limits, NOW_MS);
    }

    private static ByteBuffer batch(Compression compression) {
        return build(new BatchBuilder(compression));
    }

    private static ByteBuffer build(BatchBuilder builder) {
        byte[] value =
                "some value that is long enough to compress, compress, compress".getBytes(StandardCharsets.UTF_8);
        return builder.add(NOW_MS - 20, new byte[] {1}, value)
                .add(NOW_MS, new byte[] {2}, value)
                .add(NOW_MS - 10, new byte[] {3}, null)
                .build();
    }

    private static ByteBuffer attribute(int bits) {
        return signed(batch -> batch.putShort(BatchLayout.ATTRIBUTES, (short) bits));
    }

    private static ByteBuffer patched(Consumer<ByteBuffer> change) {
        ByteBuffer batch = batch(Compression.NONE);
        change.accept(batch);
        return batch;
    }

    private static ByteBuffer signed(Consumer<ByteBuffer> change) {
        ByteBuffer batch = patched(change);
        sign(batch);
        return batch;
    }

    private static void claimOneMore(ByteBuffer batch) {
        batch.putInt(BatchLayout.RECORD_COUNT, 4).putInt(BatchLayout.LAST_OFFSET_DELTA, 3);
    }

    private static void claimOneLess(ByteBuffer batch) {
        batch.putInt(BatchLayout.RECORD_COUNT, 2).putInt(BatchLayout.LAST_OFFSET_DELTA, 1);
    }

    private static void sign(ByteBuffer batch) {
        batch.putInt(BatchLayout.CRC, BatchHeader.computeCrc(batch, 0));
    }
}
