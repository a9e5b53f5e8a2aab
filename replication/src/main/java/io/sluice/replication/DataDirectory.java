package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskLock;
import io.sluice.log.disk.WholeFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.random.RandomGenerator;

/**
 * The data directory: {@code lock} held while it is open; {@code format}, a text of NAME=VALUE lines (version,
 * cluster.id, node.id); {@code boot}, the machine's boot in which it was last opened; a directory for each shard. Versions:
 * 1, this one.
 */
final class DataDirectory implements AutoCloseable {
    private static final String VERSION = "1";
    private static final String SHARD = "shard-";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BOOT_ID_BYTES_MAX = 64;
    private static final int FORMAT_BYTES_MAX = 64 * 1024;

    private final Disk disk;
    private final Path directory;
    private final DiskLock lock;
    private final String clusterId;

    private DataDirectory(Disk disk, Path directory, DiskLock lock, String clusterId) {
        this.disk = disk;
        this.directory = directory;
        this.lock = lock;
        this.clusterId = clusterId;
    }

    static DataDirectory open(Disk disk, Path directory, RandomGenerator random) {
        createDurably(disk, directory);
        DiskLock lock = disk.lock(directory.resolve("lock"));
        try {
            Path format = directory.resolve("format");
            String clusterId = disk.exists(format) ? read(disk, format) : write(disk, directory, random);
            return new DataDirectory(disk, directory, lock, clusterId);
        } catch (RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    /** Creates the directory and makes its name, and those of parents that were missing, durable. */
    static void createDurably(Disk disk, Path directory) {
        if (disk.exists(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDurably(disk, parent);
        }
        disk.createDirectories(directory);
        if (parent != null) {
            disk.syncDirectory(parent);
        }
    }

    /** Deletes the file, or the directory with all that it holds. */
    static void deleteAll(Disk disk, Path path) {
        disk.list(path).forEach(name -> deleteAll(disk, path.resolve(name)));
        disk.delete(path);
    }

    /** Name of a shard's directory. */
    static String shardName(int id) {
        return SHARD + id;
    }

    /** Directories of the shards there are, open or not. */
    static List<Path> shards(Disk disk, Path directory) {
        return disk.list(directory).stream()
                .filter(name -> name.startsWith(SHARD))
                .map(directory::resolve)
                .toList();
    }

    /** Where a shard keeps its partitions. */
    static Path partitions(Path shard) {
        return shard.resolve("partitions");
    }

    /** Where a partition is among those of its shard. */
    static Path partition(Path partitions, TopicId topicId, int index) {
        return partitions.resolve(topicId.toString()).resolve(Integer.toString(index));
    }

    /** Where the partition of a checkpoint is, in its shard's directory. */
    static Path partition(Path shard, PartitionImage image) {
        return partition(partitions(shard), image.topicId(), image.index());
    }

    String clusterId() {
        return clusterId;
    }

    /** Of a directory that may be open elsewhere; throws {@link UnusableDirectoryException}. */
    static String clusterId(Disk disk, Path directory) {
        return read(disk, directory.resolve("format"));
    }

    /**
     * Whether the machine was started anew since the directory was last open, so that what was written and not synced
     * may be gone. False where the system does not tell.
     */
    boolean isInAnotherBoot() {
        Path last = directory.resolve("boot");
        ByteBuffer current = bootId();
        return current.hasRemaining()
                && disk.exists(last)
                && !WholeFile.read(disk, last, BOOT_ID_BYTES_MAX).equals(current);
    }

    /** Notes the machine's boot: once whatever follows from another one is durable. */
    void rememberBoot() {
        ByteBuffer current = bootId();
        if (current.hasRemaining()) {
            WholeFile.replace(disk, directory, "boot", current);
        }
    }

    private ByteBuffer bootId() {
        return disk.exists(BOOT_ID) ? WholeFile.read(disk, BOOT_ID, BOOT_ID_BYTES_MAX) : ByteBuffer.allocate(0);
    }

    private static String write(Disk disk, Path directory, RandomGenerator random) {
        if (!shards(disk, directory).isEmpty()) {
            throw new UnusableDirectoryException(
                    directory + " has data but no file 'format': restore it from a backup");
        }
        byte[] id = new byte[16];
        random.nextBytes(id);
        String clusterId = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        String text = "version=" + VERSION + "\ncluster.id=" + clusterId + "\nnode.id=1\n";
        WholeFile.replace(disk, directory, "format", StandardCharsets.UTF_8.encode(text));
        return clusterId;
    }

    private static String read(Disk disk, Path format) {
        long lengthBytes = disk.sizeBytes(format);
        if (lengthBytes > FORMAT_BYTES_MAX) {
            throw new UnusableDirectoryException(format + " is damaged: restore it from a backup");
        }
        ByteBuffer bytes = WholeFile.read(disk, format, lengthBytes);
        Properties properties = new Properties();
        try {
            properties.load(
                    new StringReader(StandardCharsets.UTF_8.decode(bytes).toString()));
        } catch (IOException impossible) {
            throw new UnusableDirectoryException(format + " is damaged: restore it from a backup");
        }
        String version = properties.getProperty("version", "");
        String clusterId = properties.getProperty("cluster.id", "");
        if (!version.equals(VERSION) || clusterId.isEmpty()) {
            throw new UnusableDirectoryException(format + " names version '" + version
                    + "', this program knows version " + VERSION + ": open it with the Sluice that wrote it");
        }
        return clusterId;
    }

    @Override
    public void close() {
        lock.close();
    }
}
