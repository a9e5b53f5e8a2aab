package io.sluice.replication;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.WholeFile;
import io.sluice.replication.runtime.StateMachine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Snapshots of a shard's state machines in {@code state/}: one file per machine, written anew only when the machine
 * changed. Checkpoint thread, and the opening thread before it.
 */
final class SnapshotStore {
    private final Disk disk;
    private final Path directory;
    private final Map<String, CheckpointFile.SnapshotFile> current = new HashMap<>();

    SnapshotStore(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Puts machines back to the snapshots that a checkpoint names. */
    void restore(List<CheckpointFile.SnapshotFile> snapshots, Iterable<StateMachine> machines) {
        for (CheckpointFile.SnapshotFile snapshot : snapshots) {
            current.put(snapshot.machine(), snapshot);
        }
        for (StateMachine machine : machines) {
            CheckpointFile.SnapshotFile snapshot = current.get(machine.name());
            if (snapshot != null) {
                machine.restore(read(snapshot));
            }
        }
    }

    /** The same in the place of what there was: machines without a snapshot go back to the empty state given. */
    void replace(
            List<CheckpointFile.SnapshotFile> snapshots,
            Iterable<StateMachine> machines,
            Map<String, ByteBuffer> empty) {
        current.clear();
        for (StateMachine machine : machines) {
            ByteBuffer state = empty.get(machine.name());
            if (state != null) {
                machine.restore(state.duplicate());
            }
        }
        restore(snapshots, machines);
    }

    private ByteBuffer read(CheckpointFile.SnapshotFile snapshot) {
        Path path = directory.resolve(snapshot.fileName());
        ByteBuffer bytes = WholeFile.read(disk, path, snapshot.lengthBytes());
        if (bytes.remaining() != snapshot.lengthBytes() || crc(bytes) != snapshot.crc()) {
            throw new UnusableDirectoryException(path + " is damaged: restore it from a backup");
        }
        return bytes;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Writes these snapshots; answers all files a checkpoint has to name now. Durable on return. */
    List<CheckpointFile.SnapshotFile> write(Map<String, Supplier<ByteBuffer>> changed) {
        if (!changed.isEmpty()) {
            disk.createDirectories(directory);
        }
        for (Map.Entry<String, Supplier<ByteBuffer>> entry : changed.entrySet()) {
            CheckpointFile.SnapshotFile last = current.get(entry.getKey());
            long generation = last == null ? 1 : last.generation() + 1;
            ByteBuffer bytes = entry.getValue().get();
            CheckpointFile.SnapshotFile fresh =
                    new CheckpointFile.SnapshotFile(entry.getKey(), generation, bytes.remaining(), crc(bytes));
            Path path = directory.resolve(fresh.fileName());
            disk.delete(path);
            try (DiskFile file = disk.create(path)) {
                file.write(bytes.duplicate(), 0);
                file.sync();
            }
            current.put(entry.getKey(), fresh);
        }
        if (!changed.isEmpty()) {
            disk.syncDirectory(directory);
        }
        return new ArrayList<>(current.values());
    }

    /** Deletes files that the newest checkpoint does not name. */
    void deleteUnnamed() {
        Set<String> named = new HashSet<>();
        current.values().forEach(snapshot -> named.add(snapshot.fileName()));
        for (String name : disk.list(directory)) {
            if (!named.contains(name)) {
                disk.delete(directory.resolve(name));
            }
        }
    }
}
