package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.BufferPool;
import io.sluice.common.HeldBytes;
import io.sluice.common.SharedBuffer;
import io.sluice.log.JoinedRead;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookedPiecesTest {
    private static final int RECORDS = 10;
    private static final String PARTITION = "orders-0";

    private final LookedPieces pieces = new LookedPieces();

    /** So many batches of ten records each, from the offset on. */
    private static ByteBuffer batches(long firstOffset, int count) {
        JoinedRead piece = new JoinedRead(16);
        for (int i = 0; i < count; i++) {
            BatchBuilder batch = new BatchBuilder(Compression.NONE);
            for (int j = 0; j < RECORDS; j++) {
                batch.add(77, null, new byte[100]);
            }
            ByteBuffer built = batch.build();
            ByteBuffer room = piece.reserve(built.remaining());
            room.put(built);
            room.putLong(0, firstOffset + (long) i * RECORDS);
        }
        return piece.whole();
    }

    private void keep(String partition, ByteBuffer batches) {
        pieces.keep(partition, new HeldBytes(batches, null));
    }

    private List<Long> basesReadAt(long offset, int maxBytes, long expectedEnd) {
        JoinedRead out = new JoinedRead(16);
        assertThat(pieces.read(PARTITION, offset, maxBytes, out)).isEqualTo(expectedEnd);
        ByteBuffer read = out.whole();
        List<Long> bases = new ArrayList<>();
        for (int at = 0; at < read.limit(); at += BatchLayout.sizeBytes(read, at)) {
            bases.add(BatchHeader.baseOffset(read, at));
        }
        return bases;
    }

    @Test
    void batchesAreReadFromTheOneThatHoldsTheOffset() {
        ByteBuffer three = batches(50, 3);
        keep(PARTITION, three);
        assertThat(basesReadAt(65, 1, 70)).containsExactly(60L);
        assertThat(basesReadAt(50, three.limit() * 2 / 3, 70)).containsExactly(50L, 60L);
    }

    @Test
    void whatIsNotHereIsReadElsewhere() {
        keep(PARTITION, batches(50, 1));
        assertThat(basesReadAt(49, 1_000, -1)).isEmpty();
        assertThat(basesReadAt(60, 1_000, -1)).isEmpty();
        assertThat(pieces.read("another", 50, 1_000, new JoinedRead(16))).isEqualTo(-1);
    }

    @Test
    void aPieceThatWasReadToItsEndIsDropped() {
        keep(PARTITION, batches(50, 2));
        assertThat(basesReadAt(60, 1, 70)).containsExactly(60L);
        assertThat(basesReadAt(50, 1, -1)).isEmpty();
    }

    @Test
    void twoPiecesOfAPartitionAreKept() {
        keep(PARTITION, batches(0, 2));
        keep(PARTITION, batches(20, 2));
        assertThat(basesReadAt(0, 1, 10)).containsExactly(0L);
        assertThat(basesReadAt(20, 1, 30)).containsExactly(20L);
        keep(PARTITION, batches(40, 2));
        assertThat(basesReadAt(0, 1, -1)).isEmpty();
        assertThat(basesReadAt(30, 1, 40)).containsExactly(30L);
        assertThat(basesReadAt(40, 1, 50)).containsExactly(40L);
    }

    @Test
    void thePiecesOfFewPartitionsAreKeptAndNoneThatIsVeryLarge() {
        keep(PARTITION, batches(50, 1));
        for (int other = 0; other < 16; other++) {
            keep("other-" + other, batches(0, 1));
        }
        assertThat(basesReadAt(50, 1, -1)).isEmpty();
        keep(PARTITION, ByteBuffer.allocate((2 << 20) + 1));
        assertThat(basesReadAt(0, 1, -1)).isEmpty();
    }

    @Test
    void memoryOfOthersIsHeldAsLongAsItIsKeptOrReadAndNoLonger() {
        ByteBuffer two = batches(50, 2);
        BufferPool pool = new BufferPool(two.limit(), 1);
        for (int i = 0; i < 20; i++) {
            SharedBuffer read = pool.take(two.limit());
            read.memory().duplicate().put(two.duplicate());
            pieces.keep("of-pool-" + i % 18, new HeldBytes(read.memory().slice(0, two.limit()), read));
            read.release();
        }
        assertThat(pool.outstandingBytes()).as("of the last 16 partitions").isEqualTo(16L * two.limit());

        for (int partition = 0; partition < 18; partition++) {
            pieces.read("of-pool-" + partition, 60, 1, new JoinedRead(16));
        }
        assertThat(pool.outstandingBytes()).isZero();
    }
}
