package io.sluice.broker.api;

import java.nio.ByteBuffer;

/** Takes entries as they are read. One thread at a time. */
public interface StreamSink {
    /** An entry begins: twice as many calls of {@link #part} follow as it has pairs. */
    void entry(long ms, long seq, int pairCount);

    /** The next field name or value; the bytes are read by absolute access, before this returns. */
    void part(ByteBuffer source, int position, int lengthBytes);
}
