package io.sluice.cli.letters;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which offsets of a partition were dealt with: all below a position, and ranges above it. As text, so that it fits beside a
 * committed offset: {@code 1;} and for each range {@code gap.length}, numbers to base 36, commas between.
 */
final class HandledOffsets {
    private static final String FORMAT = "1;";
    private static final String RANGE = "[0-9a-z]{1,12}\\.[0-9a-z]{1,12}";
    private static final int RADIX = 36;

    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private long position;

    /** Nothing but what lies below the position. */
    HandledOffsets(long position) {
        this.position = position;
    }

    /** What {@link #text} wrote; text of somebody else is as good as none. */
    static HandledOffsets read(long position, String text) {
        HandledOffsets read = new HandledOffsets(position);
        if (!text.matches("1;(" + RANGE + "(," + RANGE + ")*)?")) {
            return read;
        }
        long at = position;
        for (String range : text.substring(FORMAT.length()).split(",", -1)) {
            int dot = range.indexOf('.');
            if (dot > 0) {
                long first = at + Long.parseLong(range.substring(0, dot), RADIX);
                at = first + Long.parseLong(range.substring(dot + 1), RADIX);
                read.ends.put(first, at);
            }
        }
        return read;
    }

    long position() {
        return position;
    }

    boolean contains(long offset) {
        Map.Entry<Long, Long> range = ends.floorEntry(offset);
        return offset < position || range != null && offset < range.getValue();
    }

    void add(long offset) {
        addRange(offset, offset + 1);
    }

    /** The ranges that it touches become one with it. */
    private void addRange(long first, long end) {
        long from = first;
        long to = end;
        Map.Entry<Long, Long> touched = ends.floorEntry(to);
        while (touched != null && touched.getValue() >= from) {
            from = Math.min(from, touched.getKey());
            to = Math.max(to, touched.getValue());
            ends.remove(touched.getKey());
            touched = ends.floorEntry(to);
        }
        ends.put(from, to);
        shift(position);
    }

    /** What the other one has as well. */
    void addAll(HandledOffsets other) {
        other.ends.forEach(this::addRange);
        shift(other.position);
    }

    boolean isSameAs(HandledOffsets other) {
        return position == other.position && ends.equals(other.ends);
    }

    /** Nothing is left below the offset. */
    void shift(long start) {
        position = Math.max(position, start);
        while (!ends.isEmpty() && ends.firstKey() <= position) {
            position = Math.max(position, ends.pollFirstEntry().getValue());
        }
    }

    String text() {
        StringBuilder text = new StringBuilder(FORMAT);
        long at = position;
        for (Map.Entry<Long, Long> range : ends.entrySet()) {
            text.append(text.length() == FORMAT.length() ? "" : ",")
                    .append(Long.toString(range.getKey() - at, RADIX))
                    .append('.')
                    .append(Long.toString(range.getValue() - range.getKey(), RADIX));
            at = range.getValue();
        }
        return text.toString();
    }
}
