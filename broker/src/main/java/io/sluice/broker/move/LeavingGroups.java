package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.ForwardedResult;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What the old shard tells of groups that it has sealed: of the delivery groups of a partition, or of a slot of groups.
 *
 * <pre>
 *   error 4, and if it is none: shard time 8 | whole bytes 4 | CRC-32C of all of them 4 | bytes 4 | bytes
 * </pre>
 *
 * @param shardTimeMs time of the old shard
 * @param wholeBytes so many bytes they have
 * @param crc by which parts are known to be of the same whole
 * @param bytes a part of them, from where the asker wanted
 */
record LeavingGroups(long shardTimeMs, int wholeBytes, int crc, ByteBuffer bytes) implements Part<LeavingGroups> {
    /** Larger ones do not move: their bytes are on the heap of two nodes for a moment. */
    static final int BYTES_MAX = 32 << 20;

    static LeavingGroups part(long shardTimeMs, ByteBuffer whole, int skipBytes, int partBytesMax) {
        int from = Math.min(skipBytes, whole.remaining());
        int lengthBytes = Math.min(partBytesMax, whole.remaining() - from);
        return new LeavingGroups(
                shardTimeMs, whole.remaining(), crc(whole), whole.slice(whole.position() + from, lengthBytes));
    }

    @Override
    public boolean isOfSameAs(LeavingGroups other) {
        return other.crc == crc;
    }

    static int crc(ByteBuffer whole) {
        CRC32C crc = new CRC32C();
        crc.update(whole.duplicate());
        return (int) crc.getValue();
    }

    static ByteBuffer answer(Result<LeavingGroups> result) {
        ByteWriter out = new ByteWriter();
        ForwardedResult.write(out, result, LeavingGroups::write);
        return out.toBuffer();
    }

    private static void write(ByteWriter out, LeavingGroups groups) {
        out.putLong(groups.shardTimeMs).putInt(groups.wholeBytes).putInt(groups.crc);
        out.putBytes(groups.bytes);
    }

    static Result<LeavingGroups> read(ByteBuffer answer) {
        return ForwardedResult.read(
                new ByteReader(answer),
                in -> new LeavingGroups(in.getLong(), in.getInt(), in.getInt(), ByteBuffer.wrap(in.getBytes())));
    }
}
