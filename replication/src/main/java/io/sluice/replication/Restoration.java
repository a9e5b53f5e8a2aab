package io.sluice.replication;

import io.sluice.log.DamagedRange;
import io.sluice.log.LogRepair;
import io.sluice.log.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a data directory out of a backup. Every file is held against the manifest's CRC while it is copied, then every record
 * batch of the copy against its own; {@code format}, without which nothing opens a data directory, is written last. The term
 * of each shard rises by one, because records may have been acknowledged after the backup was made: whoever saw them learns
 * from the leader epoch that they are gone. Used by one thread.
 */
public final class Restoration {
    private final Disk disk;
    private final Path backup;
    private final BackupManifest manifest;
    private final BackupProgress progress;

    private Restoration(Disk disk, Path backup, BackupManifest manifest, BackupProgress progress) {
        this.disk = disk;
        this.backup = backup;
        this.manifest = manifest;
        this.progress = progress;
    }

    /** Opens a finished backup; throws {@link BackupRefusedException} if it is none. */
    public static Restoration of(Disk disk, Path backup, BackupProgress progress) {
        Path absolute = backup.toAbsolutePath().normalize();
        return new Restoration(disk, absolute, BackupManifest.read(disk, absolute), progress);
    }

    /** Wall time at which it began, in milliseconds: everything acknowledged before is in it. */
    public long begunMs() {
        return manifest.begunMs();
    }

    /**
     * Restores into a directory that is empty or does not exist; durable on return. Throws {@link BackupRefusedException} if
     * it is not empty or the backup is damaged, {@link UnusableDirectoryException} if the backup is of a format that this
     * program does not know, {@link io.sluice.log.disk.DiskException}, or what {@code progress} throws: the directory is as
     * empty as before then.
     */
    public BackupSummary into(Path directory) {
        Path target = directory.toAbsolutePath().normalize();
        Backup.requireEmpty(disk, target);
        long bytes = manifest.bytes();
        progress.planned(2 * bytes);
        DataDirectory.createDurably(disk, target);
        boolean isDone = false;
        try {
            List<DamagedRange> damage = fill(target);
            BackupCopy last = new BackupCopy(disk, target, progress);
            last.copy(
                    backup.resolve(BackupManifest.FORMAT),
                    "format",
                    disk.sizeBytes(backup.resolve(BackupManifest.FORMAT)));
            disk.syncDirectory(target);
            isDone = true;
            return new BackupSummary(manifest.files().size(), bytes, 0, damage);
        } finally {
            if (!isDone) {
                disk.list(target).forEach(name -> DataDirectory.deleteAll(disk, target.resolve(name)));
            }
        }
    }

    private List<DamagedRange> fill(Path target) {
        BackupCopy copy = new BackupCopy(disk, target, progress);
        Map<String, BackupManifest.Entry> expected = manifest.byPath();
        if (!expected.containsKey(BackupManifest.FORMAT)) {
            throw new BackupRefusedException(backup + " names no " + BackupManifest.FORMAT + ": use another backup");
        }
        for (BackupManifest.Entry entry : manifest.files()) {
            if (!disk.exists(backup.resolve(entry.path()))) {
                throw damaged(entry, "is missing");
            }
            BackupManifest.Entry copied = copy.copy(backup.resolve(entry.path()), entry.path(), entry.lengthBytes());
            if (!copied.equals(entry)) {
                throw damaged(entry, "is not what was backed up");
            }
        }
        List<DamagedRange> damage = new ArrayList<>();
        for (BackupManifest.Entry entry : manifest.files()) {
            if (entry.path().endsWith("/" + CheckpointFile.NAME)) {
                damage.addAll(finish(
                        target.resolve(entry.path().substring(0, entry.path().lastIndexOf('/')))));
            }
        }
        disk.delete(target.resolve(BackupManifest.FORMAT));
        copy.syncDirectories();
        return damage;
    }

    private BackupRefusedException damaged(BackupManifest.Entry entry, String what) {
        return new BackupRefusedException(
                "the backup is damaged: " + backup.resolve(entry.path()) + " " + what + "; use another backup");
    }

    private List<DamagedRange> finish(Path shard) {
        CheckpointFile.Content content = CheckpointFile.read(disk, shard);
        List<DamagedRange> damage = new ArrayList<>();
        for (byte[] encoded : content.partitions()) {
            PartitionImage image = PartitionImage.decode(ByteBuffer.wrap(encoded));
            Path partition = DataDirectory.partition(shard, image);
            damage.addAll(new LogRepair(disk, partition, image.files(), image.endOffset()).damage());
            image.files().forEach(file -> progress.copied(file.lengthBytes()));
        }
        CheckpointFile.write(
                disk,
                shard,
                new CheckpointFile.Content(
                        content.index(),
                        content.term() + 1,
                        content.timeMs(),
                        content.snapshots(),
                        content.topics(),
                        content.partitions()));
        return damage;
    }
}
