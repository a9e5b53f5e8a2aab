package io.sluice.replication;

import io.sluice.log.disk.Disk;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A finished backup whose sealed segments a new one may share instead of copying them.
 *
 * @param directory where it is
 * @param files what it consists of
 */
record EarlierBackup(Path directory, Map<String, BackupManifest.Entry> files) {
    /** Throws {@link BackupRefusedException} if it is not finished. */
    static EarlierBackup read(Disk disk, Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        return new EarlierBackup(absolute, BackupManifest.read(disk, absolute).byPath());
    }

    /**
     * The same records, if it has them: a segment of that name and length whose list of block CRCs is the same too, which
     * tells apart what a repair wrote anew.
     */
    Optional<BackupManifest.Entry> share(BackupManifest.Entry blockCrcs, String records, long lengthBytes) {
        return Optional.ofNullable(files.get(records))
                .filter(entry -> entry.lengthBytes() == lengthBytes)
                .filter(entry -> blockCrcs.equals(files.get(blockCrcs.path())));
    }
}
