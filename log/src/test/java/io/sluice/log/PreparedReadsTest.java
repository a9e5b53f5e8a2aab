package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.BufferPool;
import io.sluice.log.disk.DiskException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PreparedReadsTest {
    private static final Path FILE = Path.of("/p/0.log");
    private static final int BUFFER_BYTES = 100;

    private final BufferPool pool = new BufferPool(BUFFER_BYTES, 0);
    private final PreparedReads prepared = new PreparedReads();

    private PreparedReads.Piece piece(long offset) {
        return new PreparedReads.Piece(ByteBuffer.allocate(10), new Place(offset * 10, offset), pool.take(1));
    }

    private static void release(PreparedReads.Piece piece) {
        assertThat(piece).isNotNull();
        piece.buffer().release();
    }

    @Test
    void aPieceIsTakenOnceByWhoGoesOnThere() {
        prepared.prepare(FILE, 5, () -> piece(5));

        assertThat(prepared.takeNow(FILE, 4)).isNull();
        assertThat(prepared.takeNow(Path.of("/p/1.log"), 5)).isNull();
        assertThat(prepared.heldBytes()).isEqualTo(BUFFER_BYTES);
        release(prepared.takeNow(FILE, 5));
        assertThat(prepared.takeNow(FILE, 5)).isNull();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void whatIsThereIsNotReadAgain() {
        prepared.prepare(FILE, 5, () -> piece(5));
        prepared.prepare(FILE, 5, () -> {
            throw new AssertionError("read again");
        });
        prepared.put(FILE, piece(5));

        release(prepared.take(FILE, 5));
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void onlyWhoMayBlockWaitsForAPieceOnItsWay() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch hasBegun = new CountDownLatch(1);
        CompletableFuture<Void> preparing = CompletableFuture.runAsync(() -> prepared.prepare(FILE, 5, () -> {
            hasBegun.countDown();
            mayEndNow(mayEnd);
            return piece(5);
        }));
        hasBegun.await();

        assertThat(prepared.takeNow(FILE, 5)).isNull();
        CompletableFuture<PreparedReads.Piece> waiting = CompletableFuture.supplyAsync(() -> prepared.take(FILE, 5));
        mayEnd.countDown();
        release(waiting.get());
        preparing.get();
    }

    private static void mayEndNow(CountDownLatch mayEnd) {
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aReadThatFailsLeavesNothingBehind() {
        assertThatThrownBy(() -> prepared.prepare(FILE, 5, () -> {
                    throw new DiskException("refused", null);
                }))
                .isInstanceOf(DiskException.class);
        prepared.prepare(FILE, 6, () -> null);

        assertThat(prepared.take(FILE, 5)).isNull();
        assertThat(prepared.take(FILE, 6)).isNull();
        prepared.prepare(FILE, 5, () -> piece(5));
        release(prepared.take(FILE, 5));
    }

    @Test
    void aForgottenFilesPiecesAreReleasedAlsoThoseOnTheirWay() {
        prepared.prepare(FILE, 5, () -> piece(5));
        prepared.prepare(FILE, 6, () -> {
            prepared.forget(FILE);
            return piece(6);
        });

        assertThat(prepared.take(FILE, 5)).isNull();
        assertThat(prepared.take(FILE, 6)).isNull();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void readersBeyondThePlacesAreTurnedAwayUntilAPieceCountsAsForgotten() {
        for (int offset = 0; offset < 8; offset++) {
            int at = offset;
            prepared.prepare(FILE, at, () -> piece(at));
        }
        for (int refused = 0; refused < 64; refused++) {
            prepared.prepare(FILE, 100, () -> {
                throw new AssertionError("there is no place");
            });
        }
        prepared.prepare(FILE, 100, () -> piece(100));

        release(prepared.takeNow(FILE, 100));
        assertThat(prepared.heldBytes()).isEqualTo(7 * BUFFER_BYTES);
        prepared.forget(FILE);
        assertThat(pool.outstandingBytes()).isZero();
    }
}
