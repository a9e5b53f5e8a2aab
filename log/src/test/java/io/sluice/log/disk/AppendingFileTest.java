package io.sluice.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.BufferPool;
import io.sluice.common.SharedBuffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends of every size, through the page cache and past it, beside readers of the same blocks. */
class AppendingFileTest {
    private static final int FILE_BYTES = 48 << 20;

    @TempDir
    Path directory;

    /** The byte that belongs at a position. */
    private static byte expected(long position) {
        return (byte) (position * 31 + (position >>> 8) + (position >>> 16) * 7);
    }

    private static ByteBuffer piece(long position, int lengthBytes) {
        ByteBuffer piece = ByteBuffer.allocateDirect(lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            piece.put(i, expected(position + i));
        }
        return piece;
    }

    private static ByteBuffer[] pieces(SplittableRandom random, long position) {
        int[] sizesMax = {10, 5_000, 90_000, 1_500_000};
        List<ByteBuffer> pieces = new ArrayList<>();
        long at = position;
        for (int left = random.nextInt(1, 6); left > 0; left--) {
            int lengthBytes = random.nextInt(1, sizesMax[random.nextInt(sizesMax.length)] + 1);
            pieces.add(piece(at, lengthBytes));
            at += lengthBytes;
        }
        return pieces.toArray(ByteBuffer[]::new);
    }

    private static void check(DiskFile file, long from, int lengthBytes) {
        ByteBuffer read = ByteBuffer.allocateDirect(lengthBytes);
        assertThat(file.read(read, from)).isEqualTo(lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            if (read.get(i) != expected(from + i)) {
                throw new AssertionError("wrong byte at " + (from + i));
            }
        }
    }

    @Test
    void readersNextToTheEndSeeEveryByteThatWasPublished() throws Exception {
        Path path = directory.resolve("grows");
        RealDisk disk = new RealDisk();
        disk.create(path).close();
        AtomicLong published = new AtomicLong();
        try (DiskFile file = disk.openForAppending(path);
                ExecutorService executor = Executors.newFixedThreadPool(2)) {
            List<Future<?>> readers = List.of(
                    executor.submit(() -> readUntilFull(file, published, 1)),
                    executor.submit(() -> readUntilFull(file, published, 2)));
            SplittableRandom random = new SplittableRandom(42);
            while (published.get() < FILE_BYTES) {
                ByteBuffer[] pieces = pieces(random, published.get());
                long lengthBytes = 0;
                for (ByteBuffer piece : pieces) {
                    lengthBytes += piece.remaining();
                }
                file.write(pieces, published.get());
                published.addAndGet(lengthBytes);
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
            file.sync();
        }
        try (DiskFile file = disk.open(path)) {
            check(file, 0, FILE_BYTES);
        }
    }

    private static void readUntilFull(DiskFile file, AtomicLong published, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        while (published.get() < FILE_BYTES) {
            long end = published.get();
            int lengthBytes = (int) Math.min(end, random.nextInt(1, 9_000));
            check(file, end - lengthBytes, lengthBytes);
        }
    }

    @Test
    void aWriterGoesOnInTheMiddleOfABlock() {
        Path path = directory.resolve("reopened");
        RealDisk disk = new RealDisk();
        disk.create(path).close();
        long end = 0;
        for (int lengthBytes : new int[] {70_001, 3, 100_000, 4_096, 65_536, 1}) {
            try (DiskFile file = disk.openForAppending(path)) {
                file.write(piece(end, lengthBytes), end);
                end += lengthBytes;
                check(file, 0, (int) end);
                assertThat(file.sizeBytes()).isBetween(end, end + DirectAccess.BLOCK_BYTES);
            }
        }
        try (DiskFile file = disk.openForAppending(path)) {
            file.truncate(70_000);
            file.write(piece(70_000, 200_000), 70_000);
            check(file, 0, 270_000);
        }
    }

    @Test
    void nothingOfAnotherFileGetsIntoAHole() {
        RealDisk disk = new RealDisk();
        Path other = directory.resolve("other");
        Path damaged = directory.resolve("damaged");
        disk.create(other).close();
        disk.create(damaged).close();
        try (DiskFile file = disk.openForAppending(other)) {
            file.write(piece(0, 100_000), 0);
        }

        try (DiskFile file = disk.openForAppending(damaged)) {
            file.write(piece(5_000, 100_000), 5_000);

            ByteBuffer hole = ByteBuffer.allocate(5_000);
            assertThat(file.read(hole, 0)).isEqualTo(5_000);
            assertThat(hole.array()).containsOnly(0);
            check(file, 5_000, 100_000);
        }
    }

    @Test
    void largeReadsSeeWhatWasWrittenEitherWayAndReadersNextToTheEndToo() {
        RealDisk disk = new RealDisk();
        Path path = directory.resolve("read");
        disk.create(path).close();
        SplittableRandom random = new SplittableRandom(6);
        BufferPool pool = new BufferPool((2 << 20) + DiskFile.SPARE_BYTES, 1);
        SharedBuffer buffer = pool.take(1);
        long length = 0;
        try (DiskFile file = disk.openForAppending(path)) {
            for (int append = 0; append < 60; append++) {
                ByteBuffer[] pieces = pieces(random, length);
                long lengthBytes =
                        Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum();
                file.write(pieces, length);
                length += lengthBytes;

                int readBytes = (int) Math.min(length, random.nextInt(1, 2 << 20));
                long from = random.nextBoolean() ? length - readBytes : random.nextLong(length - readBytes + 1);
                ByteBuffer read = file.readInto(buffer.memory(), from, readBytes);
                assertThat(read.remaining()).isEqualTo(readBytes);
                for (int i = 0; i < readBytes; i++) {
                    if (read.get(i) != expected(from + i)) {
                        throw new AssertionError("wrong byte at " + (from + i));
                    }
                }
            }
            file.truncate(length);
            assertThat(file.readInto(buffer.memory(), length - 300_001, 600_000).remaining())
                    .isEqualTo(300_001);
            assertThat(file.readInto(buffer.memory(), length + 5, 600_000).remaining())
                    .isZero();
        }
        buffer.release();
    }

    @Test
    void aScanSeesWhatWasWrittenEitherWayFromAnyPositionOn() {
        RealDisk disk = new RealDisk();
        Path path = directory.resolve("scanned");
        disk.create(path).close();
        SplittableRandom random = new SplittableRandom(5);
        long length = 0;
        try (DiskFile file = disk.openForAppending(path)) {
            for (int append = 0; append < 20; append++) {
                ByteBuffer[] pieces = pieces(random, length);
                long lengthBytes =
                        Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum();
                file.write(pieces, length);
                length += lengthBytes;
            }
            file.truncate(length);
        }
        for (int scan = 0; scan < 4; scan++) {
            try (ExecutorService other = Executors.newSingleThreadExecutor();
                    DiskFile scanned = disk.openForScanning(path, scan % 2 == 0 ? other : Runnable::run)) {
                for (int read = 0; read < 20; read++) {
                    long from = random.nextLong(length);
                    check(scanned, from, (int) Math.min(length - from, random.nextInt(3_000_000)));
                }
                int lengthBytes;
                for (long from = random.nextLong(length); from < length; from += lengthBytes) {
                    lengthBytes = (int) Math.min(length - from, random.nextInt(900_000, 1_200_000));
                    check(scanned, from, lengthBytes);
                }
                assertThat(scanned.read(ByteBuffer.allocate(10), length - 3)).isEqualTo(3);
                assertThat(scanned.read(ByteBuffer.allocate(10), length)).isZero();
                assertThat(scanned.read(ByteBuffer.allocate(10), length + 50_000))
                        .isZero();
            }
        }
    }
}
