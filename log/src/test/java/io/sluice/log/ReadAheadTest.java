package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.RealDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAheadTest {
    private static final int MIB = 1 << 20;

    private record Asked(long fromMib, long lengthMib) {}

    /** Remembers what it is asked for. */
    private static final class Watched implements DiskFile {
        private final List<Asked> asked = new ArrayList<>();

        @Override
        public void prefetch(long filePosition, long lengthBytes) {
            asked.add(new Asked(filePosition / MIB, lengthBytes / MIB));
        }

        @Override
        public int read(ByteBuffer destination, long filePosition) {
            throw new AssertionError();
        }

        @Override
        public void write(ByteBuffer[] sources, long filePosition) {
            throw new AssertionError();
        }

        @Override
        public void write(ByteBuffer source, long filePosition) {
            throw new AssertionError();
        }

        @Override
        public void sync() {
            throw new AssertionError();
        }

        @Override
        public void startWriteBack() {
            throw new AssertionError();
        }

        @Override
        public long sizeBytes() {
            throw new AssertionError();
        }

        @Override
        public void truncate(long lengthBytes) {
            throw new AssertionError();
        }

        @Override
        public void close() {
            throw new AssertionError();
        }
    }

    @Test
    void whoReadsAllAsksForEachWindowOnceAndForNothingBehindTheEnd() {
        Watched file = new Watched();

        for (int mib = 0; mib < 18; mib++) {
            ReadAhead.reading(file, (long) mib * MIB, MIB, 18L * MIB);
        }

        assertThat(file.asked).containsExactly(new Asked(0, 8), new Asked(8, 4), new Asked(12, 4), new Asked(16, 2));
    }

    @Test
    void aLookUpAsksForNothing() {
        Watched file = new Watched();

        ReadAhead.reading(file, 0, 64 << 10, 18L * MIB);

        assertThat(file.asked).isEmpty();
    }

    @Test
    void aSmallFileIsNotWorthAsking() {
        Watched file = new Watched();

        ReadAhead.reading(file, 0, MIB, MIB);

        assertThat(file.asked).isEmpty();
    }

    @Test
    void theSystemTakesTheHintForAFileThatIsThereAndForOneThatIsGone(@TempDir Path directory) {
        Disk disk = new RealDisk();
        Path path = directory.resolve("file");
        try (DiskFile file = disk.create(path)) {
            file.write(ByteBuffer.allocate(MIB), 0);

            file.prefetch(0, MIB);
            disk.delete(path);
            file.prefetch(0, MIB);

            assertThat(file.read(ByteBuffer.allocate(MIB), 0)).isEqualTo(MIB);
        }
    }
}
