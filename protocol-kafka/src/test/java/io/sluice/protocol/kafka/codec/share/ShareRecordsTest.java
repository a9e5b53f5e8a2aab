package io.sluice.protocol.kafka.codec.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.common.BufferPool;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import io.sluice.protocol.kafka.codec.RecordParts;
import io.sluice.protocol.kafka.codec.share.ShareRecords.Source;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareRecordsTest {
    private static final int RECORDS = 10;
    private static final int VALUE_BYTES = 1_000;
    private static final Source NOTHING = (offset, maxBytes, sink) -> -1;

    private final List<ByteBuffer> stored =
            IntStream.range(0, 6).mapToObj(ShareRecordsTest::batch).toList();

    /** Ten records, and behind them the batch of the next number. */
    private static ByteBuffer batch(int number) {
        BatchBuilder batch = new BatchBuilder(Compression.NONE);
        for (int i = 0; i < RECORDS; i++) {
            batch.add(77, null, new byte[VALUE_BYTES]);
        }
        ByteBuffer built = batch.build();
        built.putLong(built.position(), (long) number * RECORDS);
        return built.slice().asReadOnlyBuffer();
    }

    private static Run run(long first, long last) {
        return new Run(first, last, 1);
    }

    private ByteBuffer together(int from, int to) {
        List<ByteBuffer> batches = stored.subList(from, to);
        ByteBuffer all = ByteBuffer.allocate(
                batches.stream().mapToInt(ByteBuffer::remaining).sum());
        batches.forEach(batch -> all.put(batch.duplicate()));
        return all.flip().asReadOnlyBuffer();
    }

    /** Lends one batch after the other, from one on and before another. */
    private Source lending(int from, int to) {
        return (offset, maxBytes, sink) -> {
            int at = (int) (offset / RECORDS);
            if (at < from || at >= to) {
                return -1;
            }
            sink.lend(stored.get(at));
            return (at + 1L) * RECORDS;
        };
    }

    /** As the newest records are given: a fresh head, and the rest out of a buffer that others use as well. */
    private long sharing(long offset, ReadSink sink) {
        ByteBuffer batch = stored.get((int) (offset / RECORDS));
        SharedBuffer buffer = new BufferPool(batch.limit(), 1).take(batch.limit());
        buffer.memory().duplicate().put(batch.duplicate());
        sink.reserve(BatchLayout.FRESH_BYTES).put(batch.slice(0, BatchLayout.FRESH_BYTES));
        sink.share(buffer.memory().slice(BatchLayout.FRESH_BYTES, batch.limit() - BatchLayout.FRESH_BYTES), buffer);
        return offset / RECORDS * RECORDS + RECORDS;
    }

    private static ByteBuffer bytes(RecordParts records) {
        ByteBuffer all = ByteBuffer.allocate(records.sizeInBytes());
        records.parts().forEach(part -> all.put(part.bytes().duplicate()));
        return all.flip();
    }

    private static ShareRecords records(Source memory, Source disk, Run... runs) {
        return new ShareRecords(List.of(runs), () -> 0, VALUE_BYTES, memory, disk);
    }

    @Test
    void whatIsLentIsNotCopied() {
        RecordParts read = records(lending(0, 6), NOTHING, run(0, 9), run(10, 19))
                .readMemory()
                .orElseThrow();
        assertThat(bytes(read)).isEqualTo(together(0, 2));
        assertThat(read.parts()).hasSize(2).allMatch(part -> part.bytes().isReadOnly());
    }

    @Test
    void batchesOfWhichNothingIsWantedAreLeftOut() {
        Source piece = (offset, maxBytes, sink) -> {
            sink.lend(together(0, 6));
            return 6 * RECORDS;
        };
        RecordParts read = records(piece, NOTHING, run(0, 9), run(10, 19), run(40, 49))
                .readMemory()
                .orElseThrow();
        ByteBuffer all = bytes(read);
        assertThat(all.slice(0, together(0, 2).limit())).isEqualTo(together(0, 2));
        assertThat(all.slice(together(0, 2).limit(), stored.get(4).limit())).isEqualTo(stored.get(4));
        assertThat(read.parts()).hasSize(2);
    }

    @Test
    void whatIsSharedIsCopiedInOnePieceWithItsHead() {
        RecordParts read = records((offset, maxBytes, sink) -> sharing(offset, sink), NOTHING, run(0, 9), run(10, 19))
                .readMemory()
                .orElseThrow();
        assertThat(bytes(read)).isEqualTo(together(0, 2));
    }

    @Test
    void eachBatchComesFromWhereItIs() {
        List<Long> fromDisk = new ArrayList<>();
        Source disk = (offset, maxBytes, sink) -> {
            fromDisk.add(offset);
            return sharing(offset, sink);
        };
        Run[] runs = {run(0, 9), run(10, 19), run(20, 29), run(30, 39)};
        assertThat(records(lending(1, 3), disk, runs).readMemory()).isEmpty();
        assertThat(bytes(records(lending(1, 3), disk, runs).readBlocking())).isEqualTo(together(0, 4));
        assertThat(fromDisk).containsExactly(0L, 30L);
    }

    @Test
    void whatCameBeforeItTurnedOutToBeMissingIsForgotten() {
        Source broken = (offset, maxBytes, sink) -> {
            sink.lend(stored.get(5));
            sink.reserve(100);
            return -1;
        };
        RecordParts read = records(broken, (offset, maxBytes, sink) -> sharing(offset, sink), run(10, 19))
                .readBlocking();
        assertThat(bytes(read)).isEqualTo(stored.get(1));
    }

    @Test
    void aTenthOfALentBatchComesWithoutTheRest() {
        ByteBuffer cut =
                bytes(records(lending(0, 6), NOTHING, run(23, 23)).readMemory().orElseThrow());
        assertThat(cut.remaining()).isLessThan(stored.get(2).limit() / 4);
        assertThat(BatchHeader.recordCount(cut, 0)).isEqualTo(1);
        assertThat(BatchHeader.baseOffset(cut, 0)).isEqualTo(20);
        assertThat(BatchHeader.hasValidCrc(cut, 0)).isTrue();
    }

    @Test
    void whatIsGoneFromTheLogIsMissing() {
        ShareRecords read =
                new ShareRecords(List.of(run(0, 9), run(10, 19)), () -> 10, VALUE_BYTES, lending(0, 6), NOTHING);
        assertThat(bytes(read.readMemory().orElseThrow())).isEqualTo(stored.get(1));
    }

    @Test
    void largePiecesOfOthersAreHeldUntilTheyAreReleased() {
        ByteBuffer all = together(0, 6);
        BufferPool pool = new BufferPool(all.limit(), 1);
        SharedBuffer buffer = pool.take(all.limit());
        buffer.memory().duplicate().put(all.duplicate());
        Source piece = (offset, maxBytes, sink) -> {
            sink.share(buffer.memory().slice(0, all.limit()), buffer);
            return 6 * RECORDS;
        };
        RecordParts read = records(piece, NOTHING, run(0, 9), run(23, 23), run(40, 49))
                .readMemory()
                .orElseThrow();
        assertThat(read.parts()).extracting(part -> part.owner() == buffer).containsExactly(true, false, true);

        buffer.release();
        assertThat(pool.outstandingBytes()).isEqualTo(all.limit());
        read.release();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void nothingIsHeldIfSomethingIsMissing() {
        ByteBuffer two = together(0, 2);
        BufferPool pool = new BufferPool(two.limit(), 1);
        Source first = (offset, maxBytes, sink) -> {
            if (offset > 0) {
                return -1;
            }
            SharedBuffer buffer = pool.take(two.limit());
            buffer.memory().duplicate().put(two.duplicate());
            sink.share(buffer.memory().slice(0, two.limit()), buffer);
            buffer.release();
            return 2 * RECORDS;
        };
        assertThat(records(first, NOTHING, run(0, 9), run(10, 19), run(20, 29)).readMemory())
                .isEmpty();
        assertThat(pool.outstandingBytes()).isZero();
    }
}
