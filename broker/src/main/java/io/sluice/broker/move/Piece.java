package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;

/**
 * What the old shard tells of a partition, with batches of it.
 *
 * <pre>
 *   error 4, and if it is none: start offset 8 | end offset 8 | leader epoch 4 | losses 4 | passes 4
 *     | sealed 1 | batch bytes 4 | bytes
 * </pre>
 *
 * @param startOffset where it begins
 * @param endOffset where it ended when it was asked
 * @param leaderEpoch of its leader
 * @param lossCount how often it lost history
 * @param passes of compaction over it at that leader, counted as they begin
 * @param isSealed whether that is where it ends for ever
 * @param wholeBytes so many bytes the batches have that were read
 * @param bytes a part of these, from where the asker wanted
 */
record Piece(
        long startOffset,
        long endOffset,
        int leaderEpoch,
        int lossCount,
        int passes,
        boolean isSealed,
        int wholeBytes,
        ByteBuffer bytes)
        implements Part<Piece> {
    /**
     * The log that a piece is of. As long as it is the same, a tombstone behind what was copied is still there: a pass that takes
     * it away begins only after the one that took what it deletes.
     */
    record Origin(int leaderEpoch, int passes) {}

    Origin origin() {
        return new Origin(leaderEpoch, passes);
    }

    /** Whether offsets may be missing in it. */
    boolean isCompacted() {
        return passes > 0;
    }

    static Piece of(PartitionReplica replica, long move, int wholeBytes, ByteBuffer bytes) {
        // In this order: who hears that it is sealed hears where.
        boolean isSealed = replica.sealedFor() == move;
        return new Piece(
                replica.startOffset(),
                replica.endOffset(),
                replica.leaderEpoch(),
                replica.lossCount(),
                replica.compacted().lastGeneration(),
                isSealed,
                wholeBytes,
                bytes);
    }

    /** The same with what was read since, while passes may have begun. */
    Piece with(int ofBytes, ByteBuffer part, int passesSince) {
        return new Piece(startOffset, endOffset, leaderEpoch, lossCount, passesSince, isSealed, ofBytes, part);
    }

    Piece with(int ofBytes, ByteBuffer part) {
        return with(ofBytes, part, passes);
    }

    @Override
    public boolean isOfSameAs(Piece other) {
        return other.wholeBytes == wholeBytes && other.origin().equals(origin());
    }

    static ByteBuffer answer(Result<Piece> result) {
        ByteWriter out = new ByteWriter();
        ForwardedResult.write(out, result, Piece::write);
        return out.toBuffer();
    }

    private static void write(ByteWriter out, Piece piece) {
        out.putLong(piece.startOffset)
                .putLong(piece.endOffset)
                .putInt(piece.leaderEpoch)
                .putInt(piece.lossCount)
                .putInt(piece.passes);
        out.putByte(piece.isSealed ? 1 : 0).putInt(piece.wholeBytes);
        out.putBytes(piece.bytes);
    }

    static Result<Piece> read(ByteBuffer answer) {
        return ForwardedResult.read(
                new ByteReader(answer),
                in -> new Piece(
                        in.getLong(),
                        in.getLong(),
                        in.getInt(),
                        in.getInt(),
                        in.getInt(),
                        in.getByte() == 1,
                        in.getInt(),
                        ByteBuffer.wrap(in.getBytes())));
    }
}
