package io.sluice.cli.records;

import java.util.List;
import java.util.TreeMap;

/**
 * What the broker acknowledged, per partition. The producer's sender thread adds, the command's thread reads; both take
 * this object's lock, which is a leaf.
 */
public final class OffsetRanges {

    /**
     * The acknowledged records of one partition.
     *
     * @param partition its number
     * @param records how many were acknowledged
     * @param firstOffset the lowest offset, -1 when the broker was not asked for acknowledgements
     * @param lastOffset the highest offset, -1 likewise; records of other producers may lie between
     */
    public record Range(int partition, long records, long firstOffset, long lastOffset) {

        private Range with(long offset) {
            return new Range(partition, records + 1, Math.min(firstOffset, offset), Math.max(lastOffset, offset));
        }
    }

    private final TreeMap<Integer, Range> byPartition = new TreeMap<>();
    private long records;
    private long sizeBytes;

    /** Counts one acknowledged record of {@code recordBytes} bytes. */
    public synchronized void add(int partition, long offset, long recordBytes) {
        byPartition.merge(partition, new Range(partition, 1, offset, offset), (range, one) -> range.with(offset));
        records++;
        sizeBytes += recordBytes;
    }

    /** How many records were acknowledged. */
    public synchronized long records() {
        return records;
    }

    /** The size of their keys and values. */
    public synchronized long sizeBytes() {
        return sizeBytes;
    }

    /** The ranges by partition number. */
    public synchronized List<Range> ranges() {
        return List.copyOf(byPartition.values());
    }
}
