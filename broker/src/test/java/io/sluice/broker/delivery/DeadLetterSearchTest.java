package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.DamagedLogException;
import io.sluice.log.DamagedRange;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeadLetterSearchTest {
    private static final DeadLetterKey KEY = new DeadLetterKey(SimulatedSlot.GROUP);
    private static final long NOWHERE = -1;

    private final Box box = new Box();
    private final DeadLetterSearch search = new DeadLetterSearch(box, KEY);

    /** Batches of letters in memory. */
    private static final class Box implements DeadLetterSearch.Letters {
        private final List<ByteBuffer> batches = new ArrayList<>();
        private long endOffset;
        private long damagedOffset = NOWHERE;
        private int reads;

        void append(long... offsets) {
            BatchBuilder batch = new BatchBuilder(Compression.NONE).baseOffset(endOffset);
            for (long offset : offsets) {
                batch.add(0, null, null, List.of(new RecordHeader(DeadLetterKey.HEADER, KEY.of(offset))));
            }
            batches.add(batch.build());
            endOffset += offsets.length;
        }

        @Override
        public long startOffset() {
            return 0;
        }

        @Override
        public long endOffset() {
            return endOffset;
        }

        /** One batch at a time. */
        @Override
        public long read(long offset, int maxBytes, ReadSink sink) {
            reads++;
            for (ByteBuffer batch : batches) {
                long next = BatchHeader.lastOffset(batch, 0) + 1;
                if (next > offset && offset == damagedOffset) {
                    throw new DamagedLogException(
                            new DamagedRange(Path.of("segment"), 0, batch.remaining(), offset, next, "flipped bits"));
                }
                if (next > offset) {
                    sink.reserve(batch.remaining()).put(batch.duplicate());
                    return next;
                }
            }
            return offset;
        }
    }

    @Test
    void offsetsThatHaveALetterAreFoundWithinTheBounds() {
        box.append(3, 5);
        box.append(8, 4);
        assertThat(search.offsets(4, 8)).containsExactlyInAnyOrder(4L, 5L, 8L);
    }

    @Test
    void whoAsksOnLooksOnlyAtWhatCameSince() {
        box.append(3, 5);
        box.append(8);
        assertThat(search.offsets(0, 4)).containsExactly(3L);
        assertThat(box.reads).isEqualTo(2);

        assertThat(search.offsets(0, 4)).containsExactly(3L);
        assertThat(search.offsets(5, 9)).containsExactlyInAnyOrder(5L, 8L);
        assertThat(box.reads).isEqualTo(2);

        box.append(9);
        assertThat(search.offsets(5, 9)).containsExactlyInAnyOrder(5L, 8L, 9L);
        assertThat(box.reads).isEqualTo(3);
    }

    @Test
    void whoAsksForEarlierOffsetsGetsTheseToo() {
        box.append(3, 5);
        assertThat(search.offsets(5, 9)).containsExactly(5L);
        assertThat(search.offsets(3, 9)).containsExactlyInAnyOrder(3L, 5L);
    }

    @Test
    void whatIsTooMuchToKeepIsFoundAgain() {
        box.append(1, 2);
        long[] many =
                LongStream.rangeClosed(100, 101 + DeadLetterSearch.KEPT_MAX).toArray();
        box.append(many);
        box.append(50);
        assertThat(search.offsets(1, 60)).containsExactlyInAnyOrder(1L, 2L, 50L);
        assertThat(search.offsets(2, 100)).containsExactlyInAnyOrder(2L, 50L, 100L);
        assertThat(search.offsets(100, Long.MAX_VALUE)).hasSize(many.length);
    }

    @Test
    void aDamagedPlaceIsWaitedForAndThenPassedOver() {
        box.append(1, 2);
        box.append(3);
        box.append(4);
        box.damagedOffset = 2;
        for (int i = 1; i < DeadLetterSearch.DAMAGED_MAX; i++) {
            assertThatThrownBy(() -> search.offsets(1, 9)).isInstanceOf(DamagedLogException.class);
        }
        assertThat(search.offsets(1, 9)).containsExactlyInAnyOrder(1L, 2L, 4L);
    }

    @Test
    void aDamagedPlaceThatWasMendedIsNotPassedOver() {
        box.append(1, 2);
        box.append(3);
        box.damagedOffset = 2;
        assertThatThrownBy(() -> search.offsets(1, 9)).isInstanceOf(DamagedLogException.class);
        box.damagedOffset = NOWHERE;
        assertThat(search.offsets(1, 9)).containsExactlyInAnyOrder(1L, 2L, 3L);
    }
}
