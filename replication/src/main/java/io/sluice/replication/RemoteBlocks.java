package io.sluice.replication;

import io.sluice.log.SealedBlocks;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;

/**
 * What another node says of the blocks of a segment without a list of CRCs, because it is written still or was begun before a
 * restart; asked for some at a time, as they are needed. Used by one thread.
 */
final class RemoteBlocks implements OwnSegment.Blocks {
    private final RemoteCheckpoint remote;
    private final String path;
    private final long lengthBytes;
    private long crcsPosition;
    private ByteBuffer crcs = ByteBuffer.allocate(0);

    /** A node of an earlier release does not know the question; then everything is another block. */
    private boolean isRefused;

    RemoteBlocks(RemoteCheckpoint remote, String path, long lengthBytes) {
        this.remote = remote;
        this.path = path;
        this.lengthBytes = lengthBytes;
    }

    @Override
    public boolean isBlock(int number, ByteBuffer bytes) {
        long position = (long) number * SealedBlocks.BLOCK_BYTES;
        if (place(position) >= crcs.limit() || position < crcsPosition) {
            ask(position);
        }
        long place = place(position);
        return place + Integer.BYTES <= crcs.limit() && crcs.getInt((int) place) == SealedBlocks.crcOf(bytes);
    }

    private long place(long position) {
        return (position - crcsPosition) / SealedBlocks.BLOCK_BYTES * Integer.BYTES;
    }

    private void ask(long position) {
        crcsPosition = position;
        crcs = ByteBuffer.allocate(0);
        if (isRefused) {
            return;
        }
        try {
            long askedBytes = Math.min(CheckpointServer.SUMMED_BYTES_MAX, lengthBytes - position);
            crcs = remote.blockCrcs(path, position, (int) askedBytes).join().slice();
        } catch (CompletionException refused) {
            isRefused = true;
        }
    }
}
