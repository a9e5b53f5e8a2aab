package io.sluice.protocol.kafka.codec;

import io.sluice.common.HeldBytes;
import java.util.List;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/**
 * Whole batches that lie in several buffers, for an answer that {@link ColdAnswer} writes. Holds a reference of each owner until
 * {@link #release}.
 *
 * @param parts one after the other
 * @param sizeInBytes of all together
 */
public record RecordParts(List<HeldBytes> parts, int sizeInBytes) implements BaseRecords {
    /** Nothing. */
    public static final RecordParts NONE = of(List.of());

    public RecordParts {
        parts = List.copyOf(parts);
    }

    /** Takes over one reference of each owner. */
    public static RecordParts of(List<HeldBytes> parts) {
        return new RecordParts(
                parts, parts.stream().mapToInt(part -> part.bytes().remaining()).reduce(0, Math::addExact));
    }

    /** Bytes of parts that have an owner. */
    int sharedBytes() {
        return parts.stream()
                .filter(part -> part.owner() != null)
                .mapToInt(part -> part.bytes().remaining())
                .sum();
    }

    /** Lets go of the memory, once. */
    public void release() {
        parts.forEach(HeldBytes::release);
    }

    /** Not how this broker sends: throws {@link UnsupportedOperationException}. */
    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
        throw new UnsupportedOperationException("records are written with their answer");
    }
}
