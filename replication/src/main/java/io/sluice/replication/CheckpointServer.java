package io.sluice.replication;

import io.sluice.common.PeerCallException;
import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import io.sluice.common.TopicId;
import io.sluice.log.SealedBlocks;
import io.sluice.log.SegmentBytes;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Gives checkpoints of this node's shards, with all their files, to nodes that are far behind, and single batches to those
 * that have lost theirs. What a checkpoint names is
 * kept while somebody reads it, and for a while after the last read of who does not say that he is done. On a thread of its
 * own.
 *
 * <pre>
 *  open    1 | shard 4                                     ► lease 8 | bytes of the checkpoint 8
 *  read    2 | lease 8 | position 8 | length 4 | path      ► bytes; none at the end, or where there is no such file
 *  close   3 | lease 8                                     ► nothing
 *  batches 4 | shard 4 | topic id 16 | partition 4 | offset 8 | length 4  ► whole ones from the offset on, at least one
 *  crcs    5 | lease 8 | position 8 | length 4 | path      ► CRC-32C of each mebibyte 4, the last may be shorter
 * </pre>
 *
 * The empty path is the checkpoint itself; others are those below the shard's directory.
 */
final class CheckpointServer implements PeerService {
    static final byte OPEN = 1;
    static final byte READ = 2;
    static final byte CLOSE = 3;
    static final byte BATCHES = 4;
    static final byte CRCS = 5;
    static final int PIECE_BYTES_MAX = 1 << 20;

    /** So much is read for one answer while others wait. */
    static final int SUMMED_BYTES_MAX = 16 << 20;

    private static final int LEASES_MAX = 8;
    private static final int WAITING_MAX = 64;
    private static final long UNUSED_NS = TimeUnit.SECONDS.toNanos(30);

    private final NodeParts node;
    private final CheckpointLoop checkpoints;
    private final IntFunction<Optional<Shard>> shards;
    private final ThreadPoolExecutor executor;
    private final Map<Long, Lease> leases = new HashMap<>();
    private long lastLease;

    /** Where the bytes of a file are. */
    private interface Source {
        int read(ByteBuffer destination, long filePosition);
    }

    /** A checkpoint that somebody reads. */
    private static final class Lease {
        private final Shard shard;
        private final ByteBuffer checkpoint;
        private final Map<String, Source> sources;
        private long usedNs;

        private Lease(Shard shard, ByteBuffer checkpoint, Map<String, Source> sources, long usedNs) {
            this.shard = shard;
            this.checkpoint = checkpoint;
            this.sources = sources;
            this.usedNs = usedNs;
        }
    }

    CheckpointServer(NodeParts node, CheckpointLoop checkpoints, IntFunction<Optional<Shard>> shards) {
        this.node = node;
        this.checkpoints = checkpoints;
        this.shards = shards;
        this.executor = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING_MAX), node.threads());
    }

    @Override
    public CompletableFuture<ByteBuffer> handle(int fromNodeId, ByteBuffer request) {
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    answer.complete(answer(request));
                } catch (RuntimeException failed) {
                    answer.completeExceptionally(failed);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(new PeerCallException(node.nodeId(), "it is busy, or stops"));
        }
        return answer;
    }

    private ByteBuffer answer(ByteBuffer request) {
        byte operation = request.get();
        return switch (operation) {
            case OPEN -> open(request.getInt());
            case READ -> read(request);
            case CLOSE -> close(request.getLong());
            case BATCHES -> batches(request);
            case CRCS -> crcs(request);
            default -> throw new PeerCallException(node.nodeId(), "it does not know operation " + operation);
        };
    }

    private ByteBuffer open(int shardId) {
        Shard shard = shards.apply(shardId)
                .orElseThrow(() -> new PeerCallException(node.nodeId(), "it has no shard " + shardId));
        synchronized (leases) {
            if (leases.size() >= LEASES_MAX) {
                throw new PeerCallException(node.nodeId(), "others read its checkpoints already");
            }
        }
        CheckpointFile.Content content = node.threads()
                .await(checkpoints.ask(shard.checkpointer()::hold))
                .orElseThrow(() -> new PeerCallException(node.nodeId(), "its disk is full"));
        Lease lease = new Lease(
                shard,
                CheckpointFile.encode(content.unpacked()),
                sources(shard, content),
                node.clock().nanoTime());
        synchronized (leases) {
            lastLease++;
            leases.put(lastLease, lease);
            return ByteBuffer.allocate(16)
                    .putLong(lastLease)
                    .putLong(lease.checkpoint.remaining())
                    .flip();
        }
    }

    private Map<String, Source> sources(Shard shard, CheckpointFile.Content content) {
        Path directory = node.settings().directory().resolve(DataDirectory.shardName(shard.id()));
        Map<String, Source> sources = new HashMap<>();
        for (CheckpointFile.SnapshotFile snapshot : content.snapshots()) {
            String path = CheckpointInstall.state(snapshot);
            sources.put(path, wholeFile(directory.resolve(path)));
        }
        for (byte[] encoded : content.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            Path partition = DataDirectory.partition(directory, image);
            for (SegmentFile file : image.files()) {
                SegmentBytes bytes = new SegmentBytes(node.disk(), node.openFiles(), partition, file);
                sources.put(CheckpointInstall.path(image, bytes.records()), bytes::read);
                sources.put(CheckpointInstall.path(image, bytes.blockCrcs()), wholeFile(bytes.blockCrcs()));
            }
        }
        return sources;
    }

    private Source wholeFile(Path path) {
        return (destination, filePosition) -> {
            if (!node.disk().exists(path)) {
                return 0;
            }
            try (DiskFile file = node.disk().openForReading(path)) {
                return file.read(destination, filePosition);
            }
        };
    }

    private ByteBuffer read(ByteBuffer request) {
        Lease lease = lease(request.getLong());
        long position = request.getLong();
        int lengthBytes = Math.clamp(request.getInt(), 0, PIECE_BYTES_MAX);
        String path = StandardCharsets.UTF_8.decode(request).toString();
        ByteBuffer piece = ByteBuffer.allocate(lengthBytes);
        if (path.isEmpty()) {
            int from = (int) Math.clamp(position, 0L, lease.checkpoint.limit());
            return piece.put(lease.checkpoint.slice(from, Math.min(lengthBytes, lease.checkpoint.limit() - from)))
                    .flip();
        }
        source(lease, path, position).read(piece, position);
        return piece.flip();
    }

    private Source source(Lease lease, String path, long position) {
        Source source = lease.sources.get(path);
        if (source == null || position < 0) {
            throw new PeerCallException(node.nodeId(), "its checkpoint has no " + path);
        }
        return source;
    }

    private ByteBuffer crcs(ByteBuffer request) {
        Lease lease = lease(request.getLong());
        long position = request.getLong();
        int lengthBytes = Math.clamp(request.getInt(), 0, SUMMED_BYTES_MAX);
        Source source = source(lease, StandardCharsets.UTF_8.decode(request).toString(), position);
        ByteBuffer crcs = ByteBuffer.allocate(Math.ceilDiv(lengthBytes, SealedBlocks.BLOCK_BYTES) * Integer.BYTES);
        ByteBuffer block = ByteBuffer.allocate(Math.min(SealedBlocks.BLOCK_BYTES, lengthBytes));
        for (int at = 0; at < lengthBytes; at += SealedBlocks.BLOCK_BYTES) {
            block.clear().limit(Math.min(SealedBlocks.BLOCK_BYTES, lengthBytes - at));
            source.read(block, position + at);
            if (block.hasRemaining()) {
                return crcs.flip();
            }
            crcs.putInt(SealedBlocks.crcOf(block.flip()));
        }
        return crcs.flip();
    }

    private ByteBuffer batches(ByteBuffer request) {
        int shardId = request.getInt();
        TopicId topicId = new TopicId(request.getLong(), request.getLong());
        int index = request.getInt();
        PartitionReplica replica = shards.apply(shardId)
                .map(shard -> shard.partition(topicId, index))
                .orElseThrow(() -> new PeerCallException(node.nodeId(), "it does not have the partition"));
        CopiedBatches copied = new CopiedBatches(PeerServices.MESSAGE_BYTES_MAX);
        replica.readBlocking(request.getLong(), Math.clamp(request.getInt(), 0, PIECE_BYTES_MAX), true, copied);
        return copied.bytes();
    }

    private Lease lease(long number) {
        synchronized (leases) {
            Lease lease = leases.get(number);
            if (lease == null) {
                throw new PeerCallException(node.nodeId(), "it keeps that checkpoint no longer");
            }
            lease.usedNs = node.clock().nanoTime();
            return lease;
        }
    }

    private ByteBuffer close(long number) {
        Lease closed;
        synchronized (leases) {
            closed = leases.remove(number);
        }
        if (closed != null) {
            var unused = checkpoints.ask(() -> letGo(closed));
        }
        return ByteBuffer.allocate(0);
    }

    private static boolean letGo(Lease lease) {
        lease.shard.checkpointer().letGo();
        return true;
    }

    /** Checkpoint thread, now and then: who has not read for long, reads no more. */
    void expire() {
        long nowNs = node.clock().nanoTime();
        synchronized (leases) {
            for (Iterator<Lease> each = leases.values().iterator(); each.hasNext(); ) {
                Lease lease = each.next();
                if (nowNs - lease.usedNs > UNUSED_NS) {
                    each.remove();
                    letGo(lease);
                }
            }
        }
    }

    void stop() {
        executor.shutdown();
    }
}
