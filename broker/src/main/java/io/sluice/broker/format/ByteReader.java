package io.sluice.broker.format;

import static io.sluice.common.Check.check;

import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ByteWriter} wrote. Every length is checked against what is there: bytes that are damaged in spite of
 * the journal's CRC break an invariant ({@link BrokenInvariantException}) and not the heap. One thread.
 */
public final class ByteReader {
    private final ByteBuffer source;

    /** What was read last as shared texts. */
    private @Nullable ByteBuffer sharedBytes;

    private Map<String, String> sharedTexts = Map.of();

    /** From position to limit; the buffer itself is left as it is. */
    public ByteReader(ByteBuffer bytes) {
        source = bytes.duplicate();
    }

    /** One byte. */
    public int getByte() {
        require(1);
        return source.get();
    }

    /** Four bytes. */
    public int getInt() {
        require(Integer.BYTES);
        return source.getInt();
    }

    /** Eight bytes. */
    public long getLong() {
        require(Long.BYTES);
        return source.getLong();
    }

    /** One to ten bytes of 7 bits each, the lowest first. */
    public long getUnsigned() {
        long value = 0;
        int shift = 0;
        int next = getByte();
        while (next < 0) {
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
            check(shift < Long.SIZE, "a number has more than ten bytes");
            next = getByte();
        }
        return value | (long) next << shift;
    }

    /** Eight bytes, IEEE 754. */
    public double getDouble() {
        return Double.longBitsToDouble(getLong());
    }

    /** Sixteen bytes. */
    public TopicId getId() {
        long high = getLong();
        return new TopicId(high, getLong());
    }

    /** A 4-byte number of things of which each takes at least so many bytes. */
    public int getCount(int leastBytesEach) {
        int count = getInt();
        check(
                count >= 0 && (long) count * leastBytesEach <= source.remaining(),
                "%s things shall follow, but only %s bytes do",
                count,
                source.remaining());
        return count;
    }

    /** A 4-byte length and the bytes, copied, so that nothing keeps the source alive. */
    public byte[] getBytes() {
        return getAll(getCount(1));
    }

    /** A 2-byte length and the bytes, copied. */
    public byte[] getShortBytes() {
        require(Short.BYTES);
        int lengthBytes = Short.toUnsignedInt(source.getShort());
        require(lengthBytes);
        return getAll(lengthBytes);
    }

    private byte[] getAll(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        source.get(bytes);
        return bytes;
    }

    /** A 4-byte length and UTF-8 bytes. */
    public String getText() {
        return new String(getBytes(), StandardCharsets.UTF_8);
    }

    /** A 2-byte length and UTF-8 bytes. */
    public String getShortText() {
        return new String(getShortBytes(), StandardCharsets.UTF_8);
    }

    /** One byte, and a text unless it is 0. */
    public Optional<String> getOptionalText() {
        return getByte() == 0 ? Optional.empty() : Optional.of(getText());
    }

    /** Whether everything was read. */
    public boolean isAtEnd() {
        return !source.hasRemaining();
    }

    /** A 4-byte count and as many pairs of texts. */
    public Map<String, String> getTexts() {
        int count = getCount(2 * Integer.BYTES);
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = getText();
            texts.put(name, getText());
        }
        return texts;
    }

    /**
     * As {@link #getTexts}, in no order and not to be changed: one map as long as the bytes are the same as the last time,
     * as they are for most of many topics.
     */
    public Map<String, String> getSharedTexts() {
        int start = source.position();
        ByteBuffer last = sharedBytes;
        boolean isSame = last != null
                && last.remaining() <= source.remaining()
                && source.slice(start, last.remaining()).equals(last);
        if (last != null && isSame) {
            source.position(start + last.remaining());
        } else {
            sharedTexts = Map.copyOf(getTexts());
            sharedBytes = source.slice(start, source.position() - start);
        }
        return sharedTexts;
    }

    /** One byte: 0 fsync, 1 os, 2 memory. */
    public Durability getDurability() {
        int code = getByte();
        return switch (code) {
            case 0 -> Durability.FSYNC;
            case 1 -> Durability.OS;
            case 2 -> Durability.MEMORY;
            default -> throw new BrokenInvariantException("durability of unknown code " + code);
        };
    }

    private void require(int lengthBytes) {
        check(source.remaining() >= lengthBytes, "the bytes end %s early", lengthBytes - source.remaining());
    }
}
