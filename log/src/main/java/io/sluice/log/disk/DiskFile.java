package io.sluice.log.disk;

import java.nio.ByteBuffer;

/** An open file. Reads may come from any thread; writes, {@link #truncate} and {@link #sync} from one at a time. */
public interface DiskFile extends AutoCloseable {
    /** What {@link #readInto} may need of its memory beside the bytes asked for. */
    int SPARE_BYTES = 2 * DirectAccess.BLOCK_BYTES;

    /** Reads into the buffer's remaining space from the position; answers the bytes read, 0 at or behind the end. */
    int read(ByteBuffer destination, long filePosition);

    /**
     * Reads so many bytes, fewer at the end of the file, to wherever in the memory suits the disk; answers them as a slice of
     * it. The memory has room for {@link #SPARE_BYTES} more. Bytes that are read much but seldom twice need not go through
     * the page cache if the memory is aligned as a {@link io.sluice.common.BufferPool}'s.
     */
    default ByteBuffer readInto(ByteBuffer memory, long filePosition, int lengthBytes) {
        ByteBuffer slice = memory.slice(0, lengthBytes);
        int count = read(slice, filePosition);
        return slice.position(0).limit(count);
    }

    /** Writes all remaining bytes of all buffers, one behind the other, from the position. */
    void write(ByteBuffer[] sources, long filePosition);

    /** Writes all remaining bytes from the position. */
    void write(ByteBuffer source, long filePosition);

    /**
     * Makes content and length durable. After a failure, for want of space too, nothing is known of what was written since
     * the last success, and a further sync that succeeds proves nothing of it: the system reports a lost page once.
     */
    void sync();

    /** Starts writing back without waiting where the system can; a hint that may do nothing. */
    void startWriteBack();

    /** Bytes of the file. */
    long sizeBytes();

    /** Cuts the file to the length. */
    void truncate(long lengthBytes);

    @Override
    void close();
}
