package io.sluice.replication;

import io.sluice.common.PeerServices;
import io.sluice.log.SegmentBytes;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.WholeFile;
import io.sluice.replication.journal.TransferFailedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies another node's checkpoint with all its files beside a shard's own state. Meanwhile the others go on, and when a long
 * copy is done nobody may keep the entries behind it any more. So what they have added is copied, too, from a newer checkpoint,
 * until little was added; and sealed segments that this node has as they should be are not copied at all. Used by one
 * thread.
 */
final class CheckpointFetch {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFetch.class);
    private static final int PASSES_MAX = 8;

    /** So much is brought faster than a journal forgets its entries. */
    private static final long LITTLE_BYTES = 64L << 20;

    private final NodeParts node;
    private final int shardId;
    private final Path directory;
    private final FetchedFiles files;

    CheckpointFetch(NodeParts node, int shardId, Path directory) {
        this.node = node;
        this.shardId = shardId;
        this.directory = directory;
        this.files = new FetchedFiles(node.disk(), node.clock(), directory);
    }

    /** A checkpoint of that entry or a later one; durable on return. */
    CheckpointFile.Content run(PeerServices services, int nodeId, long index, BooleanSupplier isCancelled) {
        long startNs = node.clock().nanoTime();
        long bytes = 0;
        for (int pass = 1; ; pass++) {
            files.begin();
            CheckpointFile.Content content;
            try (RemoteCheckpoint remote = RemoteCheckpoint.open(services, nodeId, shardId, isCancelled)) {
                content = remote.content();
                if (content.index() < index) {
                    throw new TransferFailedException(
                            "node " + nodeId + " offers entry " + content.index() + ", not " + index);
                }
                bring(remote, content);
            }
            bytes += files.copiedBytes();
            LOG.info(
                    "fetched a checkpoint shard={} node={} index={} pass={} bytes={} of_all={} took_ms={}",
                    shardId,
                    nodeId,
                    content.index(),
                    pass,
                    files.copiedBytes(),
                    bytes,
                    (node.clock().nanoTime() - startNs) / 1_000_000);
            if (files.copiedBytes() <= LITTLE_BYTES || pass == PASSES_MAX) {
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

    /** What compaction wrote has other bytes on each node. */
    private void bring(RemoteCheckpoint remote, PartitionImage image, SegmentFile file) {
        Path partition = DataDirectory.partition(directory, image);
        SegmentBytes own = new SegmentBytes(node.disk(), node.openFiles(), partition, file);
        String records = CheckpointInstall.path(image, own.records());
        String crcs = CheckpointInstall.path(image, own.blockCrcs());
        boolean isAsAppended = file.generation() == 0;
        boolean isThere = files.has(records, file.lengthBytes());
        ByteBuffer blockCrcs = remote.whole(crcs, blockCrcsBytesMax(file.lengthBytes()));
        boolean isSealed = blockCrcs.hasRemaining();
        if (!isThere && !(isSealed && isAsAppended && shares(own, records, file.lengthBytes(), blockCrcs))) {
            files.bring(remote, records, file.lengthBytes(), isAsAppended);
        }
        if (isSealed) {
            files.write(crcs, blockCrcs);
        }
    }

    /** Four bytes for a mebibyte, and some. */
    private static int blockCrcsBytesMax(long lengthBytes) {
        return (int) (64 + (lengthBytes >> 18));
    }

    /** Where this node's segment has the same CRCs it has the same bytes. */
    private boolean shares(SegmentBytes own, String records, long lengthBytes, ByteBuffer blockCrcs) {
        return node.disk().exists(own.blockCrcs())
                && node.disk().exists(own.records())
                && node.disk().sizeBytes(own.records()) >= lengthBytes
                && WholeFile.read(node.disk(), own.blockCrcs(), blockCrcsBytesMax(lengthBytes))
                        .equals(blockCrcs)
                && files.share(own.records(), records, lengthBytes);
    }
}
