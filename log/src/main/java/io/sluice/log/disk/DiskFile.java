package io.sluice.log.disk;

import java.nio.ByteBuffer;

/** An open file. Reads may come from any thread; writes, {@link #truncate} and {@link #sync} from one at a time. */
public interface DiskFile extends AutoCloseable {
    /** Reads into the buffer's remaining space from the position; answers the bytes read, 0 at or behind the end. */
    int read(ByteBuffer destination, long filePosition);

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

    /** So many bytes from the position will be read soon: starts reading them without waiting. A hint that may do nothing. */
    default void prefetch(long filePosition, long lengthBytes) {}

    /** Bytes of the file. */
    long sizeBytes();

    /** Cuts the file to the length. */
    void truncate(long lengthBytes);

    @Override
    void close();
}
