package io.sluice.testkit.apifuzz;

import io.sluice.testkit.RawBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/** What producers send as records: whole batches, batches with one wrong field and a right checksum, and none at all. */
final class RecordBytes {
    private static final int MAGIC_AT = 16;
    private static final int CRC_AT = 17;
    private static final int ATTRIBUTES_AT = 21;
    private static final int PRODUCER_AT = 43;
    private static final int EPOCH_AT = 51;
    private static final int SEQUENCE_AT = 53;
    private static final int COUNT_AT = 57;
    private static final int RECORDS_AT = 61;
    private static final int BOMB_BYTES = 8 << 20;
    private static final int GZIP = 1;
    /** Two- and four-byte fields of a batch from its attributes on. */
    private static final int[] FIELDS = {
        0, 8, 12, ATTRIBUTES_AT, 23, 27, 35, PRODUCER_AT, EPOCH_AT, SEQUENCE_AT, COUNT_AT
    };

    private final SplittableRandom random;
    private final Learned learned;

    RecordBytes(SplittableRandom random, Learned learned) {
        this.random = random;
        this.learned = learned;
    }

    byte[] next() {
        return switch (random.nextInt(12)) {
            case 0 -> new byte[0];
            case 1 -> garbage();
            case 2 -> joined(batch(), batch());
            case 3 -> joined(batch(), garbage());
            case 4 -> cut(batch());
            case 5 -> compressed(random.nextInt(20) == 0 ? new byte[BOMB_BYTES] : garbage());
            case 6 -> withMagic(batch(), random.nextInt(4));
            case 7, 8 -> ofProducer(batch());
            case 9 -> withOddField(batch());
            default -> batch();
        };
    }

    /** A subscription of the consumer protocol, version 0: one topic and no data of the assignor. */
    byte[] subscription() {
        byte[] topic = "fuzz-a".getBytes(StandardCharsets.UTF_8);
        return new ByteSink()
                .int16(0)
                .int32(1)
                .int16(topic.length)
                .bytes(topic)
                .int32(-1)
                .toBytes();
    }

    private byte[] batch() {
        byte[][] values = new byte[1 + random.nextInt(5)][random.nextInt(50)];
        ByteBuffer batch = RawBatch.of(values, random.nextBoolean() ? 1_700_000_000_000L : random.nextLong());
        byte[] bytes = new byte[batch.remaining()];
        batch.get(bytes);
        return bytes;
    }

    private byte[] garbage() {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] cut(byte[] batch) {
        return new ByteSink().bytes(batch).cutTo(random.nextInt(batch.length)).toBytes();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return new ByteSink().bytes(first).bytes(second).toBytes();
    }

    private static byte[] withMagic(byte[] batch, int magic) {
        batch[MAGIC_AT] = (byte) magic;
        return batch;
    }

    private byte[] ofProducer(byte[] batch) {
        ByteBuffer view = ByteBuffer.wrap(batch);
        view.putLong(PRODUCER_AT, learned.any("producer_id", Long.class, random).orElse(0L));
        view.putShort(EPOCH_AT, (short) random.nextInt(3));
        view.putInt(SEQUENCE_AT, random.nextInt(20) == 0 ? Integer.MAX_VALUE : random.nextInt(6));
        if (random.nextInt(4) == 0) {
            view.putShort(ATTRIBUTES_AT, (short) (random.nextInt(4) << 4));
        }
        return signed(batch);
    }

    private byte[] withOddField(byte[] batch) {
        ByteBuffer view = ByteBuffer.wrap(batch);
        int at = FIELDS[random.nextInt(FIELDS.length)];
        if (random.nextBoolean()) {
            view.putShort(at, (short) random.nextInt());
        } else {
            view.putInt(at, random.nextInt());
        }
        return signed(batch);
    }

    /** One batch whose records are whatever comes out of these bytes. */
    private byte[] compressed(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] head = cutHead(batch());
        byte[] batch = joined(head, packed.toByteArray());
        ByteBuffer.wrap(batch).putInt(8, batch.length - 12).putShort(ATTRIBUTES_AT, (short) GZIP);
        return signed(batch);
    }

    private static byte[] cutHead(byte[] batch) {
        return new ByteSink().bytes(batch).cutTo(RECORDS_AT).toBytes();
    }

    private static byte[] signed(byte[] batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch, ATTRIBUTES_AT, batch.length - ATTRIBUTES_AT);
        ByteBuffer.wrap(batch).putInt(CRC_AT, (int) crc.getValue());
        return batch;
    }
}
