package io.sluice.replication;

import io.sluice.common.PeerServices;
import io.sluice.replication.journal.TransferFailedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A checkpoint that another node keeps until this is closed, as {@link CheckpointServer} gives it. Used by one thread. */
record RemoteCheckpoint(PeerServices services, int nodeId, long lease, long lengthBytes, BooleanSupplier isCancelled)
        implements AutoCloseable {
    private static final long CALL_TIMEOUT_MS = 20_000;

    /** The newest one of the shard, made for this. */
    static RemoteCheckpoint open(PeerServices services, int nodeId, int shardId, BooleanSupplier isCancelled) {
        ByteBuffer request = ByteBuffer.allocate(5)
                .put(CheckpointServer.OPEN)
                .putInt(shardId)
                .flip();
        ByteBuffer answer = call(services, nodeId, request).join();
        return new RemoteCheckpoint(services, nodeId, answer.getLong(), answer.getLong(), isCancelled);
    }

    private static CompletableFuture<ByteBuffer> call(PeerServices services, int nodeId, ByteBuffer request) {
        return services.call(nodeId, PeerServices.CHECKPOINT_FILES, request, CALL_TIMEOUT_MS);
    }

    /** The checkpoint itself. */
    CheckpointFile.Content content() {
        if (lengthBytes < 0 || lengthBytes > CheckpointFile.BYTES_MAX) {
            throw new TransferFailedException("a checkpoint of " + lengthBytes + " bytes");
        }
        return CheckpointFile.parse("the checkpoint of node " + nodeId, whole("", (int) lengthBytes));
    }

    /** A file of at most so many bytes, empty if there is none. */
    ByteBuffer whole(String path, int bytesMax) {
        ByteBuffer bytes = ByteBuffer.allocate(bytesMax);
        int got = 1;
        while (bytes.hasRemaining() && got > 0) {
            ByteBuffer piece = read(path, bytes.position(), bytes.remaining()).join();
            got = piece.remaining();
            if (got > bytes.remaining()) {
                throw new TransferFailedException("node " + nodeId + " gives more than was asked for");
            }
            bytes.put(piece);
        }
        return bytes.flip();
    }

    /** So many bytes, a piece at most; none at the end of the file, or where there is no such file. */
    CompletableFuture<ByteBuffer> read(String path, long filePosition, long pieceBytes) {
        int bytes = (int) Math.min(pieceBytes, CheckpointServer.PIECE_BYTES_MAX);
        return ask(CheckpointServer.READ, path, filePosition, bytes);
    }

    /** CRC-32C of each block of those bytes of the file, of which the last may be shorter; fewer where the file ends before. */
    CompletableFuture<ByteBuffer> blockCrcs(String path, long filePosition, int lengthBytes) {
        return ask(CheckpointServer.CRCS, path, filePosition, lengthBytes);
    }

    private CompletableFuture<ByteBuffer> ask(byte operation, String path, long filePosition, int lengthBytes) {
        if (isCancelled.getAsBoolean()) {
            throw new TransferFailedException("it is not wanted any more");
        }
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer request = ByteBuffer.allocate(1 + 8 + 8 + 4 + name.length);
        request.put(operation).putLong(lease).putLong(filePosition);
        request.putInt(lengthBytes).put(name);
        return call(services, nodeId, request.flip());
    }

    /** Says that it is still read, to who copies nothing for a while. */
    void renew() {
        var unused = read("", 0, 0).join();
    }

    /** Whether the other node hears of it or not: it forgets by itself. */
    @Override
    public void close() {
        ByteBuffer request = ByteBuffer.allocate(9).put(CheckpointServer.CLOSE).putLong(lease);
        var unused = call(services, nodeId, request.flip());
    }
}
