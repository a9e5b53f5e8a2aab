package io.sluice.log.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The fast scan and the cursor are two opinions on the same bytes. */
class PlainRecordScanTest {
    @Property(tries = 3_000)
    void scanAndCursorAgreeOnAnyBytes(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer batch = batch(random);
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            int at = BatchLayout.RECORDS + random.nextInt(batch.limit() - BatchLayout.RECORDS);
            batch.put(at, random.nextBoolean() ? (byte) random.nextInt() : (byte) (batch.get(at) + 1));
        }
        boolean keysRequired = random.nextInt(3) == 0;
        PlainRecordScan scan = new PlainRecordScan();

        List<Long> timestamps = walk(batch, keysRequired);

        assertThat(scan.isGood(batch, 0, keysRequired)).isEqualTo(!timestamps.isEmpty());
        if (!timestamps.isEmpty()) {
            timestamps.removeIf(timestamp -> timestamp == -1);
            assertThat(scan.minTimestampMs())
                    .isEqualTo(timestamps.stream().mapToLong(t -> t).min().orElse(-1));
            assertThat(scan.maxTimestampMs())
                    .isEqualTo(Math.max(
                            -1, timestamps.stream().mapToLong(t -> t).max().orElse(-1)));
        }
    }

    private static ByteBuffer batch(Random random) {
        BatchBuilder builder = new BatchBuilder(Compression.NONE);
        int count = 1 + random.nextInt(random.nextInt(20) == 0 ? 200 : 6);
        for (int index = 0; index < count; index++) {
            List<RecordHeader> headers = new ArrayList<>();
            for (int header = random.nextInt(3); header > 0; header--) {
                headers.add(new RecordHeader("k" + header, random.nextBoolean() ? null : new byte[random.nextInt(90)]));
            }
            byte[] key = random.nextInt(4) == 0 ? null : new byte[random.nextInt(80)];
            byte[] value = random.nextInt(4) == 0 ? null : new byte[random.nextInt(200)];
            builder.add(random.nextInt(9) == 0 ? random.nextLong() : random.nextInt(5_000) - 1, key, value, headers);
        }
        return builder.build();
    }

    /** Timestamps of all records; empty if the cursor finds the batch malformed. */
    private static List<Long> walk(ByteBuffer batch, boolean keysRequired) {
        List<Long> timestamps = new ArrayList<>();
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(batch, 0, 0);
            while (cursor.next()) {
                if (cursor.offsetDelta() != timestamps.size() || (keysRequired && cursor.keyLength() < 0)) {
                    return List.of();
                }
                timestamps.add(cursor.timestampMs());
            }
            return timestamps;
        } catch (MalformedBatchException malformed) {
            return List.of();
        }
    }
}
