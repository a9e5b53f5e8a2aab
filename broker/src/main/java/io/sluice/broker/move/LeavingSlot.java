package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.group.SlotMoves;
import java.nio.ByteBuffer;

/**
 * What the old shard tells of a slot of groups that it has sealed.
 *
 * <pre>
 *   error 4, and if it is none: shard time 8 | whole bytes 4 | CRC-32C of all of them 4 | bytes 4 | bytes
 * </pre>
 *
 * @param shardTimeMs time of the old shard
 * @param wholeBytes so many bytes its groups have
 * @param crc by which parts are known to be of the same whole
 * @param bytes a part of them, from where the asker wanted
 */
record LeavingSlot(long shardTimeMs, int wholeBytes, int crc, ByteBuffer bytes) implements Part<LeavingSlot> {
    static LeavingSlot part(SlotMoves.Leaving leaving, int skipBytes, int partBytesMax) {
        ByteBuffer whole = leaving.bytes();
        int from = Math.min(skipBytes, whole.remaining());
        int lengthBytes = Math.min(partBytesMax, whole.remaining() - from);
        return new LeavingSlot(
                leaving.shardTimeMs(),
                whole.remaining(),
                LeavingGroups.crc(whole),
                whole.slice(whole.position() + from, lengthBytes));
    }

    @Override
    public boolean isOfSameAs(LeavingSlot other) {
        return other.crc == crc && other.wholeBytes == wholeBytes;
    }

    static ByteBuffer answer(Result<LeavingSlot> result) {
        ByteWriter out = new ByteWriter();
        ForwardedResult.write(out, result, LeavingSlot::write);
        return out.toBuffer();
    }

    private static void write(ByteWriter out, LeavingSlot slot) {
        out.putLong(slot.shardTimeMs).putInt(slot.wholeBytes).putInt(slot.crc);
        out.putBytes(slot.bytes);
    }

    static Result<LeavingSlot> read(ByteBuffer answer) {
        return ForwardedResult.read(
                new ByteReader(answer),
                in -> new LeavingSlot(in.getLong(), in.getInt(), in.getInt(), ByteBuffer.wrap(in.getBytes())));
    }
}
