package io.sluice.replication;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Properties;
import java.util.random.RandomGenerator;

/**
 * The data directory: {@code lock} held while it is open; {@code format}, a text of NAME=VALUE lines (version,
 * cluster.id, node.id); {@code boot}, the machine's boot in which it was last opened. Versions: 1, this one.
 */
final class DataDirectory implements AutoCloseable {
    private static final String VERSION = "1";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BOOT_ID_BYTES_MAX = 64;
    private static final int FORMAT_BYTES_MAX = 64 * 1024;

    private final Disk disk;
    private final Path directory;
    private final AutoCloseable lock;
    private final String clusterId;

    private DataDirectory(Disk disk, Path directory, AutoCloseable lock, String clusterId) {
        this.disk = disk;
        this.directory = directory;
        this.lock = lock;
        this.clusterId = clusterId;
    }

    static DataDirectory open(Disk disk, Path directory, RandomGenerator random) {
        createDurably(disk, directory);
        AutoCloseable lock = disk.lock(directory.resolve("lock"));
        try {
            Path format = directory.resolve("format");
            String clusterId = disk.exists(format) ? read(disk, format) : write(disk, directory, random);
            return new DataDirectory(disk, directory, lock, clusterId);
        } catch (RuntimeException failure) {
            close(lock);
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
                && !CheckpointFile.readAll(disk, last, BOOT_ID_BYTES_MAX).equals(current);
    }

    /** Notes the machine's boot: once whatever follows from another one is durable. */
    void rememberBoot() {
        ByteBuffer current = bootId();
        if (current.hasRemaining()) {
            replace("boot", current);
        }
    }

    private ByteBuffer bootId() {
        return disk.exists(BOOT_ID) ? CheckpointFile.readAll(disk, BOOT_ID, BOOT_ID_BYTES_MAX) : ByteBuffer.allocate(0);
    }

    private void replace(String name, ByteBuffer content) {
        replace(disk, directory, name, content);
    }

    private static void replace(Disk disk, Path directory, String name, ByteBuffer content) {
        Path fresh = directory.resolve(name + ".new");
        disk.delete(fresh);
        try (DiskFile file = disk.create(fresh)) {
            file.write(content, 0);
            file.sync();
        }
        disk.rename(fresh, directory.resolve(name));
        disk.syncDirectory(directory);
    }

    private static String write(Disk disk, Path directory, RandomGenerator random) {
        if (disk.list(directory).stream().anyMatch(name -> name.startsWith("shard-"))) {
            throw new UnusableDirectoryException(
                    directory + " has data but no file 'format': restore it from a backup");
        }
        byte[] id = new byte[16];
        random.nextBytes(id);
        String clusterId = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        String text = "version=" + VERSION + "\ncluster.id=" + clusterId + "\nnode.id=1\n";
        replace(disk, directory, "format", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return clusterId;
    }

    private static String read(Disk disk, Path format) {
        long lengthBytes = disk.sizeBytes(format);
        if (lengthBytes > FORMAT_BYTES_MAX) {
            throw new UnusableDirectoryException(format + " is damaged: restore it from a backup");
        }
        ByteBuffer bytes = CheckpointFile.readAll(disk, format, lengthBytes);
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

    private static void close(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        close(lock);
    }
}
