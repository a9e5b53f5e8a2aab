package io.sluice.log.disk;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A file system as the broker sees it. Any thread may call it. Every method throws {@link DiskException} when the
 * system refuses, and {@link DiskFullException} when there is no space; but never that of a sync, because who meets a full
 * disk tries again later, and a sync that failed must not be tried again.
 *
 * <p>Durability: a file's content is durable after {@link DiskFile#sync()}, its name (created, renamed, deleted) after
 * {@link #syncDirectory} of its directory.
 */
public interface Disk {
    /** Creates an empty file; fails if it exists. */
    DiskFile create(Path file);

    /** Opens an existing file for reading and writing. */
    DiskFile open(Path file);

    /**
     * Opens an existing file that grows at its end, one writer at a time, and is read by others meanwhile. The file may
     * become up to a block longer than what was written to it; those bytes are zeros.
     */
    default DiskFile openForAppending(Path file) {
        return open(file);
    }

    /**
     * Opens an existing file that nobody writes any more, to read much of it once: where the system can, past the page cache,
     * which is left to those who read again. For one thread.
     *
     * @param readAhead may read what comes next meanwhile; one task at a time, not to be interrupted. {@code Runnable::run} reads it
     *     at once.
     */
    default DiskFile openForScanning(Path file, Executor readAhead) {
        return openForReading(file);
    }

    /** Opens an existing file for reading. */
    DiskFile openForReading(Path file);

    /** Renames within one directory, replacing what was there. */
    void rename(Path from, Path to);

    /** Gives the file a second name on the same disk; false if this disk cannot: copy it then. */
    default boolean tryLink(Path existing, Path second) {
        return false;
    }

    /** Removes a file or an empty directory; nothing happens if there is none. */
    void delete(Path path);

    /** Creates the directory and its missing parents. */
    void createDirectories(Path directory);

    /** Names (not paths) of what the directory holds, sorted; empty if there is no such directory. */
    List<String> list(Path directory);

    /** Whether there is a file or directory. */
    boolean exists(Path path);

    /** Bytes of the file. */
    long sizeBytes(Path file);

    /** Makes creations, renames and deletions in the directory durable; of a failure what {@link DiskFile#sync} says holds. */
    void syncDirectory(Path directory);

    /** Bytes that can still be written below the path. */
    long usableBytes(Path path);

    /** Bytes of the whole file system that holds the path. */
    long totalBytes(Path path);

    /** Takes the exclusive lock that the file stands for; {@link DiskLockedException} if another has it, in this process too. */
    DiskLock lock(Path file);
}
