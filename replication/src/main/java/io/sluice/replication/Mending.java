package io.sluice.replication;

import io.sluice.common.PeerServices;
import io.sluice.log.DamagedRange;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.DiskException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets records whose bytes are damaged here from other nodes that keep the shard: replicas have the same bytes at the same
 * places as long as compaction did not touch them. What comes is checked before it takes the place of what is there. Scrub
 * thread only.
 */
final class Mending {
    private static final Logger LOG = LoggerFactory.getLogger(Mending.class);
    private static final int REQUEST_BYTES = 1 + 4 + 16 + 4 + 8 + 4;
    private static final long ANSWER_MS = 3_000;

    /** All of it is in memory before it is written. */
    private static final long RANGE_BYTES_MAX = 64L << 20;

    private final int nodeId;
    private final PeerServices peers;

    Mending(int nodeId, PeerServices peers) {
        this.nodeId = nodeId;
        this.peers = peers;
    }

    /** Whether the range is as it was. */
    boolean mend(PartitionReplica replica, DamagedRange range) {
        if (range.lengthBytes() > RANGE_BYTES_MAX) {
            return false;
        }
        for (int peer : replica.shard().members()) {
            if (peer != nodeId && mend(replica, range, peer)) {
                return true;
            }
        }
        return false;
    }

    private boolean mend(PartitionReplica replica, DamagedRange range, int peer) {
        try {
            Optional<ByteBuffer> batches = fetched(replica, range, peer);
            boolean isMended = batches.isPresent() && replica.log().mend(range, batches.get());
            if (isMended) {
                LOG.info(
                        "mended records topic={} partition={} offsets={}-{} file={} from node={}",
                        replica.topicId(),
                        replica.index(),
                        range.firstOffset(),
                        range.nextOffset() - 1,
                        range.file(),
                        peer);
            }
            return isMended;
        } catch (CompletionException | DiskException failed) {
            LOG.debug("node={} could not help with {}", peer, range, failed);
            return false;
        }
    }

    /** Batches from the first damaged offset on, up to the first that begins behind the range; empty if they are too many. */
    private Optional<ByteBuffer> fetched(PartitionReplica replica, DamagedRange range, int peer) {
        ByteArrayOutputStream batches = new ByteArrayOutputStream();
        long offset = range.firstOffset();
        while (offset < range.nextOffset()) {
            ByteBuffer piece = peers.call(
                            peer,
                            PeerServices.CHECKPOINT_FILES,
                            request(replica, offset, range.lengthBytes()),
                            ANSWER_MS)
                    .join();
            long reached = take(piece, range, batches);
            if (reached <= offset || batches.size() > range.lengthBytes()) {
                return Optional.empty();
            }
            offset = reached;
        }
        return Optional.of(ByteBuffer.wrap(batches.toByteArray()));
    }

    private static ByteBuffer request(PartitionReplica replica, long offset, long lengthBytes) {
        return ByteBuffer.allocate(REQUEST_BYTES)
                .put(CheckpointServer.BATCHES)
                .putInt(replica.shard().id())
                .putLong(replica.topicId().high())
                .putLong(replica.topicId().low())
                .putInt(replica.index())
                .putLong(offset)
                .putInt((int) Math.min(lengthBytes, CheckpointServer.PIECE_BYTES_MAX))
                .flip();
    }

    /** Adds the whole batches that lie in the range; answers the offset behind the last, or -1 if there is none. */
    private static long take(ByteBuffer piece, DamagedRange range, ByteArrayOutputStream batches) {
        long reached = -1;
        int at = piece.position();
        while (piece.limit() - at >= BatchLayout.RECORDS && BatchHeader.baseOffset(piece, at) < range.nextOffset()) {
            int sizeBytes = BatchLayout.sizeBytes(piece, at);
            if (sizeBytes < BatchLayout.RECORDS || sizeBytes > piece.limit() - at) {
                return reached;
            }
            byte[] batch = new byte[sizeBytes];
            piece.get(at, batch);
            batches.writeBytes(batch);
            reached = BatchHeader.lastOffset(piece, at) + 1;
            at += sizeBytes;
        }
        return reached;
    }
}
