package io.sluice.log.disk;

import java.nio.ByteBuffer;

/**
 * Memory in which pieces of any size become whole, aligned blocks. One for a disk: its segment thread is the only one
 * that appends much. Any thread may use it, one at a time.
 */
final class AlignedStage {
    private static final int STAGE_BYTES = 1 << 20;

    private final int blockBytes;
    private final ByteBuffer memory;

    /** For blocks of this size, a power of two. */
    AlignedStage(int blockBytes) {
        this.blockBytes = blockBytes;
        this.memory = ByteBuffer.allocateDirect(STAGE_BYTES + blockBytes)
                .alignedSlice(blockBytes)
                .limit(STAGE_BYTES)
                .slice();
    }

    /** Takes whole blocks for a position that is a multiple of the block size. */
    interface BlockWriter {
        void write(ByteBuffer blocks, long blockPosition);
    }

    /** Writes pieces that together fit into the stage, as one, from any position on and without padding. */
    synchronized void writeSmall(DiskFile file, ByteBuffer[] sources, long filePosition) {
        memory.clear();
        for (ByteBuffer source : sources) {
            memory.put(source);
        }
        file.write(memory.flip(), filePosition);
    }

    /** Writes the pieces from any position on; what their first block has before them is read from the file, zeros where it ends. */
    synchronized void write(BlockWriter writer, DiskFile file, ByteBuffer[] sources, long filePosition) {
        int before = (int) (filePosition % blockBytes);
        long blockPosition = filePosition - before;
        memory.clear();
        if (before > 0) {
            file.read(memory.limit(before), blockPosition);
            padTo(before);
            memory.limit(STAGE_BYTES);
        }
        for (ByteBuffer source : sources) {
            while (source.hasRemaining()) {
                int count = Math.min(source.remaining(), memory.remaining());
                memory.put(memory.position(), source, source.position(), count);
                memory.position(memory.position() + count);
                source.position(source.position() + count);
                if (!memory.hasRemaining()) {
                    writer.write(memory.flip(), blockPosition);
                    blockPosition += STAGE_BYTES;
                    memory.clear();
                }
            }
        }
        writeLast(writer, blockPosition);
    }

    private void writeLast(BlockWriter writer, long blockPosition) {
        if (memory.position() == 0) {
            return;
        }
        padTo((memory.position() + blockBytes - 1) / blockBytes * blockBytes);
        writer.write(memory.flip(), blockPosition);
    }

    /** With zeros: what is there is of another file's last write. */
    private void padTo(int position) {
        while (memory.position() < position) {
            memory.put((byte) 0);
        }
    }
}
