package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.sluice.common.Check;
import io.sluice.network.MemoryBudget;
import io.sluice.network.RequestProgress;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.MalformedRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Received bytes of one connection, cut into frames: 4 bytes of length, then a request. The socket reads straight into
 * the memory in which a frame waits for its end, so that a large frame is not copied together from pieces; only the
 * head of a frame that does not fit behind its predecessor moves, once per doubling.
 *
 * <pre>
 *   held:  | handled frames | frame | frame | head of a frame |  room  |
 *                           ^ reader                          ^ writer ^ capacity
 * </pre>
 *
 * An announced length takes no memory before its bytes arrive: room starts at what this client's frames needed so far
 * and doubles as it fills. Owner: the connection's event loop.
 */
final class FrameBuffer implements RequestProgress {
    private static final int LENGTH_BYTES = 4;
    private static final int KEY_BYTES = 2;
    private static final int ROOM_BYTES_MIN = 2 << 10;
    private static final int ROOM_BYTES_MAX = 2 << 20;
    /** Step at which a frame of unknown honesty grows first. */
    private static final int TRUSTED_BYTES = 64 << 10;
    /** Message classes make up to some ten bytes of objects per byte, so what they parse stays small. */
    private static final int COLD_BYTES_MAX = 8 << 20;

    private static final int QUIET_READS_MAX = 64;

    private int frameBytesMax;
    private final MemoryBudget budget;
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf held;
    private int roomBytes = ROOM_BYTES_MIN;
    private int quietReads;
    private long receivedBytes;
    private long handledCount;
    /** Writer index of {@link #held} when bytes last arrived. */
    private int seenIndex;

    FrameBuffer(int frameBytesMax, MemoryBudget budget, ByteBufAllocator allocator) {
        this.frameBytesMax = frameBytesMax;
        this.budget = budget;
        this.allocator = allocator;
    }

    /** Where the socket's next bytes go. */
    ByteBuf room() {
        ByteBuf partial = held;
        if (partial != null) {
            return partial.isWritable() ? partial.retain() : extend(partial).retain();
        }
        int size = budget.takenBytes() < budget.limitBytes() ? roomBytes : ROOM_BYTES_MIN;
        return allocator.directBuffer(size, size);
    }

    /**
     * A socket whose peer hung up is read to its end, however little we want more of it now. What can come is bounded by
     * what the kernel holds.
     */
    private ByteBuf extend(ByteBuf full) {
        int capacity = full.readableBytes() + Math.max(roomBytes, full.readableBytes());
        budget.take(capacity);
        return move(full, capacity);
    }

    /** Into memory that was taken from the budget. */
    private ByteBuf move(ByteBuf from, int capacity) {
        ByteBuf larger = allocator.directBuffer(capacity, capacity);
        larger.writeBytes(from);
        budget.giveBack(from.capacity());
        from.release();
        held = larger;
        seenIndex = larger.writerIndex();
        return larger;
    }

    /** Takes what {@link #room} gave, filled; answers the number of new bytes. */
    int received(ByteBuf buffer) {
        int newBytes = buffer.writerIndex() - (buffer == held ? seenIndex : 0);
        seenIndex = buffer.writerIndex();
        receivedBytes += newBytes;
        if (buffer == held) {
            buffer.release();
            return newBytes;
        }
        Check.check(held == null, "bytes arrived in two buffers");
        held = buffer;
        budget.take(buffer.capacity());
        adaptRoom(buffer);
        return newBytes;
    }

    /**
     * Takes bytes that the socket did not read into {@link #room}, because TLS decrypted them elsewhere; answers how many.
     * They come in pieces of one socket read, so that this grows beyond the budget by no more than that.
     */
    int copied(ByteBuf bytes) {
        int newBytes = bytes.readableBytes();
        ByteBuf target = held;
        if (target == null || target.writableBytes() < newBytes) {
            target = grown(target, newBytes);
        }
        target.writeBytes(bytes);
        bytes.release();
        seenIndex = target.writerIndex();
        receivedBytes += newBytes;
        return newBytes;
    }

    private ByteBuf grown(@Nullable ByteBuf old, int newBytes) {
        int keptBytes = old == null ? 0 : old.readableBytes();
        int capacity = Math.max(2 * keptBytes, keptBytes + newBytes);
        budget.take(capacity);
        if (old != null) {
            return move(old, capacity);
        }
        ByteBuf first = allocator.directBuffer(capacity, capacity);
        held = first;
        return first;
    }

    /** No larger frame is taken from now on. */
    void limitTo(int bytesMax) {
        frameBytesMax = bytesMax;
    }

    /** The next whole frame without its length, not retained, or null; the same again until {@link #consume}. */
    @Nullable
    ByteBuf peek() {
        ByteBuf buffer = held;
        if (buffer == null) {
            return null;
        }
        int frameBytes = announcedBytes(buffer);
        if (frameBytes < 0 || buffer.readableBytes() - LENGTH_BYTES < frameBytes) {
            return null;
        }
        return buffer.slice(buffer.readerIndex() + LENGTH_BYTES, frameBytes);
    }

    /** The frame that {@link #peek} gave is handled. */
    void consume() {
        ByteBuf buffer = held;
        if (buffer == null) {
            return;
        }
        handledCount++;
        buffer.skipBytes(LENGTH_BYTES + buffer.getInt(buffer.readerIndex()));
        if (!buffer.isReadable()) {
            release();
        }
    }

    /** Makes room for more of a begun frame; false if memory is short: do not read until it is tried again. */
    boolean prepare() {
        ByteBuf buffer = held;
        if (buffer == null) {
            return budget.takenBytes() < budget.limitBytes();
        }
        int frameBytes = announcedBytes(buffer);
        int wanted = LENGTH_BYTES;
        if (frameBytes >= 0) {
            int grown = Math.max(Math.max(TRUSTED_BYTES, roomBytes), 2 * buffer.readableBytes());
            wanted = Math.min(LENGTH_BYTES + frameBytes, grown);
        }
        if (buffer.isWritable() && buffer.capacity() - buffer.readerIndex() >= wanted) {
            return true;
        }
        int capacity = frameBytes < 0 ? roomBytes : wanted;
        if (!budget.tryTakeOrOverdraw(capacity, this)) {
            return false;
        }
        move(buffer, capacity);
        return true;
    }

    @Override
    public boolean hasPartial() {
        return held != null;
    }

    @Override
    public long receivedBytes() {
        return receivedBytes;
    }

    @Override
    public long handledCount() {
        return handledCount;
    }

    /** Lets go of everything. */
    void release() {
        ByteBuf buffer = held;
        if (buffer != null) {
            held = null;
            budget.giveBack(buffer.capacity());
            buffer.release();
        }
        budget.endOverdraft(this);
    }

    /** Netty asks it for memory before each read. */
    DefaultMaxMessagesRecvByteBufAllocator receiver() {
        return new Receiver();
    }

    /** Length of the frame at the reader index, −1 if not known yet; refuses it as early as its head shows that it must. */
    private int announcedBytes(ByteBuf buffer) {
        if (buffer.readableBytes() < LENGTH_BYTES) {
            return -1;
        }
        int length = buffer.getInt(buffer.readerIndex());
        if (length < 0 || length > frameBytesMax) {
            throw new MalformedRequestException("a request of " + length + " bytes, allowed are 0 to " + frameBytesMax);
        }
        if (length > COLD_BYTES_MAX && buffer.readableBytes() >= LENGTH_BYTES + KEY_BYTES) {
            short key = buffer.getShort(buffer.readerIndex() + LENGTH_BYTES);
            if (key != KafkaApi.PRODUCE.key()) {
                throw new MalformedRequestException("a request with key " + key + " of " + length + " bytes");
            }
        }
        return length;
    }

    /** Room follows the traffic: twice what a full read showed, half after many reads that needed a quarter. */
    private void adaptRoom(ByteBuf buffer) {
        if (!buffer.isWritable()) {
            roomBytes = Math.min(ROOM_BYTES_MAX, Math.max(roomBytes, 2 * buffer.capacity()));
            quietReads = 0;
        } else if (buffer.readableBytes() * 4 < roomBytes && roomBytes > ROOM_BYTES_MIN) {
            quietReads++;
            if (quietReads > QUIET_READS_MAX) {
                roomBytes /= 2;
                quietReads = 0;
            }
        }
    }

    private final class Receiver extends DefaultMaxMessagesRecvByteBufAllocator {
        @Override
        public MaxMessageHandle newHandle() {
            return new MaxMessageHandle() {
                @Override
                public int guess() {
                    return roomBytes;
                }

                @Override
                public ByteBuf allocate(ByteBufAllocator ignored) {
                    return room();
                }
            };
        }
    }
}
