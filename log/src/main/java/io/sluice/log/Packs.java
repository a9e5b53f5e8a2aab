package io.sluice.log;

import io.sluice.common.Check;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The files of a shard that its small segments share, so that a partition with little in it costs neither a file nor a
 * sync. A segment lies in a pack in one piece; when it grows it is written anew behind everything else, and what it was
 * before is dead; when it grows out of it, it gets a file of its own.
 *
 * <p>A pack is only ever appended to, in the run that made it. It is deleted once nothing in it is alive, after a checkpoint
 * that no longer names it; {@link #sparse} says from which packs the living should be moved so that this comes true.
 *
 * <p>One thread appends, releases and moves (the node's segment thread); syncs and deletions come from another one.
 */
public final class Packs {
    /** The usual limit: smaller segments than this cost no more when they are written anew than a block of a file would. */
    public static final int SEGMENT_BYTES_MAX = 8 << 10;

    /** Name of their directory beside those of the topics. */
    public static final String DIRECTORY = "packs";

    private static final String SUFFIX = ".pack";
    private static final long PACK_BYTES_MAX = 64L << 20;
    private static final int PACKS_MAX = 16;

    /** Of many packs those are emptied of which this part is dead. */
    private static final int DEAD_SHARE = 4;

    private static final int WRITE_BACK_BYTES = 1 << 20;

    private final Disk disk;
    private final OpenFiles openFiles;
    private final Path directory;
    private final int segmentBytesMax;
    private final TreeMap<Long, Pack> packs = new TreeMap<>();
    private @Nullable Pack current;
    private long lastNumber;
    private @Nullable RollSettings lastRolls;

    private static final class Pack {
        private final long number;
        private final Path path;
        private long lengthBytes;
        private long liveBytes;
        private long writtenBackBytes;
        private volatile boolean dirty;

        private Pack(long number, Path path) {
            this.number = number;
            this.path = path;
        }
    }

    /**
     * In the directory of a shard's partitions.
     *
     * @param segmentBytesMax larger segments have files of their own; 0 for all of them
     */
    public Packs(Disk disk, OpenFiles openFiles, Path partitions, int segmentBytesMax) {
        this.disk = disk;
        this.openFiles = openFiles;
        this.directory = partitions.resolve(DIRECTORY);
        this.segmentBytesMax = segmentBytesMax;
    }

    /** For logs whose segments all have files of their own. */
    public static Packs none(Disk disk, OpenFiles openFiles) {
        return new Packs(disk, openFiles, Path.of(""), 0);
    }

    /** The file that a partition's segment shares. */
    static Path path(Path partitionDirectory, PackedPlace place) {
        Path topic = partitionDirectory.getParent();
        Path partitions = topic == null ? null : topic.getParent();
        Check.check(partitions != null, "%s is not the directory of a partition", partitionDirectory);
        return partitions.resolve(DIRECTORY).resolve(name(place.pack()));
    }

    private static String name(long number) {
        return number + SUFFIX;
    }

    Disk disk() {
        return disk;
    }

    /** These settings from the first offset on: one object for the many logs that have the same. Any thread. */
    synchronized RollSettings rolls(SegmentSettings settings) {
        RollSettings known = lastRolls;
        if (known == null || !known.settings().equals(settings)) {
            known = RollSettings.always(settings);
            lastRolls = known;
        }
        return known;
    }

    OpenFiles openFiles() {
        return openFiles;
    }

    /** Whether a segment of so many bytes belongs here. */
    boolean takes(long lengthBytes) {
        return lengthBytes <= segmentBytesMax;
    }

    /** Writes a segment; nothing has happened if it throws. */
    PackedPlace append(ByteBuffer[] sources) {
        CRC32C crc = new CRC32C();
        int lengthBytes = 0;
        for (ByteBuffer source : sources) {
            lengthBytes += source.remaining();
            crc.update(source.duplicate());
        }
        Pack pack = packWithRoom();
        try (OpenFiles.Pin pin = openFiles.open(disk, pack.path)) {
            pin.file().write(sources, pack.lengthBytes);
            pin.markDirty();
            if (pack.lengthBytes - pack.writtenBackBytes >= WRITE_BACK_BYTES) {
                pack.writtenBackBytes = pack.lengthBytes;
                pin.file().startWriteBack();
            }
        }
        // After the write: a sync that clears this has then seen all the bytes.
        pack.dirty = true;
        synchronized (this) {
            PackedPlace place = new PackedPlace(pack.number, pack.lengthBytes, (int) crc.getValue());
            pack.lengthBytes += lengthBytes;
            pack.liveBytes += lengthBytes;
            return place;
        }
    }

    private Pack packWithRoom() {
        Pack known = current();
        if (known != null && known.lengthBytes < PACK_BYTES_MAX) {
            return known;
        }
        long number = lastNumber + 1;
        Pack made = new Pack(number, directory.resolve(name(number)));
        disk.createDirectories(directory);
        openFiles.create(disk, made.path).close();
        openFiles.markDirectory(directory);
        openFiles.markDirectory(partitions());
        synchronized (this) {
            lastNumber = number;
            packs.put(number, made);
            current = made;
        }
        return made;
    }

    private Path partitions() {
        Path parent = directory.getParent();
        Check.check(parent != null, "%s lies nowhere", directory);
        return parent;
    }

    private synchronized @Nullable Pack current() {
        return current;
    }

    /** The segment at the place is one of those a checkpoint names. */
    synchronized void restored(PackedPlace place, long lengthBytes) {
        packs.computeIfAbsent(place.pack(), number -> new Pack(number, directory.resolve(name(number)))).liveBytes +=
                lengthBytes;
        lastNumber = Math.max(lastNumber, place.pack());
    }

    /** The segment is not there any more. */
    synchronized void release(PackedPlace place, long lengthBytes) {
        Pack pack = packs.get(place.pack());
        if (pack != null) {
            pack.liveBytes -= lengthBytes;
        }
    }

    /**
     * At a start, when all that a checkpoint names is restored: deletes other packs. One that is missing is empty from now
     * on, so that reads of what it held find damage. Answers the names of the missing.
     */
    public List<Path> openNamed() {
        List<Path> missing = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (Pack pack : all()) {
            named.add(name(pack.number));
            if (!disk.exists(pack.path)) {
                missing.add(pack.path);
                disk.createDirectories(directory);
                disk.create(pack.path).close();
                openFiles.markDirectory(directory);
                pack.dirty = true;
            }
            pack.lengthBytes = disk.sizeBytes(pack.path);
        }
        for (String name : disk.list(directory)) {
            if (!named.contains(name)) {
                disk.delete(directory.resolve(name));
            }
        }
        return missing;
    }

    private synchronized List<Pack> all() {
        return List.copyOf(packs.values());
    }

    /** The directory was replaced by one without packs, or goes away. */
    public void clear() {
        for (Pack pack : all()) {
            openFiles.forget(pack.path);
        }
        openFiles.forgetDirectory(directory);
        synchronized (this) {
            packs.clear();
            current = null;
        }
    }

    /** Makes everything appended so far durable. Throws what {@link PartitionLog#sync} throws. */
    public void sync() {
        boolean hasSynced = false;
        for (Pack pack : all()) {
            if (pack.dirty) {
                // Before the sync: what is appended meanwhile marks it again.
                pack.dirty = false;
                try (OpenFiles.Pin pin = openFiles.open(disk, pack.path)) {
                    pin.sync();
                }
                hasSynced = true;
            }
        }
        if (hasSynced) {
            openFiles.syncDirectory(disk, directory);
            openFiles.syncDirectory(disk, partitions());
        }
        openFiles.checkSynced();
    }

    /** Packs in which nothing is alive: for {@link #delete}, once a checkpoint is durable that names where everything is now. */
    public synchronized List<Long> dead() {
        List<Long> dead = new ArrayList<>();
        for (Pack pack : packs.values()) {
            if (pack.liveBytes == 0 && pack.lengthBytes > 0) {
                dead.add(pack.number);
                current = pack == current ? null : current;
            }
        }
        return dead;
    }

    /** Unlinks them. */
    public void delete(List<Long> numbers) {
        for (long number : numbers) {
            Pack removed;
            synchronized (this) {
                removed = packs.remove(number);
            }
            if (removed != null) {
                openFiles.forget(removed.path);
                disk.delete(removed.path);
            }
        }
    }

    /**
     * Packs that are worth being emptied: most of what is in them is dead, or there are many and a good part is. Full ones stay,
     * however many there are: what they hold needs as many.
     */
    public synchronized Set<Long> sparse() {
        Set<Long> sparse = new HashSet<>();
        Pack smallest = null;
        for (Pack pack : packs.values()) {
            if (pack == current || pack.liveBytes == 0) {
                continue;
            }
            if (pack.liveBytes < pack.lengthBytes / 2) {
                sparse.add(pack.number);
            }
            smallest = smallest == null || pack.liveBytes < smallest.liveBytes ? pack : smallest;
        }
        if (smallest != null
                && packs.size() > PACKS_MAX
                && smallest.liveBytes < smallest.lengthBytes - smallest.lengthBytes / DEAD_SHARE) {
            sparse.add(smallest.number);
        }
        return sparse;
    }

    /** The bytes of a segment; null if they are not what was written, or cannot be read. */
    @Nullable
    ByteBuffer read(PackedPlace place, long lengthBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(lengthBytes));
        try (OpenFiles.Pin pin = openFiles.open(disk, directory.resolve(name(place.pack())))) {
            pin.file().read(bytes, place.filePosition());
        } catch (DiskException unreadable) {
            return null;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.flip());
        return bytes.limit() == lengthBytes && (int) crc.getValue() == place.crc() ? bytes.rewind() : null;
    }
}
