package io.sluice.replication;

import io.sluice.common.PeerServices;
import io.sluice.log.SealedBlocks;
import io.sluice.log.SegmentBytes;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.WholeFile;
import io.sluice.replication.journal.TransferFailedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies another node's checkpoint with all its files beside a shard's own state. Meanwhile the others go on, and when a long
 * copy is done nobody may keep the entries behind it any more. So what they have added is copied, too, from a newer checkpoint,
 * until little was added.
 *
 * <p>What this node has already does not come over the network: sealed segments of which every block has the CRC that the
 * other node's list says are taken as they are, and single blocks of others are copied here, those that are written still among
 * them. Each is read before, so damage of this disk never comes into the new state from the old. Used by one thread.
 */
final class CheckpointFetch {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFetch.class);
    private static final int PASSES_MAX = 8;

    /** From then on what comes in meanwhile is taken to come faster than it is copied. */
    private static final int UNHURRIED_PASSES = 2;

    /** Each later pass goes faster than the one before by this. */
    private static final int HASTE = 4;

    /** So much is brought faster than a journal forgets its entries. */
    private static final long LITTLE_BYTES = 64L << 20;

    /** Of memory that a list of blocks needs there is little then. */
    private static final long SEGMENT_BYTES_MAX = 1L << 40;

    /** So many blocks of its own are copied before the other node hears again that it is still read. */
    private static final int RENEWED_BLOCKS = 8;

    private final NodeParts node;
    private final int shardId;
    private final Path directory;
    private final InstallBytes installed;
    private final FetchedFiles files;
    private long ownBytes;
    private long ownBlocks;

    CheckpointFetch(NodeParts node, int shardId, Path directory, InstallBytes installed) {
        this.node = node;
        this.shardId = shardId;
        this.directory = directory;
        this.installed = installed;
        this.files = new FetchedFiles(node.disk(), node.clock(), node.copies(), directory);
    }

    /** A checkpoint of that entry or a later one; durable on return. */
    CheckpointFile.Content run(PeerServices services, int nodeId, long index, BooleanSupplier isCancelled) {
        long startNs = node.clock().nanoTime();
        long haste = 1;
        for (int pass = 1; ; pass++) {
            haste *= pass > UNHURRIED_PASSES ? HASTE : 1;
            files.begin(haste);
            ownBytes = 0;
            CheckpointFile.Content content;
            try (RemoteCheckpoint remote = RemoteCheckpoint.open(services, nodeId, shardId, isCancelled)) {
                content = remote.content();
                if (content.index() < index) {
                    throw new TransferFailedException(
                            "node " + nodeId + " offers entry " + content.index() + ", not " + index);
                }
                bring(remote, content);
            }
            long reusedBytes = files.sharedBytes() + ownBytes;
            long fetchedBytes = files.copiedBytes() - ownBytes;
            installed.addReused(reusedBytes);
            installed.addFetched(fetchedBytes);
            LOG.info(
                    "fetched a checkpoint shard={} node={} index={} pass={} fetched_bytes={} reused_bytes={} took_ms={}",
                    shardId,
                    nodeId,
                    content.index(),
                    pass,
                    fetchedBytes,
                    reusedBytes,
                    (node.clock().nanoTime() - startNs) / 1_000_000);
            // What was here takes its time too: all of it was read.
            if (fetchedBytes + reusedBytes <= LITTLE_BYTES || pass == PASSES_MAX) {
                files.finish();
                return content;
            }
        }
    }

    private void bring(RemoteCheckpoint remote, CheckpointFile.Content content) {
        for (CheckpointFile.SnapshotFile snapshot : content.snapshots()) {
            bring(remote, snapshot);
        }
        for (byte[] encoded : content.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            for (SegmentFile file : image.files()) {
                bring(remote, image, file);
            }
        }
    }

    private void bring(RemoteCheckpoint remote, CheckpointFile.SnapshotFile snapshot) {
        String path = CheckpointInstall.state(snapshot);
        if (files.has(path, snapshot.lengthBytes())) {
            return;
        }
        ByteBuffer bytes = remote.whole(path, Math.toIntExact(snapshot.lengthBytes()));
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        if (bytes.remaining() != snapshot.lengthBytes() || (int) crc.getValue() != snapshot.crc()) {
            throw new TransferFailedException(path + " is not what the checkpoint names");
        }
        files.write(path, bytes);
    }

    private void bring(RemoteCheckpoint remote, PartitionImage image, SegmentFile file) {
        if (file.lengthBytes() < 0 || file.lengthBytes() > SEGMENT_BYTES_MAX) {
            throw new TransferFailedException("a segment of " + file.lengthBytes() + " bytes");
        }
        Path partition = DataDirectory.partition(directory, image);
        SegmentBytes own = new SegmentBytes(node.disk(), node.openFiles(), partition, file);
        String records = CheckpointInstall.path(image, own.records());
        String crcs = CheckpointInstall.path(image, own.blockCrcs());
        boolean areRecordsThere = files.has(records, file.lengthBytes());
        int listBytes = SealedBlocks.listBytes(file.lengthBytes());
        if (files.has(crcs, listBytes) && areRecordsThere) {
            return;
        }
        ByteBuffer list = remote.whole(crcs, listBytes);
        Optional<SealedBlocks> sealed = SealedBlocks.decode(list, file.lengthBytes());
        boolean isSharedNow = !areRecordsThere
                && sealed.isPresent()
                && isSealedAlike(own, list)
                && files.share(own.records(), records, sealed.get(), remote::renew);
        if (!areRecordsThere && !isSharedNow) {
            OwnSegment.Blocks blocks = sealed.<OwnSegment.Blocks>map(known -> known::isBlock)
                    .orElseGet(() -> new RemoteBlocks(remote, records, file.lengthBytes()));
            copy(remote, own, records, file, blocks);
        }
        if (sealed.isPresent()) {
            files.write(crcs, list);
        }
    }

    /** What compaction wrote does not grow. */
    private void copy(
            RemoteCheckpoint remote, SegmentBytes own, String records, SegmentFile file, OwnSegment.Blocks blocks) {
        try (OwnSegment segment = new OwnSegment(node.disk(), own.records(), file.lengthBytes(), blocks)) {
            files.bring(
                    (position, bytes) -> segment.block(position, bytes)
                            .map(block -> ofOwn(remote, block))
                            .orElseGet(() -> remote.read(records, position, bytes)),
                    records,
                    file.lengthBytes(),
                    file.generation() == 0);
        }
    }

    private CompletableFuture<ByteBuffer> ofOwn(RemoteCheckpoint remote, ByteBuffer block) {
        ownBytes += block.remaining();
        ownBlocks++;
        if (ownBlocks % RENEWED_BLOCKS == 0) {
            remote.renew();
        }
        return CompletableFuture.completedFuture(block);
    }

    /** Then nobody here writes to it any more. */
    private boolean isSealedAlike(SegmentBytes own, ByteBuffer list) {
        try {
            return node.disk().exists(own.blockCrcs())
                    && WholeFile.read(node.disk(), own.blockCrcs(), list.remaining() + 1L)
                            .equals(list);
        } catch (DiskException gone) {
            return false;
        }
    }
}
