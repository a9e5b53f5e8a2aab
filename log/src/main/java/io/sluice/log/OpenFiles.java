package io.sluice.log;

import io.sluice.common.BufferPool;
import io.sluice.common.Check;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounded number of open segment files of a node, least recently used closed first; a dirty file is never closed before
 * it was synced. A file in use is not closed, so the bound is passed by at most the number of threads that read or write
 * at once. Any thread; no lock is held while a disk works.
 *
 * <p>Also keeps what the segments of a node share: the buffers of disk reads, memory for keys and the set of directories to sync.
 */
public final class OpenFiles {
    /** Holds an answer of 1 MiB and the largest batch that Kafka's default limit allows. */
    private static final int READ_CHUNK_BYTES = (1 << 20) + (4 << 10);

    private static final int READ_BUFFERS_KEPT = 8;

    /** So many of the oldest files are looked at for a clean one before a dirty one is synced and closed. */
    private static final int CLEAN_SEARCH_MAX = 64;

    private final int openMax;
    private final KeyMemory keyMemory;
    private final BufferPool readBuffers = new BufferPool(READ_CHUNK_BYTES + DiskFile.SPARE_BYTES, READ_BUFFERS_KEPT);
    private final PreparedReads preparedReads = new PreparedReads();
    private final LinkedHashMap<Path, OpenFile> byPath = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Path, Long> dirtyDirectories = new ConcurrentHashMap<>();
    private final AtomicLong directoryChanges = new AtomicLong();
    private volatile @Nullable DiskException syncFailure;

    /** At most so many files are kept open, of logs that nobody compacts. */
    public OpenFiles(int openMax) {
        this(openMax, KeyMemory.none());
    }

    /** At most so many files are kept open. */
    public OpenFiles(int openMax, KeyMemory keyMemory) {
        this.keyMemory = keyMemory;
        Check.check(openMax > 0, "at least one file must be allowed open, not %d", openMax);
        this.openMax = openMax;
    }

    /** An open file that stays open until this is closed. */
    static final class Pin implements AutoCloseable {
        private final OpenFiles owner;
        private final OpenFile entry;
        private final long startPosition;

        private Pin(OpenFiles owner, OpenFile entry) {
            this(owner, entry, 0);
        }

        private Pin(OpenFiles owner, OpenFile entry, long startPosition) {
            this.owner = owner;
            this.entry = entry;
            this.startPosition = startPosition;
        }

        DiskFile file() {
            return startPosition == 0 ? entry.file : new ShiftedFile(entry.file, startPosition, () -> {});
        }

        /** The same pin for a reader of what lies from the position on; it takes this one's place. */
        Pin from(long filePosition) {
            return new Pin(owner, entry, filePosition);
        }

        /** Something was written that must be synced before the file may be closed. */
        void markDirty() {
            entry.dirty = true;
        }

        void sync() {
            // Before the sync: what is written meanwhile marks it again.
            entry.dirty = false;
            owner.sync(entry.file);
        }

        @Override
        public void close() {
            owner.unpin(entry);
        }
    }

    private static final class OpenFile {
        private final DiskFile file;
        private int pins = 1;
        private boolean forgotten;
        private volatile boolean dirty;

        private OpenFile(DiskFile file) {
            this.file = file;
        }
    }

    KeyMemory keyMemory() {
        return keyMemory;
    }

    Pin open(Disk disk, Path path) {
        synchronized (byPath) {
            OpenFile known = byPath.get(path);
            if (known != null) {
                known.pins++;
                return new Pin(this, known);
            }
        }
        return adopt(path, disk.openForAppending(path));
    }

    /** Creates the file, or empties one that an earlier attempt left behind. */
    Pin create(Disk disk, Path path) {
        forget(path);
        if (!disk.exists(path)) {
            disk.create(path).close();
            return adopt(path, disk.openForAppending(path));
        }
        Pin left = open(disk, path);
        left.file().truncate(0);
        return left;
    }

    private Pin adopt(Path path, DiskFile file) {
        List<OpenFile> closing = new ArrayList<>();
        OpenFile entry;
        synchronized (byPath) {
            OpenFile other = byPath.get(path);
            if (other != null) {
                other.pins++;
                entry = other;
            } else {
                entry = new OpenFile(file);
                byPath.put(path, entry);
                takeSurplus(closing);
            }
        }
        if (entry.file != file) {
            file.close();
        }
        closing.forEach(this::closeSynced);
        return new Pin(this, entry);
    }

    private void takeSurplus(List<OpenFile> closing) {
        while (byPath.size() > openMax) {
            Path victim = oldestUnused();
            if (victim == null) {
                return;
            }
            OpenFile removed = byPath.remove(victim);
            if (removed != null) {
                closing.add(removed);
            }
        }
    }

    private @Nullable Path oldestUnused() {
        Path oldestDirty = null;
        Iterator<Map.Entry<Path, OpenFile>> oldestFirst = byPath.entrySet().iterator();
        for (int looked = 0; oldestFirst.hasNext() && (looked < CLEAN_SEARCH_MAX || oldestDirty == null); looked++) {
            Map.Entry<Path, OpenFile> candidate = oldestFirst.next();
            boolean unused = candidate.getValue().pins == 0;
            if (unused && !candidate.getValue().dirty) {
                return candidate.getKey();
            }
            if (unused && oldestDirty == null) {
                oldestDirty = candidate.getKey();
            }
        }
        return oldestDirty;
    }

    private void closeSynced(OpenFile closing) {
        if (closing.dirty) {
            sync(closing.file);
        }
        closing.file.close();
    }

    private void sync(DiskFile file) {
        remembering(file::sync);
    }

    private void remembering(Runnable sync) {
        try {
            sync.run();
        } catch (DiskException failed) {
            // Whoever syncs next must fail too: the kernel reports a lost page once only.
            syncFailure = failed;
            throw failed;
        }
    }

    /** Throws if a sync ever failed, perhaps on behalf of another file: what is durable is unknown then. */
    void checkSynced() {
        DiskException failure = syncFailure;
        if (failure != null) {
            throw new DiskException("an earlier sync failed", failure);
        }
    }

    private void unpin(OpenFile entry) {
        boolean close;
        synchronized (byPath) {
            entry.pins--;
            close = entry.pins == 0 && entry.forgotten;
        }
        if (close) {
            entry.file.close();
        }
    }

    /** Closes the file without a sync, as soon as nobody uses it: it is about to be deleted. */
    void forget(Path path) {
        preparedReads.forget(path);
        OpenFile removed;
        boolean close;
        synchronized (byPath) {
            removed = byPath.remove(path);
            if (removed == null) {
                return;
            }
            removed.forgotten = true;
            close = removed.pins == 0;
        }
        if (close) {
            removed.file.close();
        }
    }

    BufferPool readBuffers() {
        return readBuffers;
    }

    /** The most that is read from a segment at once, but for a batch that is larger. */
    int readChunkBytes() {
        return READ_CHUNK_BYTES;
    }

    PreparedReads preparedReads() {
        return preparedReads;
    }

    /** Files open now. */
    public int openCount() {
        synchronized (byPath) {
            return byPath.size();
        }
    }

    /** Bytes of read buffers that answers still hold; 0 when nobody reads. */
    public long outstandingReadBytes() {
        return readBuffers.outstandingBytes() - preparedReads.heldBytes();
    }

    /** A name was created in the directory. */
    void markDirectory(Path directory) {
        dirtyDirectories.put(directory, directoryChanges.incrementAndGet());
    }

    /** The directory is gone: there is nothing to sync any more. */
    void forgetDirectory(Path directory) {
        dirtyDirectories.remove(directory);
    }

    /** Syncs the directory if something was created in it since its last sync, for whichever partition. */
    void syncDirectory(Disk disk, @Nullable Path directory) {
        Long change = directory == null ? null : dirtyDirectories.get(directory);
        if (directory != null && change != null) {
            remembering(() -> disk.syncDirectory(directory));
            // Only now, so that a second caller meanwhile syncs too; and not if something was created meanwhile.
            dirtyDirectories.remove(directory, change);
        }
    }
}
