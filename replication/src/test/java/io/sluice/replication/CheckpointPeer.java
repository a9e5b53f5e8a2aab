package io.sluice.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.common.PeerCallException;
import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import io.sluice.log.SealedBlocks;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/** Another node as {@link CheckpointServer} shows it, that counts what it gives. Owner: one test thread. */
final class CheckpointPeer implements PeerServices {
    private static final long LEASE = 9;

    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, Long> givenBytes = new HashMap<>();
    private int renewals;
    private Runnable onRenewal = () -> {};
    private boolean isOld;

    /** From now on its checkpoint is this. */
    void has(CheckpointFile.Content content) {
        ByteBuffer encoded = CheckpointFile.encode(content);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        files.put("", bytes);
    }

    /** From now on it has this file, which its checkpoint may name. */
    void has(String path, byte[] bytes) {
        files.put(path, bytes);
    }

    /** Bytes of the file that it gave away. */
    long givenBytes(String path) {
        return givenBytes.getOrDefault(path, 0L);
    }

    /** How often somebody who reads nothing said that he is still there. */
    int renewals() {
        return renewals;
    }

    /** From now on it is of a release that told no CRCs. */
    void isOld() {
        isOld = true;
    }

    void onRenewal(Runnable task) {
        onRenewal = task;
    }

    @Override
    public void serve(int service, PeerService handler) {
        throw new UnsupportedOperationException("nobody asks this node");
    }

    @Override
    public CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs) {
        byte operation = request.get();
        if (operation == CheckpointServer.CRCS && isOld) {
            return CompletableFuture.failedFuture(new PeerCallException(nodeId, "it does not know operation 5"));
        }
        return CompletableFuture.completedFuture(
                switch (operation) {
                    case CheckpointServer.OPEN ->
                        ByteBuffer.allocate(16)
                                .putLong(LEASE)
                                .putLong(file("").length)
                                .flip();
                    case CheckpointServer.READ -> read(request.position(request.position() + Long.BYTES));
                    case CheckpointServer.CRCS -> crcs(request.position(request.position() + Long.BYTES));
                    default -> ByteBuffer.allocate(0);
                });
    }

    private ByteBuffer crcs(ByteBuffer request) {
        int from = (int) request.getLong();
        int to = from + Math.min(request.getInt(), CheckpointServer.SUMMED_BYTES_MAX);
        byte[] bytes = file(UTF_8.decode(request).toString());
        ByteBuffer crcs = ByteBuffer.allocate(CheckpointServer.SUMMED_BYTES_MAX >> 18);
        for (int at = from; at < to; at += SealedBlocks.BLOCK_BYTES) {
            CRC32C crc = new CRC32C();
            crc.update(bytes, at, Math.min(SealedBlocks.BLOCK_BYTES, to - at));
            crcs.putInt((int) crc.getValue());
        }
        return crcs.flip();
    }

    private byte[] file(String path) {
        return files.getOrDefault(path, new byte[0]);
    }

    private ByteBuffer read(ByteBuffer request) {
        int from = (int) request.getLong();
        int lengthBytes = Math.min(request.getInt(), CheckpointServer.PIECE_BYTES_MAX);
        String path = UTF_8.decode(request).toString();
        if (lengthBytes == 0) {
            renewals++;
            onRenewal.run();
        }
        byte[] bytes = file(path);
        int to = Math.min(bytes.length, from + lengthBytes);
        if (from >= to) {
            return ByteBuffer.allocate(0);
        }
        givenBytes.merge(path, (long) to - from, Long::sum);
        return ByteBuffer.wrap(bytes, from, to - from).slice();
    }
}
