package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.DamagedRange;
import io.sluice.log.LogRepair;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Finds and gives up damaged ranges of one partition in a data directory that no broker has open; holds the directory's
 * lock until closed. Sees what the last checkpoint names: stop the broker cleanly before, so that this is everything.
 *
 * <p>For a single node, and for what no other replica of a cluster can give. Used by one thread.
 */
public final class PartitionRepair implements AutoCloseable {
    private final Disk disk;
    private final DataDirectory dataDirectory;
    private final Path shardDirectory;
    private final CheckpointFile.Content checkpoint;
    private final int place;
    private final PartitionImage image;

    private PartitionRepair(
            Disk disk, DataDirectory dataDirectory, Path shardDirectory, CheckpointFile.Content checkpoint, int place) {
        this.disk = disk;
        this.dataDirectory = dataDirectory;
        this.shardDirectory = shardDirectory;
        this.checkpoint = checkpoint;
        this.place = place;
        this.image = image(checkpoint, place);
    }

    /**
     * Opens the partition; empty if no checkpoint names it, as of a partition without records. Throws
     * {@link io.sluice.log.disk.DiskLockedException} or {@link UnusableDirectoryException}.
     */
    public static Optional<PartitionRepair> open(
            Disk disk, Path directory, RandomGenerator random, TopicId topicId, int partition) {
        DataDirectory dataDirectory = DataDirectory.open(disk, directory, Optional.empty(), random);
        try {
            Optional<PartitionRepair> found = find(disk, dataDirectory, directory, topicId, partition);
            if (found.isEmpty()) {
                dataDirectory.close();
            }
            return found;
        } catch (RuntimeException failure) {
            dataDirectory.close();
            throw failure;
        }
    }

    private static Optional<PartitionRepair> find(
            Disk disk, DataDirectory dataDirectory, Path directory, TopicId topicId, int partition) {
        for (Path shard : DataDirectory.shards(disk, directory)) {
            if (CheckpointFile.exists(disk, shard)) {
                CheckpointFile.Content checkpoint = CheckpointFile.read(disk, shard);
                int place = placeOf(checkpoint, topicId, partition);
                if (place >= 0) {
                    return Optional.of(new PartitionRepair(disk, dataDirectory, shard, checkpoint, place));
                }
            }
        }
        return Optional.empty();
    }

    /** −1 if the checkpoint does not name it. */
    private static int placeOf(CheckpointFile.Content checkpoint, TopicId topicId, int partition) {
        for (int place = 0; place < checkpoint.partitions().size(); place++) {
            PartitionImage image = image(checkpoint, place);
            boolean isMeant = image.topicId().equals(topicId) && image.index() == partition;
            // Where it was before, or is on its way to, there is nothing to repair.
            if (isMeant && image.residence().isVisible()) {
                return place;
            }
        }
        return -1;
    }

    private static PartitionImage image(CheckpointFile.Content checkpoint, int place) {
        return PartitionImage.decode(ByteBuffer.wrap(checkpoint.partitions().get(place)));
    }

    private LogRepair log() {
        Path directory = DataDirectory.partition(shardDirectory, image);
        return new LogRepair(disk, directory, image.files(), image.endOffset());
    }

    /** Every damaged range, first to last. Reads the whole partition. */
    public List<DamagedRange> damage() {
        return log().damage();
    }

    /**
     * Makes every damaged range a gap that readers pass over; where the log begins with one, it begins behind it
     * afterwards. Durable on return; a crash meanwhile leaves the partition as it was or as it shall be.
     */
    public void acceptLoss() {
        LogRepair log = log();
        List<SegmentFile> files = log.rewrite();
        long startOffset = image.startOffset();
        if (!files.isEmpty()) {
            startOffset = Math.max(startOffset, files.getFirst().baseOffset());
        }
        PartitionImage repaired = new PartitionImage(
                image.topicId(),
                image.index(),
                startOffset,
                image.endOffset(),
                image.epochBase(),
                image.lossCount(),
                image.residence(),
                startOffset == image.startOffset()
                        ? image.epochs()
                        : image.epochs().from(startOffset),
                image.producers(),
                files,
                image.compacted());
        List<byte[]> partitions = new ArrayList<>(checkpoint.partitions());
        partitions.set(place, repaired.encode());
        CheckpointFile.write(
                disk,
                shardDirectory,
                new CheckpointFile.Content(
                        checkpoint.index(),
                        checkpoint.term(),
                        checkpoint.timeMs(),
                        checkpoint.snapshots(),
                        checkpoint.topics(),
                        partitions));
        log.finish(files);
    }

    @Override
    public void close() {
        dataDirectory.close();
    }
}
