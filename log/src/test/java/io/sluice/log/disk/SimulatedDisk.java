package io.sluice.log.disk;

import static io.sluice.log.disk.SimulatedPage.SECTOR_BYTES;

import io.sluice.common.Check;
import io.sluice.log.disk.SimulatedNode.DirectoryNode;
import io.sluice.log.disk.SimulatedNode.FileNode;
import io.sluice.log.disk.SimulatedNode.StalePages;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps only what it promised. Unsynced pages are kept, dropped or torn at sectors, in any order;
 * unsynced names per directory are kept up to some point; a sync that failed leaves pages that read well and are not on
 * the medium. One lock guards everything, so any thread may use it.
 *
 * <p>A machine's life: {@link #crashAfter} stops it in the middle of an operation (or it is stopped between two), then
 * {@link #afterPowerLoss} or {@link #afterKill} gives the disk of the next life; the old one answers no more.
 */
public final class SimulatedDisk implements Disk {
    private final RandomGenerator random;
    private final DirectoryNode root;
    private final List<byte[]> recycled;
    private final Set<FileNode> locked = new HashSet<>();
    private final Map<FileNode, long[]> lost = new IdentityHashMap<>();
    private long operations;
    private long operationsUntilCrash = Long.MAX_VALUE;
    private long syncsUntilFailure = Long.MAX_VALUE;
    private long capacityBytes = Long.MAX_VALUE;
    private boolean ignoresSyncs;
    private boolean staleZerosOnly;
    private boolean stopped;
    private int openHandles;

    /** An empty disk whose misfortunes come from the generator. */
    public SimulatedDisk(RandomGenerator random) {
        this(random, new DirectoryNode(), new ArrayList<>());
    }

    private SimulatedDisk(RandomGenerator random, DirectoryNode root, List<byte[]> recycled) {
        this.random = random;
        this.root = root;
        this.recycled = recycled;
    }

    /** The n-th changing operation from now (1 = the next) happens in part only; it and all later ones throw {@link SimulatedCrashException}. */
    public synchronized void crashAfter(long changes) {
        operationsUntilCrash = changes;
    }

    /** The n-th sync of a file or directory from now (1 = the next) fails. */
    public synchronized void failSync(long syncs) {
        syncsUntilFailure = syncs;
    }

    /** Bytes that all files together may hold. */
    public synchronized void limitCapacity(long bytes) {
        capacityBytes = bytes;
    }

    /** Makes syncs do nothing and succeed: the control that a durability test must fail on. */
    public synchronized void ignoreSyncs() {
        ignoresSyncs = true;
    }

    /** Places never written read as zeros after a power cut, as file systems with ordered data promise. */
    public synchronized void onlyZerosAreStale() {
        staleZerosOnly = true;
    }

    /** Changing operations so far, a measure for {@link #crashAfter}. */
    public synchronized long operations() {
        return operations;
    }

    /** Files opened and not closed. */
    public synchronized int openHandles() {
        return openHandles;
    }

    /** Whether the machine has stopped. */
    public synchronized boolean hasStopped() {
        return stopped;
    }

    /** Damages a byte that is on the medium and in the cache. */
    public synchronized void flipByte(Path file, long filePosition, byte mask) {
        file(file).flip(filePosition, mask);
    }

    /** Reads that touch these bytes of the file fail, as of a sector that the medium has lost. */
    public synchronized void loseSector(Path file, long fromPosition, long toPosition) {
        lost.put(file(file), new long[] {fromPosition, toPosition});
    }

    /** The power fails: the next life's disk holds what was durable and an arbitrary part of the rest. */
    public synchronized SimulatedDisk afterPowerLoss() {
        stopped = true;
        double[] moods = {0, 0.1, 0.5, 0.9, 1};
        double keepChance = moods[random.nextInt(moods.length)];
        StalePages stale = new StalePages(random, recycled, staleZerosOnly, new IdentityHashMap<>());
        return next(new SimulatedDisk(random, root.afterPowerLoss(random, keepChance, stale), recycled));
    }

    /** The process dies: the page cache lives on, with what was never synced still unsynced. */
    public synchronized SimulatedDisk afterKill() {
        stopped = true;
        return next(new SimulatedDisk(random, root, recycled));
    }

    private SimulatedDisk next(SimulatedDisk disk) {
        disk.capacityBytes = capacityBytes;
        disk.ignoresSyncs = ignoresSyncs;
        disk.staleZerosOnly = staleZerosOnly;
        return disk;
    }

    @Override
    public synchronized DiskFile create(Path file) {
        boolean crashes = stepCrashes();
        DirectoryNode directory = directory(file.getParent());
        String name = name(file);
        refuse(directory.get(name) != null, "exists", file);
        FileNode node = new FileNode();
        if (!crashes || random.nextBoolean()) {
            directory.put(name, node);
        }
        throwIfCrashed(crashes);
        return handle(node, true);
    }

    @Override
    public synchronized DiskFile open(Path file) {
        throwIfStopped();
        return handle(file(file), true);
    }

    @Override
    public synchronized DiskFile openForReading(Path file) {
        throwIfStopped();
        return handle(file(file), false);
    }

    private DiskFile handle(FileNode node, boolean writable) {
        openHandles++;
        return new Handle(node, writable);
    }

    @Override
    public synchronized void rename(Path from, Path to) {
        boolean crashes = stepCrashes();
        DirectoryNode directory = directory(from.getParent());
        refuse(directory != directory(to.getParent()), "is renamed into another directory", from);
        SimulatedNode node = directory.get(name(from));
        if (node == null) {
            throw new DiskException(from + " does not exist", null);
        }
        refuse(
                directory.get(name(to)) instanceof DirectoryNode full
                        && !full.names().isEmpty(),
                "is not empty",
                to);
        if (!crashes || random.nextBoolean()) {
            directory.rename(name(from), name(to), node);
        }
        throwIfCrashed(crashes);
    }

    @Override
    public synchronized boolean tryLink(Path existing, Path second) {
        boolean crashes = stepCrashes();
        DirectoryNode directory = directory(second.getParent());
        boolean isPossible = find(existing) instanceof FileNode && directory.get(name(second)) == null;
        if (isPossible && (!crashes || random.nextBoolean())) {
            directory.put(name(second), file(existing));
        }
        throwIfCrashed(crashes);
        return isPossible;
    }

    @Override
    public synchronized void delete(Path path) {
        boolean crashes = stepCrashes();
        SimulatedNode parent = path.getParent() == null ? root : find(path.getParent());
        if (parent instanceof DirectoryNode directory && directory.get(name(path)) != null) {
            SimulatedNode node = directory.get(name(path));
            refuse(node instanceof DirectoryNode full && !full.names().isEmpty(), "is not empty", path);
            if (!crashes || random.nextBoolean()) {
                directory.remove(name(path));
            }
            if (node instanceof FileNode file && recycled.size() < 1024) {
                file.freeInto(recycled);
            }
        }
        throwIfCrashed(crashes);
    }

    @Override
    public synchronized void createDirectories(Path directory) {
        boolean crashes = stepCrashes();
        DirectoryNode current = root;
        for (Path part : directory.normalize()) {
            SimulatedNode child = current.get(part.toString());
            if (child == null) {
                child = new DirectoryNode();
                current.put(part.toString(), child);
            }
            refuse(!(child instanceof DirectoryNode), "is a file", directory);
            current = (DirectoryNode) child;
        }
        throwIfCrashed(crashes);
    }

    @Override
    public synchronized List<String> list(Path directory) {
        throwIfStopped();
        return find(directory) instanceof DirectoryNode node ? List.copyOf(node.names()) : List.of();
    }

    @Override
    public synchronized boolean exists(Path path) {
        throwIfStopped();
        return find(path) != null;
    }

    @Override
    public synchronized long sizeBytes(Path file) {
        throwIfStopped();
        return file(file).lengthBytes();
    }

    @Override
    public synchronized void syncDirectory(Path directory) {
        boolean crashes = stepCrashes();
        DirectoryNode node = directory(directory);
        if (syncFails()) {
            throw new DiskException("the simulated sync of " + directory + " failed", null);
        }
        if (!ignoresSyncs && (!crashes || random.nextBoolean())) {
            node.sync();
        }
        throwIfCrashed(crashes);
    }

    @Override
    public synchronized long usableBytes(Path path) {
        throwIfStopped();
        return Math.max(0, capacityBytes - usedBytes());
    }

    @Override
    public synchronized long totalBytes(Path path) {
        throwIfStopped();
        return capacityBytes;
    }

    @Override
    public synchronized DiskLock lock(Path file) {
        throwIfStopped();
        if (!exists(file)) {
            create(file).close();
        }
        FileNode node = file(file);
        if (!locked.add(node)) {
            throw new DiskLockedException(file + " is locked", null);
        }
        AtomicBoolean isHeld = new AtomicBoolean(true);
        return () -> {
            if (isHeld.getAndSet(false)) {
                locked.remove(node);
            }
        };
    }

    /** A file takes its space once, however many names it has. */
    private long usedBytes() {
        Set<FileNode> files = Collections.newSetFromMap(new IdentityHashMap<>());
        gather(root, files);
        return files.stream().mapToLong(FileNode::lengthBytes).sum();
    }

    private static void gather(DirectoryNode directory, Set<FileNode> files) {
        for (String name : directory.names()) {
            switch (directory.get(name)) {
                case FileNode file -> files.add(file);
                case DirectoryNode child -> gather(child, files);
                case null -> {}
            }
        }
    }

    private @Nullable SimulatedNode find(Path path) {
        SimulatedNode current = root;
        for (Path part : path.normalize()) {
            if (!(current instanceof DirectoryNode directory)) {
                return null;
            }
            current = directory.get(part.toString());
        }
        return current;
    }

    private DirectoryNode directory(@Nullable Path path) {
        if (path == null) {
            return root;
        }
        if (find(path) instanceof DirectoryNode directory) {
            return directory;
        }
        throw new DiskException(path + " is not a directory", null);
    }

    private FileNode file(Path path) {
        if (find(path) instanceof FileNode file) {
            return file;
        }
        throw new DiskException(path + " is not a file", null);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static void refuse(boolean refused, String why, Path path) {
        if (refused) {
            throw new DiskException(path + " " + why, null);
        }
    }

    private void throwIfStopped() {
        throwIfCrashed(stopped);
    }

    private static void throwIfCrashed(boolean crashed) {
        if (crashed) {
            throw new SimulatedCrashException();
        }
    }

    /** Counts a changing operation; true if the machine stops in the middle of it. */
    private boolean stepCrashes() {
        throwIfStopped();
        operations++;
        operationsUntilCrash--;
        stopped = operationsUntilCrash == 0;
        return stopped;
    }

    private boolean syncFails() {
        syncsUntilFailure--;
        return syncsUntilFailure == 0;
    }

    private final class Handle implements DiskFile {
        private final FileNode node;
        private final boolean writable;
        private boolean closed;

        private Handle(FileNode node, boolean writable) {
            this.node = node;
            this.writable = writable;
        }

        @Override
        public int read(ByteBuffer destination, long filePosition) {
            synchronized (SimulatedDisk.this) {
                // Also when the machine has stopped: a read under way ends, and nothing is written after it. The
                // replication engine would lose its locks if it failed, and nobody could end its threads.
                checkOpen();
                long[] gone = lost.getOrDefault(node, new long[] {0, 0});
                if (filePosition < gone[1] && filePosition + destination.remaining() > gone[0]) {
                    throw new DiskException("input/output error", null);
                }
                return node.read(destination, filePosition);
            }
        }

        @Override
        public void write(ByteBuffer[] sources, long filePosition) {
            synchronized (SimulatedDisk.this) {
                boolean crashes = beginChange();
                long position = filePosition;
                for (ByteBuffer source : sources) {
                    int count = source.remaining();
                    writeOne(source, position, crashes);
                    position += count;
                }
                throwIfCrashed(crashes);
            }
        }

        @Override
        public void write(ByteBuffer source, long filePosition) {
            write(new ByteBuffer[] {source}, filePosition);
        }

        private void writeOne(ByteBuffer source, long filePosition, boolean crashes) {
            int wanted = source.remaining();
            if (crashes && random.nextBoolean()) {
                node.write(source, firstSectors(filePosition, wanted), filePosition);
                throw new SimulatedCrashException();
            }
            long room = capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : capacityBytes - usedBytes();
            long growth = filePosition + wanted - node.lengthBytes();
            if (growth > 0 && growth > room) {
                node.write(source, (int) Math.max(0, wanted - (growth - Math.max(0, room))), filePosition);
                throw new DiskFullException("the simulated disk is full", null);
            }
            node.write(source, wanted, filePosition);
        }

        /** A part of a write that ends where a sector does: what is smaller reaches the medium at once or not at all. */
        private int firstSectors(long filePosition, int wanted) {
            long end = filePosition + random.nextInt(wanted + 1);
            return (int) Math.max(0, end / SECTOR_BYTES * SECTOR_BYTES - filePosition);
        }

        @Override
        public void sync() {
            synchronized (SimulatedDisk.this) {
                boolean crashes = beginChange();
                if (syncFails()) {
                    node.syncFails(random);
                    throw new DiskException("the simulated sync failed", null);
                }
                if (crashes) {
                    node.syncPartly(random);
                } else if (!ignoresSyncs) {
                    node.sync();
                }
                throwIfCrashed(crashes);
            }
        }

        @Override
        public void startWriteBack() {
            checkOpen();
        }

        @Override
        public long sizeBytes() {
            synchronized (SimulatedDisk.this) {
                throwIfStopped();
                checkOpen();
                return node.lengthBytes();
            }
        }

        @Override
        public void truncate(long lengthBytes) {
            synchronized (SimulatedDisk.this) {
                boolean crashes = beginChange();
                if (!crashes || random.nextBoolean()) {
                    node.truncate(Math.min(lengthBytes, node.lengthBytes()));
                }
                throwIfCrashed(crashes);
            }
        }

        private boolean beginChange() {
            checkOpen();
            Check.check(writable, "a file opened for reading was changed");
            return stepCrashes();
        }

        private void checkOpen() {
            Check.check(!closed, "a closed file was used");
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                if (!closed) {
                    closed = true;
                    openHandles--;
                }
            }
        }
    }
}
