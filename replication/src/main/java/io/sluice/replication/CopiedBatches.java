package io.sluice.replication;

import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a read brought, as bytes of its own. Used by one thread. */
final class CopiedBatches implements ReadSink {
    private final int bytesMax;
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private int lengthBytes;

    /** More than so many bytes it refuses with an {@link IllegalStateException}: one batch may be larger than asked for. */
    CopiedBatches(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public ByteBuffer reserve(int pieceBytes) {
        if (pieceBytes > bytesMax - lengthBytes) {
            throw new IllegalStateException("the next batch is larger than " + bytesMax + " bytes");
        }
        ByteBuffer piece = ByteBuffer.allocate(pieceBytes);
        pieces.add(piece);
        lengthBytes += pieceBytes;
        return piece;
    }

    @Override
    public void share(ByteBuffer bytes, SharedBuffer owner) {
        reserve(bytes.remaining()).put(bytes.duplicate());
    }

    /** All of it. */
    ByteBuffer bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream(lengthBytes);
        pieces.forEach(piece -> all.writeBytes(piece.array()));
        return ByteBuffer.wrap(all.toByteArray());
    }
}
