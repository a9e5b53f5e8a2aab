package io.sluice.log.disk;

import io.sluice.common.BufferPool;
import io.sluice.common.SharedBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * A file read past the page cache, in whole blocks into aligned memory (measured for cold segments in a virtual machine: a
 * quarter of the CPU time of reads that must first find pages for the cache). While one chunk is looked at, another thread
 * reads the next ones. Used by one thread.
 */
final class ScannedFile implements DiskFile {
    /** Whole blocks. */
    static final int CHUNK_BYTES = 1 << 20;

    /** As much as a disk reads during the rests of who looks at it. */
    static final int AHEAD_MAX = 8;

    private final Path path;
    private final FileChannel direct;
    private final BufferPool memory;
    private final Executor readAhead;
    private final long endPosition;
    private final ArrayDeque<Ahead> ahead = new ArrayDeque<>();
    /** Readers that go on where a batch was cut off step back a little. */
    private Chunk before;

    private Chunk current;

    /**
     * A piece of the file.
     *
     * @param buffer this file's alone
     * @param bytes its content, all of it before the limit
     * @param filePosition of its first byte, where a block begins
     */
    private record Chunk(SharedBuffer buffer, ByteBuffer bytes, long filePosition) {
        boolean has(long position) {
            return position >= filePosition && position < endPosition();
        }

        long endPosition() {
            return filePosition + bytes.limit();
        }

        boolean isFull() {
            return bytes.limit() == CHUNK_BYTES;
        }
    }

    /** A chunk behind the one that is looked at, there or being read. */
    private record Ahead(SharedBuffer buffer, long filePosition, CompletableFuture<Chunk> chunk) {
        boolean hasPerhaps(long position) {
            return position >= filePosition && position < filePosition + CHUNK_BYTES;
        }
    }

    /** Takes memory for its chunks and gives it back; {@code readAhead} runs one task at a time and never interrupts it. */
    ScannedFile(Path path, FileChannel direct, BufferPool memory, Executor readAhead) {
        this.path = path;
        this.direct = direct;
        this.memory = memory;
        this.readAhead = readAhead;
        this.endPosition = sizeBytes();
        this.before = empty(memory.take(CHUNK_BYTES));
        this.current = empty(memory.take(CHUNK_BYTES));
    }

    private static Chunk empty(SharedBuffer buffer) {
        return new Chunk(buffer, buffer.memory().duplicate().limit(0), 0);
    }

    @Override
    public int read(ByteBuffer destination, long filePosition) {
        int total = 0;
        int count;
        do {
            count = readSome(destination, filePosition + total);
            total += count;
        } while (count > 0 && destination.hasRemaining());
        return total;
    }

    private int readSome(ByteBuffer destination, long filePosition) {
        if (!before.has(filePosition) && !current.has(filePosition)) {
            move(filePosition, destination.remaining());
        }
        Chunk chunk = before.has(filePosition) ? before : current;
        if (!chunk.has(filePosition)) {
            return 0;
        }
        int count = (int) Math.min(chunk.endPosition() - filePosition, destination.remaining());
        destination.put(destination.position(), chunk.bytes(), (int) (filePosition - chunk.filePosition()), count);
        destination.position(destination.position() + count);
        return count;
    }

    /** To a chunk that has the position, if the file has it. */
    private void move(long filePosition, int wantedBytes) {
        Ahead coming = ahead.peekFirst();
        if (coming != null && coming.hasPerhaps(filePosition)) {
            ahead.removeFirst();
            Chunk next = arrived(coming);
            before.buffer().release();
            before = current;
            current = next;
        } else {
            dropAhead();
            long from = filePosition / DirectAccess.BLOCK_BYTES * DirectAccess.BLOCK_BYTES;
            long blocks = (filePosition + wantedBytes - from + DirectAccess.BLOCK_BYTES - 1) / DirectAccess.BLOCK_BYTES;
            // A read that fails leaves nothing in its place.
            current = empty(current.buffer());
            current =
                    readBlocks(current.buffer(), from, (int) Math.min(CHUNK_BYTES, blocks * DirectAccess.BLOCK_BYTES));
        }
        // Who reads less looks at places here and there.
        if (current.isFull()) {
            readOn();
        }
    }

    private void readOn() {
        long next = ahead.isEmpty() ? current.endPosition() : ahead.getLast().filePosition() + CHUNK_BYTES;
        while (ahead.size() < AHEAD_MAX && next < endPosition) {
            SharedBuffer free = memory.take(CHUNK_BYTES);
            long from = next;
            ahead.addLast(new Ahead(
                    free, from, CompletableFuture.supplyAsync(() -> readBlocks(free, from, CHUNK_BYTES), readAhead)));
            next += CHUNK_BYTES;
        }
    }

    private static Chunk arrived(Ahead coming) {
        try {
            return coming.chunk().join();
        } catch (CompletionException failed) {
            coming.buffer().release();
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }

    /** Waits for what is being read: its memory and the file must be nobody's then. */
    private void dropAhead() {
        for (Ahead unused : ahead) {
            unused.chunk().handle((chunk, failure) -> chunk).join();
            unused.buffer().release();
        }
        ahead.clear();
    }

    private Chunk readBlocks(SharedBuffer target, long filePosition, int lengthBytes) {
        ByteBuffer bytes = target.memory().duplicate().limit(lengthBytes);
        try {
            DirectAccess.read(direct, bytes, filePosition);
            return new Chunk(target, bytes.flip(), filePosition);
        } catch (IOException e) {
            throw RealDisk.failure("read", path, e);
        }
    }

    @Override
    public long sizeBytes() {
        try {
            return direct.size();
        } catch (IOException e) {
            throw RealDisk.failure("read the size of", path, e);
        }
    }

    @Override
    public void write(ByteBuffer[] sources, long filePosition) {
        throw readOnly();
    }

    @Override
    public void write(ByteBuffer source, long filePosition) {
        throw readOnly();
    }

    @Override
    public void sync() {
        throw readOnly();
    }

    @Override
    public void startWriteBack() {
        throw readOnly();
    }

    @Override
    public void truncate(long lengthBytes) {
        throw readOnly();
    }

    private IllegalStateException readOnly() {
        return new IllegalStateException(path + " was opened to be read");
    }

    @Override
    public void close() {
        if (!direct.isOpen()) {
            return;
        }
        dropAhead();
        before.buffer().release();
        current.buffer().release();
        try {
            direct.close();
        } catch (IOException e) {
            throw RealDisk.failure("close", path, e);
        }
    }
}
