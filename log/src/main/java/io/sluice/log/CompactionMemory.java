package io.sluice.log;

import java.nio.ByteBuffer;

/** What a thread that compacts reads into and writes from, for one pass after the other. */
public final class CompactionMemory {
    private static final int BYTES = 1 << 20;
    private static final int SMALL_BYTES = 128 << 10;

    private final ByteBuffer readWindow = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer smallWindow = readWindow.slice(0, SMALL_BYTES);
    private final ByteBuffer gathered = ByteBuffer.allocateDirect(BYTES);

    /** Two mebibytes. */
    public CompactionMemory() {}

    ByteBuffer readWindow() {
        return readWindow;
    }

    /** A part of the other, for places here and there. */
    ByteBuffer smallWindow() {
        return smallWindow;
    }

    ByteBuffer gathered() {
        return gathered;
    }
}
