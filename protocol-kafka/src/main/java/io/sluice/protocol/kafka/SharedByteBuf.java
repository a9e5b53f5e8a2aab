package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.sluice.common.SharedBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Bytes of the log on their way to a socket, without a copy: lets go of the log's buffer when the socket has taken them. */
final class SharedByteBuf extends UnpooledDirectByteBuf {
    private final SharedBuffer owner;

    private SharedByteBuf(ByteBufAllocator allocator, ByteBuffer bytes, SharedBuffer owner) {
        super(allocator, bytes, bytes.remaining());
        this.owner = owner;
    }

    /** Position to limit of {@code bytes}, which lie in the owner's memory; retains the owner. */
    static SharedByteBuf of(ByteBufAllocator allocator, ByteBuffer bytes, SharedBuffer owner) {
        // Netty refuses read-only memory, so that is looked up again in the memory it is a view of.
        ByteBuffer writable = bytes.isReadOnly() ? sameBytes(owner.memory(), bytes) : bytes;
        owner.retain();
        return new SharedByteBuf(allocator, writable, owner);
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        owner.release();
    }

    private static ByteBuffer sameBytes(ByteBuffer memory, ByteBuffer view) {
        ByteBuffer whole = memory.duplicate().clear();
        long distance = MemorySegment.ofBuffer(view).address()
                - MemorySegment.ofBuffer(whole).address();
        return whole.slice(Math.toIntExact(distance), view.remaining());
    }
}
