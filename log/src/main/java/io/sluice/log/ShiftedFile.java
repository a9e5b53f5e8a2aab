package io.sluice.log;

import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;

/**
 * A piece of a file as a file of its own, for readers. Who may see it knows where it ends.
 *
 * @param file the whole
 * @param startPosition where the piece begins
 * @param whenClosed gives up whatever keeps the whole open
 */
record ShiftedFile(DiskFile file, long startPosition, Runnable whenClosed) implements DiskFile {
    @Override
    public int read(ByteBuffer destination, long filePosition) {
        return file.read(destination, startPosition + filePosition);
    }

    @Override
    public ByteBuffer readInto(ByteBuffer memory, long filePosition, int lengthBytes) {
        return file.readInto(memory, startPosition + filePosition, lengthBytes);
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
    public void truncate(long lengthBytes) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("a piece of a shared file is written once");
    }

    @Override
    public void sync() {
        file.sync();
    }

    @Override
    public void startWriteBack() {
        file.startWriteBack();
    }

    @Override
    public long sizeBytes() {
        return Math.max(0, file.sizeBytes() - startPosition);
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}
