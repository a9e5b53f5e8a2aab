package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the records of a fetch as buffers that go to the socket one after the other. What the log shares is sent from
 * the log's memory unless it is so short that copying is cheaper than one more buffer. Used by one thread at a time.
 */
final class FetchSink implements ReadSink {
    /** Below this a copy costs less than a retained buffer and one more entry of a gathering write. */
    private static final int COPIED_BYTES_MAX = 2 << 10;

    private static final int CHUNK_BYTES_MIN = 4 << 10;

    private final ByteBufAllocator allocator;
    private final List<ByteBuf> parts = new ArrayList<>();
    private @Nullable ByteBuf chunk;
    /** Bytes of {@link #chunk} before this are in {@link #parts}. */
    private int sealedIndex;

    private long lengthBytes;

    FetchSink(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public ByteBuffer reserve(int wantedBytes) {
        ByteBuf target = chunk;
        if (target == null || target.writableBytes() < wantedBytes) {
            target = nextChunk(wantedBytes);
        }
        ByteBuffer room = target.nioBuffer(target.writerIndex(), wantedBytes);
        target.writerIndex(target.writerIndex() + wantedBytes);
        lengthBytes += wantedBytes;
        return room;
    }

    @Override
    public void share(ByteBuffer bytes, SharedBuffer owner) {
        int sharedBytes = bytes.remaining();
        // A reader that takes its answers slowly pins a buffer of the log for each part, however short that is.
        if (sharedBytes <= COPIED_BYTES_MAX || !bytes.isDirect() || owner.isScarce()) {
            reserve(sharedBytes).put(bytes.duplicate());
            return;
        }
        seal();
        parts.add(SharedByteBuf.of(allocator, bytes, owner));
        lengthBytes += sharedBytes;
    }

    /** Bytes of all partitions so far. */
    long lengthBytes() {
        return lengthBytes;
    }

    /** Ends what was given so far; answers how many buffers that are. */
    int seal() {
        ByteBuf source = chunk;
        if (source != null && source.writerIndex() > sealedIndex) {
            parts.add(source.retainedSlice(sealedIndex, source.writerIndex() - sealedIndex));
            sealedIndex = source.writerIndex();
        }
        return parts.size();
    }

    /** Drops what came after {@code partCount} sealed buffers with so many bytes. */
    void cutTo(int partCount, long keptBytes) {
        if (chunk != null) {
            sealedIndex = chunk.writerIndex();
        }
        while (parts.size() > partCount) {
            parts.removeLast().release();
        }
        lengthBytes = keptBytes;
    }

    /** Sealed buffers, with their references: whoever takes them says {@link #moved} in the end. */
    List<ByteBuf> parts(int from, int to) {
        return parts.subList(from, to);
    }

    /** After all buffers were taken. */
    void moved() {
        parts.clear();
        dropChunk();
    }

    /** Drops everything. */
    void release() {
        parts.forEach(ByteBuf::release);
        parts.clear();
        dropChunk();
        lengthBytes = 0;
    }

    private ByteBuf nextChunk(int wantedBytes) {
        seal();
        dropChunk();
        int size = Math.max(wantedBytes, CHUNK_BYTES_MIN);
        ByteBuf next = allocator.directBuffer(size, size);
        chunk = next;
        sealedIndex = 0;
        return next;
    }

    private void dropChunk() {
        ByteBuf old = chunk;
        if (old != null) {
            chunk = null;
            old.release();
        }
    }
}
