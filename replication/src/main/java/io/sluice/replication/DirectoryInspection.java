package io.sluice.replication;

import io.sluice.log.DamagedRange;
import io.sluice.log.LogRepair;
import io.sluice.log.OpenFiles;
import io.sluice.log.SegmentBytes;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a data directory holds that no broker has open, as far as its checkpoints tell; nothing is changed.
 *
 * @param isDataDirectory false if there is nothing yet
 * @param clusterId of its broker
 * @param partitions that have segments
 * @param segmentBytes of all of them
 * @param journalBytes space that the journals take
 * @param problems one line for each file or range of records that is damaged
 */
public record DirectoryInspection(
        boolean isDataDirectory,
        String clusterId,
        int partitions,
        long segmentBytes,
        long journalBytes,
        List<String> problems) {
    private static final DirectoryInspection NOTHING = new DirectoryInspection(false, "", 0, 0, 0, List.of());

    /**
     * Looks at every file that a checkpoint names; {@code isDeep} reads them and checks every CRC. Throws {@link
     * UnusableDirectoryException} if a broker would refuse the directory.
     */
    public static DirectoryInspection of(Disk disk, Path directory, boolean isDeep) {
        if (!disk.exists(directory.resolve("format"))) {
            if (!DataDirectory.shards(disk, directory).isEmpty()) {
                throw new UnusableDirectoryException(directory + " has data but no file 'format'");
            }
            return NOTHING;
        }
        String clusterId = DataDirectory.clusterId(disk, directory);
        int partitions = 0;
        long segmentBytes = 0;
        long journalBytes = 0;
        List<String> problems = new ArrayList<>();
        for (Path shard : DataDirectory.shards(disk, directory)) {
            if (!CheckpointFile.exists(disk, shard)) {
                continue;
            }
            for (String journal : disk.list(shard.resolve("journal"))) {
                journalBytes += disk.sizeBytes(shard.resolve("journal").resolve(journal));
            }
            for (byte[] encoded : CheckpointFile.read(disk, shard).partitions()) {
                PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
                partitions += image.files().isEmpty() ? 0 : 1;
                segmentBytes += image.files().stream()
                        .mapToLong(SegmentFile::lengthBytes)
                        .sum();
                problems.addAll(problems(disk, shard, image, isDeep));
            }
        }
        return new DirectoryInspection(true, clusterId, partitions, segmentBytes, journalBytes, problems);
    }

    private static List<String> problems(Disk disk, Path shard, PartitionImage image, boolean isDeep) {
        Path directory = DataDirectory.partition(shard, image);
        List<String> found = new ArrayList<>();
        if (isDeep) {
            for (DamagedRange range : new LogRepair(disk, directory, image.files(), image.endOffset()).damage()) {
                found.add("offsets " + range.firstOffset() + " to " + (range.nextOffset() - 1) + " in " + range.file()
                        + ": " + range.reason());
            }
            return found;
        }
        OpenFiles none = new OpenFiles(1);
        for (SegmentFile file : image.files()) {
            new SegmentBytes(disk, none, directory, file).problem().ifPresent(found::add);
        }
        return found;
    }
}
