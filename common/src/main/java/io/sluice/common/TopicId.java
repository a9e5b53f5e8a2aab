package io.sluice.common;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Identity of a topic for its whole life: a re-created topic of the same name has another one.
 *
 * @param high most significant 64 bits, as in a UUID
 * @param low least significant 64 bits
 */
public record TopicId(long high, long low) implements Comparable<TopicId> {
    /** Bytes of one id in every format. */
    public static final int LENGTH_BYTES = 16;

    /** No topic: what Kafka's protocol sends where it names a topic by name. */
    public static final TopicId ZERO = new TopicId(0, 0);

    /** Parses the text that {@link #toString()} makes; throws {@link IllegalArgumentException} on any other. */
    public static TopicId parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("a topic id has 22 characters of URL-safe Base64: " + text);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        TopicId id = new TopicId(buffer.getLong(), buffer.getLong());
        if (!id.toString().equals(text)) {
            // Padding, or bits behind the last byte: two texts of one id would be two directories of one topic.
            throw new IllegalArgumentException("not how a topic id is written: " + text);
        }
        return id;
    }

    /** Written out, as a start asks it of a hundred thousand ids before anything is compiled. */
    @Override
    public boolean equals(Object object) {
        return object instanceof TopicId other && high == other.high && low == other.low;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }

    /** 22 characters of URL-safe Base64 without padding, as Kafka's tools print it. */
    @Override
    public String toString() {
        byte[] bytes =
                ByteBuffer.allocate(LENGTH_BYTES).putLong(high).putLong(low).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public int compareTo(TopicId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
