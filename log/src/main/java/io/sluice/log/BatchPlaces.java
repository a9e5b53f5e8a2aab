package io.sluice.log;

import java.util.Arrays;

/** Where the batches of a segment begin, 8 bytes each, so that those nobody needs need not be read again. Used by one thread. */
final class BatchPlaces {
    private static final int FIRST_COUNT = 256;

    private final long baseOffset;
    private int[] filePositions = new int[FIRST_COUNT];
    private int[] offsetDeltas = new int[FIRST_COUNT];
    private int count;
    private long endOffset;

    BatchPlaces(long segmentBaseOffset) {
        this.baseOffset = segmentBaseOffset;
    }

    /** A batch that begins there and ends below the offset. */
    void add(Place place, long batchEndOffset) {
        endOffset = batchEndOffset;
        if (count == filePositions.length) {
            filePositions = Arrays.copyOf(filePositions, 2 * count);
            offsetDeltas = Arrays.copyOf(offsetDeltas, 2 * count);
        }
        filePositions[count] = (int) place.filePosition();
        offsetDeltas[count++] = (int) (place.offset() - baseOffset);
    }

    long sizeBytes() {
        return 2L * Integer.BYTES * filePositions.length;
    }

    int count() {
        return count;
    }

    Place place(int number) {
        return new Place(filePositions[number], baseOffset(number));
    }

    long baseOffset(int number) {
        return baseOffset + offsetDeltas[number];
    }

    long lastOffset(int number) {
        return (number + 1 < count ? baseOffset(number + 1) : endOffset) - 1;
    }
}
