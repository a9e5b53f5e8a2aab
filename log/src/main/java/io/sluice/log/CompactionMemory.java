package io.sluice.log;

import java.nio.ByteBuffer;

/** What a thread that compacts reads into and writes from, for one pass after the other. */
public final class CompactionMemory {
    private static final int BYTES = 1 << 20;

    private final ByteBuffer readWindow = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer gathered = ByteBuffer.allocateDirect(BYTES);

    /** Two mebibytes. */
    public CompactionMemory() {}

    ByteBuffer readWindow() {
        return readWindow;
    }

    ByteBuffer gathered() {
        return gathered;
    }
}
