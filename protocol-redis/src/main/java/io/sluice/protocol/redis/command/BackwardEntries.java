package io.sluice.protocol.redis.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.broker.api.StreamSink;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Entries as they are read, to be written last first. One thread. */
final class BackwardEntries implements StreamSink {
    private final ByteBuf bytes = Unpooled.buffer();
    private final List<Integer> starts = new ArrayList<>();
    private final ReplyWriter writer;

    BackwardEntries(boolean isVersion3) {
        writer = new ReplyWriter(bytes, isVersion3);
    }

    int count() {
        return starts.size();
    }

    int lengthBytes() {
        return bytes.writerIndex();
    }

    @Override
    public void entry(long ms, long seq, int pairCount) {
        starts.add(bytes.writerIndex());
        writer.entry(ms, seq, pairCount);
    }

    @Override
    public void part(ByteBuffer source, int position, int lengthBytes) {
        writer.part(source, position, lengthBytes);
    }

    /** Writes so many at most; answers how many. */
    long writeTo(ByteBuf out, long countMax) {
        int end = bytes.writerIndex();
        long written = 0;
        for (int i = starts.size() - 1; i >= 0 && written < countMax; i--) {
            int start = starts.get(i);
            out.writeBytes(bytes, start, end - start);
            end = start;
            written++;
        }
        return written;
    }
}
