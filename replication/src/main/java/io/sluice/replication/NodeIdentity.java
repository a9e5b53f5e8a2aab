package io.sluice.replication;

import io.sluice.log.disk.Disk;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who a node is; its data directory says so for ever.
 *
 * @param clusterId identity of the cluster, as Kafka clients see it
 * @param nodeId its number in the cluster, above 0
 */
public record NodeIdentity(String clusterId, int nodeId) {
    private static final int RANDOM_BYTES = 16;

    /** Checks that the id can be one. */
    public NodeIdentity {
        if (nodeId < 1 || clusterId.isEmpty()) {
            throw new IllegalArgumentException("no identity of a node: " + clusterId + ", " + nodeId);
        }
    }

    /** Of a new cluster. */
    public static NodeIdentity fresh(int nodeId, RandomGenerator random) {
        byte[] id = new byte[RANDOM_BYTES];
        random.nextBytes(id);
        return new NodeIdentity(Base64.getUrlEncoder().withoutPadding().encodeToString(id), nodeId);
    }

    /**
     * What the directory says, which may be open elsewhere; empty if it is none yet. Throws {@link
     * UnusableDirectoryException}.
     */
    public static Optional<NodeIdentity> read(Disk disk, Path directory) {
        Path format = directory.resolve(DataDirectory.FORMAT);
        return disk.exists(format) ? Optional.of(DataDirectory.read(disk, format)) : Optional.empty();
    }
}
