package io.sluice.testkit;

import java.nio.ByteBuffer;

/**
 * Answers to {@link RawRequests}, read in place. Every method takes a frame without its length, at its correlation id,
 * and throws {@link IllegalStateException} if the answer is not of the expected shape.
 */
public final class RawResponses {
    private RawResponses() {}

    /** Error code of a whole produce answer: the first partition error that is not 0, else 0. Takes Produce v9. */
    public static short produceError(ByteBuffer frame) {
        ByteBuffer in = frame.duplicate();
        skipFlexibleHeader(in);
        int topics = Varints.getUnsigned(in) - 1;
        for (int topic = 0; topic < topics; topic++) {
            skip(in, Varints.getUnsigned(in) - 1);
            int partitions = Varints.getUnsigned(in) - 1;
            for (int i = 0; i < partitions; i++) {
                short error = producePartition(in);
                if (error != 0) {
                    return error;
                }
            }
            skipTags(in);
        }
        return 0;
    }

    /** Throws {@link IllegalStateException} unless a produce answer has no error. Takes Produce v9. */
    public static void requireAcknowledged(ByteBuffer frame) {
        short error = produceError(frame);
        if (error != 0) {
            throw new IllegalStateException("produce fails with error " + error);
        }
    }

    private static short producePartition(ByteBuffer in) {
        skip(in, 4);
        short error = in.getShort();
        skip(in, 8 + 8 + 8);
        int recordErrors = Varints.getUnsigned(in) - 1;
        if (recordErrors > 0) {
            return error;
        }
        skip(in, Math.max(0, Varints.getUnsigned(in) - 1));
        skipTags(in);
        return error;
    }

    /**
     * What a fetch of one partition brought.
     *
     * @param error the request's or the partition's error code
     * @param highWatermark end of what may be read
     * @param recordBytes size of the records
     * @param nextOffset offset after the last whole batch, or -1 without one
     */
    public record Fetched(short error, long highWatermark, int recordBytes, long nextOffset) {}

    /** Reads a Fetch v12 answer for one partition; batches are walked by their headers only. */
    public static Fetched fetched(ByteBuffer frame) {
        ByteBuffer in = frame.duplicate();
        skipFlexibleHeader(in);
        skip(in, 4);
        short error = in.getShort();
        skip(in, 4);
        if (error != 0 || Varints.getUnsigned(in) < 2) {
            return new Fetched(error, -1, 0, -1);
        }
        skip(in, Varints.getUnsigned(in) - 1);
        Varints.getUnsigned(in);
        skip(in, 4);
        short partitionError = in.getShort();
        long highWatermark = in.getLong();
        skip(in, 8 + 8);
        int aborted = Varints.getUnsigned(in) - 1;
        skip(in, Math.max(0, aborted) * 17 + 4);
        int recordBytes = Math.max(0, Varints.getUnsigned(in) - 1);
        return new Fetched(partitionError, highWatermark, recordBytes, nextOffset(in, recordBytes));
    }

    private static long nextOffset(ByteBuffer in, int recordBytes) {
        int position = in.position();
        int end = position + recordBytes;
        long next = -1;
        while (end - position >= RawBatch.HEADER_BYTES) {
            int size = in.getInt(position + 8) + 12;
            if (size < RawBatch.HEADER_BYTES || position + size > end) {
                break;
            }
            next = in.getLong(position) + in.getInt(position + 23) + 1;
            position += size;
        }
        return next;
    }

    /** Number of brokers in a Metadata v1 answer. */
    public static int brokerCount(ByteBuffer frame) {
        return frame.getInt(frame.position() + 4);
    }

    /** How many partitions of a ListOffsets v1 answer for one topic have an end offset and no error. */
    public static int partitionsWithEnd(ByteBuffer frame) {
        ByteBuffer in = frame.duplicate();
        skip(in, 4);
        int answered = 0;
        int topics = in.getInt();
        for (int topic = 0; topic < topics; topic++) {
            skip(in, in.getShort());
            int partitions = in.getInt();
            for (int i = 0; i < partitions; i++) {
                skip(in, 4);
                short error = in.getShort();
                skip(in, 8);
                long offset = in.getLong();
                answered += error == 0 && offset >= 0 ? 1 : 0;
            }
        }
        return answered;
    }

    private static void skipFlexibleHeader(ByteBuffer in) {
        skip(in, 4);
        skipTags(in);
    }

    private static void skipTags(ByteBuffer in) {
        int count = Varints.getUnsigned(in);
        for (int i = 0; i < count; i++) {
            Varints.getUnsigned(in);
            skip(in, Varints.getUnsigned(in));
        }
    }

    private static void skip(ByteBuffer in, int bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new IllegalStateException("an answer that ends " + bytes + " bytes too early");
        }
        in.position(in.position() + bytes);
    }
}
