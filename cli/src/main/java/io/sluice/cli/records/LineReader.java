package io.sluice.cli.records;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream at line feeds and nothing else, so that the bytes of a line arrive in the topic as they were. A
 * last line without a line feed counts; memory is bounded by the longest line allowed. For one thread.
 */
public final class LineReader {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream input;
    private final int lineBytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private byte[] line = new byte[1024];
    private int lineLength;

    /** Reads {@code input}; a line longer than {@code lineBytesMax} is an error rather than memory. */
    public LineReader(InputStream input, int lineBytesMax) {
        this.input = input;
        this.lineBytesMax = lineBytesMax;
    }

    /**
     * The next line without its line feed, or null at the end of the stream.
     *
     * @throws RecordSyntaxException when the line is too long
     */
    public byte @Nullable [] next() throws IOException {
        lineLength = 0;
        boolean sawBytes = false;
        while (position < limit || fill()) {
            sawBytes = true;
            int end = indexOfLineFeed();
            append(end);
            if (end < limit) {
                position = end + 1;
                return Arrays.copyOf(line, lineLength);
            }
            position = limit;
        }
        return sawBytes ? Arrays.copyOf(line, lineLength) : null;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, input.read(buffer));
        return limit > 0;
    }

    private int indexOfLineFeed() {
        int index = position;
        while (index < limit && buffer[index] != '\n') {
            index++;
        }
        return index;
    }

    private void append(int end) {
        int count = end - position;
        if (count > lineBytesMax - lineLength) {
            throw new RecordSyntaxException("longer than " + lineBytesMax + " bytes, the largest record allowed");
        }
        if (lineLength + count > line.length) {
            line = Arrays.copyOf(line, Math.max(lineLength + count, Math.min(lineBytesMax, line.length * 2)));
        }
        System.arraycopy(buffer, position, line, lineLength, count);
        lineLength += count;
    }
}
