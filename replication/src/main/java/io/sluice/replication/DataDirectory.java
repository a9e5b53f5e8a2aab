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
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.random.RandomGenerator;

/**
 * The data directory: {@code lock} held while it is open; {@code format}, a text of NAME=VALUE lines (version,
 * cluster.id, node.id); {@code boot}, the machine's boot in which it was last opened; a directory for each shard. Versions:
 * 1, this one.
 */
final class DataDirectory implements AutoCloseable {
    static final String FORMAT = "format";
    private static final String VERSION = "1";
    private static final String SHARD = "shard-";

    /** Between the number of a partition and that of the move that brought it. */
    private static final String ARRIVAL = "-";

    /** Before the name of a shard that is being deleted. */
    private static final String REMOVED = "removed-";

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BOOT_ID_BYTES_MAX = 64;
    private static final int FORMAT_BYTES_MAX = 64 * 1024;

    private final Disk disk;
    private final Path directory;
    private final DiskLock lock;
    private final NodeIdentity identity;

    private DataDirectory(Disk disk, Path directory, DiskLock lock, NodeIdentity identity) {
        this.disk = disk;
        this.directory = directory;
        this.lock = lock;
        this.identity = identity;
    }

    /** Opens the directory; a new one becomes that of the node, or if there is none named, of the first of a new cluster. */
    static DataDirectory open(Disk disk, Path directory, Optional<NodeIdentity> wanted, RandomGenerator random) {
        createDurably(disk, directory);
        DiskLock lock = disk.lock(directory.resolve("lock"));
        try {
            Path format = directory.resolve(FORMAT);
            NodeIdentity identity = disk.exists(format)
                    ? read(disk, format)
                    : write(disk, directory, wanted.orElseGet(() -> NodeIdentity.fresh(1, random)));
            if (wanted.isPresent() && !wanted.get().equals(identity)) {
                throw new UnusableDirectoryException(directory + " belongs to node " + identity.nodeId()
                        + " of cluster " + identity.clusterId() + ", not to node "
                        + wanted.get().nodeId() + " of cluster " + wanted.get().clusterId()
                        + ": name another directory, or the node that this one belongs to");
            }
            deleteRemoved(disk, directory);
            return new DataDirectory(disk, directory, lock, identity);
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

    /** Deletes a shard's directory. It loses its name first, so that a crash half-way leaves nothing that would be opened. */
    void removeShard(int id) {
        // What an attempt that failed has left would be in the way.
        deleteRemoved(disk, directory);
        Path shard = directory.resolve(shardName(id));
        if (disk.exists(shard)) {
            disk.rename(shard, directory.resolve(REMOVED + shardName(id)));
            disk.syncDirectory(directory);
        }
        deleteRemoved(disk, directory);
    }

    private static void deleteRemoved(Disk disk, Path directory) {
        disk.list(directory).stream()
                .filter(name -> name.startsWith(REMOVED))
                .forEach(name -> deleteAll(disk, directory.resolve(name)));
    }

    /** Where a shard keeps its partitions. */
    static Path partitions(Path shard) {
        return shard.resolve("partitions");
    }

    /**
     * Where a partition is among those of its shard. One that came back to a shard has another place than before: what it had
     * there stays until a checkpoint names it no more.
     */
    static Path partition(Path partitions, TopicId topicId, int index, long arrival) {
        return partitions.resolve(partitionName(topicId, index, arrival));
    }

    private static String partitionName(TopicId topicId, int index, long arrival) {
        return topicId + "/" + index + (arrival == 0 ? "" : ARRIVAL + arrival);
    }

    /** The same as a path below that of the partitions, in the checkpoints and backups of every node. */
    static String partitionName(PartitionImage image) {
        return partitionName(image.topicId(), image.index(), image.residence().arrival());
    }

    /** Where the partition of a checkpoint is, in its shard's directory. */
    static Path partition(Path shard, PartitionImage image) {
        return partition(
                partitions(shard),
                image.topicId(),
                image.index(),
                image.residence().arrival());
    }

    NodeIdentity identity() {
        return identity;
    }

    /** Of a directory that may be open elsewhere; throws {@link UnusableDirectoryException}. */
    static String clusterId(Disk disk, Path directory) {
        return read(disk, directory.resolve(FORMAT)).clusterId();
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

    private static NodeIdentity write(Disk disk, Path directory, NodeIdentity identity) {
        if (!shards(disk, directory).isEmpty()) {
            throw new UnusableDirectoryException(
                    directory + " has data but no file 'format': restore it from a backup");
        }
        String text =
                "version=" + VERSION + "\ncluster.id=" + identity.clusterId() + "\nnode.id=" + identity.nodeId() + "\n";
        WholeFile.replace(disk, directory, FORMAT, StandardCharsets.UTF_8.encode(text));
        return identity;
    }

    /** What the file says; throws {@link UnusableDirectoryException}. */
    static NodeIdentity read(Disk disk, Path format) {
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
        return new NodeIdentity(clusterId, nodeId(format, properties.getProperty("node.id", "1")));
    }

    private static int nodeId(Path format, String text) {
        try {
            int nodeId = Integer.parseInt(text);
            if (nodeId > 0) {
                return nodeId;
            }
        } catch (NumberFormatException wrong) {
            // Told below.
        }
        throw new UnusableDirectoryException(format + " names node id '" + text + "': restore it from a backup");
    }

    @Override
    public void close() {
        lock.close();
    }
}
