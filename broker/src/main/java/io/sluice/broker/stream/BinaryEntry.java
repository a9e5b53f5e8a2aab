package io.sluice.broker.stream;

import io.sluice.broker.api.StreamSink;
import java.nio.ByteBuffer;

/** Reads the form {@code b} of {@link EntryCodec}: first whether all lengths fit, then the pairs. One thread. */
final class BinaryEntry {
    private static final int VARINT_SHIFT_MAX = 28;
    private static final int BROKEN = -1;

    private final ByteBuffer source;
    private final int start;
    private final int end;
    private int at;

    BinaryEntry(ByteBuffer source, int position, int lengthBytes) {
        this.source = source;
        start = position;
        end = position + lengthBytes;
    }

    boolean give(long ms, long seq, StreamSink sink) {
        int pairCount = check();
        if (pairCount == BROKEN) {
            return false;
        }
        at = start;
        varint();
        sink.entry(ms, seq, pairCount);
        for (int i = 0; i < 2 * pairCount; i++) {
            int lengthBytes = varint();
            sink.part(source, at, lengthBytes);
            at += lengthBytes;
        }
        return true;
    }

    private int check() {
        at = start;
        int pairCount = varint();
        if (pairCount < 0 || pairCount > (end - at) / 2) {
            return BROKEN;
        }
        for (int i = 0; i < 2 * pairCount; i++) {
            int lengthBytes = varint();
            if (lengthBytes < 0 || lengthBytes > end - at) {
                return BROKEN;
            }
            at += lengthBytes;
        }
        return at == end ? pairCount : BROKEN;
    }

    private int varint() {
        int value = 0;
        for (int shift = 0; shift <= VARINT_SHIFT_MAX && at < end; shift += 7) {
            byte next = source.get(at++);
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return BROKEN;
    }
}
