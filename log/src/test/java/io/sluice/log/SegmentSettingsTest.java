package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SegmentSettingsTest {
    private static final SegmentSettings SETTINGS = new SegmentSettings(1_000, 60_000, 4_096);

    private static StoredBatch batch(long offset, int lengthBytes, long maxTimestampMs) {
        return new StoredBatch(offset, offset, 0, maxTimestampMs, ByteBuffer.allocate(lengthBytes));
    }

    @Test
    void aSegmentTakesItsFirstBatchWhateverItsSize() {
        SegmentFile empty = new SegmentFile(0, 0, -1, -1);

        assertThat(SETTINGS.startsNewSegment(empty, batch(0, 5_000, 1))).isFalse();
    }

    @Test
    void bytesEndASegment() {
        SegmentFile file = new SegmentFile(0, 900, 5, 5);

        assertThat(SETTINGS.startsNewSegment(file, batch(1, 100, 5))).isFalse();
        assertThat(SETTINGS.startsNewSegment(file, batch(1, 101, 5))).isTrue();
    }

    @Test
    void recordTimeEndsASegmentCountedFromItsFirstBatch() {
        SegmentFile file = new SegmentFile(0, 100, 90_000, 40_000);

        assertThat(SETTINGS.startsNewSegment(file, batch(1, 100, 100_000))).isFalse();
        assertThat(SETTINGS.startsNewSegment(file, batch(1, 100, 100_001))).isTrue();
        assertThat(SETTINGS.startsNewSegment(file, batch(1, 100, 10))).isFalse();
        assertThat(SETTINGS.startsNewSegment(file, batch(1, 100, -1))).isFalse();
        assertThat(SETTINGS.startsNewSegment(new SegmentFile(0, 100, -1, -1), batch(1, 100, Long.MAX_VALUE)))
                .isFalse();
    }

    @Test
    void offsetsOfASegmentFitInto31Bits() {
        SegmentFile file = new SegmentFile(10, 100, 5, 5);

        assertThat(SETTINGS.startsNewSegment(file, batch(10L + Integer.MAX_VALUE, 100, 5)))
                .isFalse();
        assertThat(SETTINGS.startsNewSegment(file, batch(11L + Integer.MAX_VALUE, 100, 5)))
                .isTrue();
    }
}
