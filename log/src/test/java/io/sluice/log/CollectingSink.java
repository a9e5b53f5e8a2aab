package io.sluice.log;

import io.sluice.common.SharedBuffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a read gives. */
final class CollectingSink implements ReadSink {
    private final List<ByteBuffer> pieces = new ArrayList<>();

    @Override
    public ByteBuffer reserve(int lengthBytes) {
        ByteBuffer piece = ByteBuffer.allocate(lengthBytes);
        pieces.add(piece.duplicate());
        return piece;
    }

    @Override
    public void share(ByteBuffer bytes, SharedBuffer owner) {
        reserve(bytes.remaining()).put(bytes);
    }

    byte[] bytes() {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (ByteBuffer piece : pieces) {
            byte[] bytes = new byte[piece.remaining()];
            piece.duplicate().get(bytes);
            joined.writeBytes(bytes);
        }
        return joined.toByteArray();
    }
}
