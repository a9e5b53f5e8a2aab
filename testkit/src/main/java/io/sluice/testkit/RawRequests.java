package io.sluice.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whole request frames (length, header, body) in direct buffers, built once and sent many times; only correlation id
 * and fetch offset are patched. Encodings as in Kafka's message specifications (ProduceRequest.json and so on).
 */
public final class RawRequests {
    /** Place of the correlation id in every frame. */
    static final int CORRELATION_AT = 8;

    private static final byte[] CLIENT_ID = "raw".getBytes(StandardCharsets.UTF_8);
    private static final int SMALL_BYTES = 512;

    private RawRequests() {}

    /**
     * Records for one partition.
     *
     * @param partition partition number
     * @param batch one record batch v2
     */
    public record PartitionBatch(int partition, ByteBuffer batch) {}

    /** Produce v9 of one topic; {@code acks} 1 or -1. */
    public static ByteBuffer produce(String topic, short acks, List<PartitionBatch> batches) {
        int size = SMALL_BYTES + topic.length();
        for (PartitionBatch batch : batches) {
            size += batch.batch().remaining() + 16;
        }
        ByteBuffer frame = flexible(size, 0, 9);
        Varints.putUnsigned(frame, 0);
        frame.putShort(acks).putInt(30_000);
        Varints.putUnsigned(frame, 2);
        putCompact(frame, topic);
        Varints.putUnsigned(frame, batches.size() + 1);
        for (PartitionBatch batch : batches) {
            frame.putInt(batch.partition());
            Varints.putUnsigned(frame, batch.batch().remaining() + 1);
            frame.put(batch.batch().duplicate());
            frame.put((byte) 0);
        }
        frame.put((byte) 0).put((byte) 0);
        return finish(frame);
    }

    /**
     * Limits of a fetch.
     *
     * @param maxWaitMs how long the broker may wait for {@code minBytes}
     * @param minBytes what is worth an answer
     * @param maxBytes most record bytes of an answer
     */
    public record FetchLimits(int maxWaitMs, int minBytes, int maxBytes) {}

    /** A fetch frame and where its offset stands. */
    public record Fetch(ByteBuffer frame, int offsetAt) {
        /** The frame, asking from {@code offset}. */
        public ByteBuffer from(long offset) {
            return frame.putLong(offsetAt, offset);
        }
    }

    /** Fetch v12 of one partition outside any session (KIP-227). */
    public static Fetch fetch(String topic, int partition, FetchLimits limits) {
        ByteBuffer frame = flexible(SMALL_BYTES + topic.length(), 1, 12);
        frame.putInt(-1).putInt(limits.maxWaitMs()).putInt(limits.minBytes()).putInt(limits.maxBytes());
        frame.put((byte) 0).putInt(0).putInt(-1);
        Varints.putUnsigned(frame, 2);
        putCompact(frame, topic);
        Varints.putUnsigned(frame, 2);
        frame.putInt(partition).putInt(-1);
        int offsetAt = frame.position();
        frame.putLong(0).putInt(-1).putLong(-1).putInt(limits.maxBytes()).put((byte) 0);
        frame.put((byte) 0);
        Varints.putUnsigned(frame, 1);
        Varints.putUnsigned(frame, 1);
        frame.put((byte) 0);
        return new Fetch(finish(frame), offsetAt);
    }

    /** Metadata v1 of all topics ({@code topics} empty: of none, the brokers only). */
    public static ByteBuffer metadata(List<String> topics) {
        ByteBuffer frame = plain(SMALL_BYTES + topics.size() * 260, 3, 1);
        frame.putInt(topics.size());
        topics.forEach(topic -> put(frame, topic));
        return finish(frame);
    }

    /** ListOffsets v1: the end offsets of partitions 0 to {@code partitions} - 1. */
    public static ByteBuffer endOffsets(String topic, int partitions) {
        ByteBuffer frame = plain(SMALL_BYTES + topic.length() + partitions * 12, 2, 1);
        frame.putInt(-1).putInt(1);
        put(frame, topic);
        frame.putInt(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            frame.putInt(partition).putLong(-1);
        }
        return finish(frame);
    }

    private static ByteBuffer plain(int size, int apiKey, int version) {
        ByteBuffer frame = ByteBuffer.allocateDirect(size);
        frame.putInt(0).putShort((short) apiKey).putShort((short) version).putInt(0);
        return frame.putShort((short) CLIENT_ID.length).put(CLIENT_ID);
    }

    // Request header v2 ends with tagged fields.
    private static ByteBuffer flexible(int size, int apiKey, int version) {
        return plain(size, apiKey, version).put((byte) 0);
    }

    private static ByteBuffer finish(ByteBuffer frame) {
        frame.flip();
        return frame.putInt(0, frame.limit() - 4);
    }

    private static void put(ByteBuffer frame, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        frame.putShort((short) bytes.length).put(bytes);
    }

    private static void putCompact(ByteBuffer frame, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Varints.putUnsigned(frame, bytes.length + 1);
        frame.put(bytes);
    }
}
