package io.sluice.log.disk;

import io.sluice.common.BufferPool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The machine's own file system. Any thread may use it, but a thread that is interrupted inside a read or write closes
 * the file for everybody ({@link FileChannel}'s rule): threads that use a disk are never interrupted.
 */
public final class RealDisk implements Disk {
    /** Chunks of scans that are kept for the next ones. */
    private static final int CHUNKS_KEPT = ScannedFile.AHEAD_MAX + 2;

    /**
     * Locks held by this process. POSIX locks belong to a process and vanish when it closes <em>any</em> descriptor of
     * the file, so a second taker in the same process must be turned away before it opens the file.
     */
    private static final Set<Path> HELD_LOCKS = ConcurrentHashMap.newKeySet();

    private final AlignedStage stage = new AlignedStage(DirectAccess.BLOCK_BYTES);
    private final BufferPool scanMemory = new BufferPool(ScannedFile.CHUNK_BYTES, CHUNKS_KEPT);

    /** Any number may exist for the same files. */
    public RealDisk() {}

    @Override
    public DiskFile create(Path file) {
        return open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    @Override
    public DiskFile open(Path file) {
        return open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile openForAppending(Path file) {
        return new AppendingFile(open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), file, stage);
    }

    @Override
    public DiskFile openForScanning(Path file, Executor readAhead) {
        Optional<FileChannel> direct = DirectAccess.open(file, StandardOpenOption.READ);
        return direct.isPresent() ? new ScannedFile(file, direct.get(), scanMemory, readAhead) : openForReading(file);
    }

    @Override
    public DiskFile openForReading(Path file) {
        return open(file, StandardOpenOption.READ);
    }

    private static RealDiskFile open(Path file, OpenOption... options) {
        try {
            return new RealDiskFile(file, FileChannel.open(file, options));
        } catch (IOException e) {
            throw failure("open", file, e);
        }
    }

    @Override
    public void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("rename", from, e);
        }
    }

    @Override
    public boolean tryLink(Path existing, Path second) {
        try {
            Files.createLink(second, existing);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    @Override
    public void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failure("delete", path, e);
        }
    }

    @Override
    public void createDirectories(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw failure("create directory", directory, e);
        }
    }

    @Override
    public List<String> list(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw failure("list", directory, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failure("list", directory, e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public long sizeBytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw failure("read the size of", file, e);
        }
    }

    @Override
    public void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw syncFailure(directory, e);
        }
    }

    @Override
    public long usableBytes(Path path) {
        Path existing = nearestExisting(path);
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            throw failure("read the free space of", existing, e);
        }
    }

    @Override
    public long totalBytes(Path path) {
        Path existing = nearestExisting(path);
        try {
            return Files.getFileStore(existing).getTotalSpace();
        } catch (IOException e) {
            throw failure("read the size of the disk of", existing, e);
        }
    }

    private static Path nearestExisting(Path path) {
        Path existing = path.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    @Override
    public DiskLock lock(Path file) {
        Path key = canonical(file);
        if (!HELD_LOCKS.add(key)) {
            throw new DiskLockedException(file + " is locked by this process", null);
        }
        boolean isHeld = false;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            isHeld = holdsLock(channel);
            if (!isHeld) {
                throw new DiskLockedException(file + " is locked by another process", null);
            }
            return () -> unlock(file, key, channel);
        } catch (IOException e) {
            throw failure("lock", file, e);
        } finally {
            if (!isHeld) {
                HELD_LOCKS.remove(key);
            }
        }
    }

    /** Closes the channel if another process has the lock. */
    private static boolean holdsLock(FileChannel channel) throws IOException {
        boolean isLocked = false;
        try {
            isLocked = channel.tryLock() != null;
            return isLocked;
        } finally {
            if (!isLocked) {
                channel.close();
            }
        }
    }

    /** Once only: the next taker of this process may have the key already. */
    private static void unlock(Path file, Path key, FileChannel channel) {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw failure("unlock", file, e);
        } finally {
            HELD_LOCKS.remove(key);
        }
    }

    /** One name for one file, whatever links lead to its directory. */
    private static Path canonical(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        try {
            return parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
        } catch (IOException e) {
            throw failure("resolve", file, e);
        }
    }

    /** The exception for a refused operation; a full disk or quota is told by the system's words only. */
    static DiskException failure(String operation, Path path, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        if (reason.contains("No space left on device") || reason.contains("Disk quota exceeded")) {
            return new DiskFullException(message(operation, path, cause), cause);
        }
        return new DiskException(message(operation, path, cause), cause);
    }

    /** The exception for a sync, which no cause makes one that may be tried again: not even a volume that is full underneath. */
    static DiskException syncFailure(Path path, IOException cause) {
        return new DiskException(message("sync", path, cause), cause);
    }

    private static String message(String operation, Path path, IOException cause) {
        return "could not " + operation + " " + path + ": " + cause.getMessage();
    }
}
