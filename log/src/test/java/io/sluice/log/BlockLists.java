package io.sluice.log;

import java.nio.ByteBuffer;

/** What lies beside sealed segments, for tests of those who read it. */
public final class BlockLists {
    private BlockLists() {}

    /** The list of a sealed segment that consists of these bytes. */
    public static byte[] of(byte[] segment) {
        BlockCrcs crcs = new BlockCrcs();
        crcs.update(ByteBuffer.wrap(segment));
        ByteBuffer list = crcs.encode();
        byte[] bytes = new byte[list.remaining()];
        list.get(bytes);
        return bytes;
    }
}
