package io.sluice.replication;

import io.sluice.log.SegmentBytes;
import io.sluice.log.SegmentFile;
import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies a node's shards while they are in use. Each shard writes a checkpoint and keeps every file that it names until the
 * copy is done; what the checkpoint names is all there is, so no journal is copied. Data shards come first and the metadata
 * last: a topic in the metadata without partitions is opened again at the next start, the other way round it would be lost.
 *
 * <p>Runs on the caller's thread; holding and letting go are the checkpoint thread's.
 */
final class Backup {
    private static final int METADATA = 0;

    private final NodeParts node;
    private final Disk disk;
    private final Path target;
    private final BackupCopy copy;
    private final BackupProgress progress;
    private final Optional<EarlierBackup> earlier;
    private final List<BackupManifest.Entry> entries = new ArrayList<>();
    private long sharedBytes;

    Backup(NodeParts node, Path target, Optional<Path> earlier, BackupProgress progress) {
        this.node = node;
        this.disk = node.disk();
        this.target = target.toAbsolutePath().normalize();
        this.progress = progress;
        this.copy = new BackupCopy(disk, this.target, progress);
        this.earlier = earlier.map(directory -> EarlierBackup.read(disk, directory));
    }

    /** Refuses a place where it would overwrite or copy itself. */
    void check() {
        Path data = node.settings().directory().toAbsolutePath().normalize();
        if (target.startsWith(data) || data.startsWith(target)) {
            throw new BackupRefusedException(
                    "a backup cannot lie in its own data directory " + data + "; choose another directory");
        }
        requireEmpty(disk, target);
    }

    static void requireEmpty(Disk disk, Path target) {
        if (disk.exists(target) && !disk.list(target).isEmpty()) {
            throw new BackupRefusedException(
                    target + " is not empty; nothing is overwritten: choose another directory");
        }
    }

    /** The shards in the order in which they are held. */
    static List<Shard> inOrder(Iterable<Shard> shards) {
        List<Shard> ordered = new ArrayList<>();
        Optional<Shard> metadata = Optional.empty();
        for (Shard shard : shards) {
            if (shard.id() == METADATA) {
                metadata = Optional.of(shard);
            } else if (shard.durability() != Durability.MEMORY) {
                ordered.add(shard);
            }
        }
        metadata.ifPresent(ordered::add);
        return ordered;
    }

    /** With the checkpoints of the shards that are held. */
    BackupSummary run(Map<Shard, CheckpointFile.Content> held) {
        long begunMs = node.clock().wallMs();
        DataDirectory.createDurably(disk, target);
        Map<Shard, List<PartitionImage>> partitions = new LinkedHashMap<>();
        held.forEach((shard, content) -> partitions.put(
                shard,
                content.partitions().stream()
                        .map(encoded -> PartitionImage.decode(ByteBuffer.wrap(encoded)))
                        .filter(image -> !image.files().isEmpty())
                        .toList()));
        progress.planned(partitions.values().stream()
                .flatMap(List::stream)
                .flatMap(image -> image.files().stream())
                .mapToLong(SegmentFile::lengthBytes)
                .sum());
        held.forEach((shard, content) -> copyState(name(shard), content));
        partitions.forEach((shard, images) -> images.forEach(image -> copyPartition(name(shard), image)));
        Path format = node.settings().directory().resolve("format");
        entries.add(copy.copy(format, BackupManifest.FORMAT, disk.sizeBytes(format)));
        copy.syncDirectories();
        BackupManifest manifest = new BackupManifest(begunMs, entries);
        manifest.write(disk, target);
        return new BackupSummary(entries.size(), manifest.bytes(), sharedBytes, List.of());
    }

    private static String name(Shard shard) {
        return DataDirectory.shardName(shard.id());
    }

    private void copyState(String shard, CheckpointFile.Content content) {
        Path state = node.settings().directory().resolve(shard).resolve("state");
        for (CheckpointFile.SnapshotFile snapshot : content.snapshots()) {
            String path = shard + "/state/" + snapshot.fileName();
            entries.add(copy.copy(state.resolve(snapshot.fileName()), path, snapshot.lengthBytes()));
        }
        String path = shard + "/" + CheckpointFile.NAME;
        Path place = copy.place(path);
        CheckpointFile.write(disk, target.resolve(shard), content.unpacked());
        entries.add(copy.sum(target.relativize(place).toString()));
    }

    private void copyPartition(String shard, PartitionImage image) {
        String path = shard + "/partitions/" + DataDirectory.partitionName(image);
        Path directory = node.settings().directory().resolve(path);
        for (SegmentFile file : image.files()) {
            SegmentBytes bytes = new SegmentBytes(disk, node.openFiles(), directory, file);
            String crcs = path + "/" + bytes.blockCrcs().getFileName();
            boolean isSealed = disk.exists(bytes.blockCrcs());
            if (isSealed) {
                entries.add(copy.copy(bytes.blockCrcs(), crcs, disk.sizeBytes(bytes.blockCrcs())));
            }
            String records = path + "/" + bytes.records().getFileName();
            Optional<BackupManifest.Entry> shared = isSealed
                    ? earlier.flatMap(before -> before.share(entries.getLast(), records, file.lengthBytes()))
                            .filter(entry ->
                                    disk.tryLink(earlier.get().directory().resolve(records), copy.place(records)))
                    : Optional.empty();
            shared.ifPresent(entry -> {
                sharedBytes += entry.lengthBytes();
                progress.copied(entry.lengthBytes());
            });
            entries.add(shared.orElseGet(() -> copy.copy(bytes::read, records, file.lengthBytes())));
        }
    }
}
