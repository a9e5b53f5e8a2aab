package io.sluice.replication;

import io.sluice.common.Clock;
import io.sluice.log.SealedBlocks;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFile;
import io.sluice.replication.journal.TransferFailedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Files of another node's checkpoint beside a shard's own, as they come; names are those below the shard's directory. What has
 * come stays when a later checkpoint of that node is brought in its place: then only what has grown is copied. Used by one
 * thread.
 */
final class FetchedFiles {
    private static final int PIECES_ON_THE_WAY = 4;

    /** Little by little: a mountain of unsynced bytes would hold up every sync of the journals. */
    private static final long SYNC_BYTES = 8L << 20;

    /** The same of what is only read. */
    private static final int CHECKED_BLOCKS = (int) (SYNC_BYTES / SealedBlocks.BLOCK_BYTES);

    private final Disk disk;
    private final Clock clock;
    private final CopyPace copies;
    private final Path shard;
    private final Map<String, Long> lengths = new HashMap<>();
    private final Set<String> named = new HashSet<>();
    private final Set<Path> directories = new HashSet<>();

    /** Other names of files that the shard's own state has, too. */
    private final Set<String> shared = new HashSet<>();

    private long copiedBytes;
    private long sharedBytes;
    private long haste = 1;

    /** Where the pieces of a file come from. */
    interface Pieces {
        /** So many bytes of the file, as {@link RemoteCheckpoint#read} answers them. */
        CompletableFuture<ByteBuffer> read(long filePosition, long pieceBytes);
    }

    FetchedFiles(Disk disk, Clock clock, CopyPace copies, Path shard) {
        this.disk = disk;
        this.clock = clock;
        this.copies = copies;
        this.shard = shard;
    }

    /** Another checkpoint begins, copied so many times as fast as usual: what it does not name goes with {@link #finish}. */
    void begin(long newHaste) {
        haste = newHaste;
        named.clear();
        copiedBytes = 0;
        sharedBytes = 0;
    }

    /** Bytes that were written since it began. */
    long copiedBytes() {
        return copiedBytes;
    }

    /** Bytes of files that were taken as they were since it began. */
    long sharedBytes() {
        return sharedBytes;
    }

    /** Whether the file has come already, in that length. */
    boolean has(String path, long lengthBytes) {
        named.add(path);
        return lengths.getOrDefault(path, -1L) == lengthBytes;
    }

    /** Copies the file, or of one that {@code onlyGrows} what it has become longer by; durable on return but for its name. */
    void bring(Pieces pieces, String path, long lengthBytes, boolean onlyGrows) {
        if (has(path, lengthBytes)) {
            return;
        }
        long there = lengths.getOrDefault(path, -1L);
        boolean goesOn = !shared.remove(path) && onlyGrows && there >= 0 && there < lengthBytes;
        lengths.remove(path);
        Path to = place(path);
        if (!goesOn) {
            disk.delete(to);
            disk.create(to).close();
        }
        try (DiskFile file = disk.openForAppending(to)) {
            copy(pieces, path, file, goesOn ? there : 0, lengthBytes);
        }
        lengths.put(path, lengthBytes);
    }

    private void copy(Pieces pieces, String path, DiskFile file, long from, long lengthBytes) {
        ArrayDeque<CompletableFuture<ByteBuffer>> asked = new ArrayDeque<>();
        long askedTo = from;
        long position = from;
        long unsynced = 0;
        long diskNs = 0;
        while (position < lengthBytes) {
            while (askedTo < lengthBytes && asked.size() < PIECES_ON_THE_WAY) {
                long pieceBytes = Math.min(CheckpointServer.PIECE_BYTES_MAX, lengthBytes - askedTo);
                asked.addLast(pieces.read(askedTo, pieceBytes));
                askedTo += pieceBytes;
            }
            ByteBuffer piece = asked.removeFirst().join();
            int pieceBytes = piece.remaining();
            if (pieceBytes != Math.min(CheckpointServer.PIECE_BYTES_MAX, lengthBytes - position)) {
                throw new TransferFailedException(path + " ends after " + (position + pieceBytes) + " bytes");
            }
            long beganNs = clock.nanoTime();
            file.write(piece, position);
            position += pieceBytes;
            copiedBytes += pieceBytes;
            unsynced += pieceBytes;
            boolean isSynced = unsynced >= SYNC_BYTES;
            if (isSynced) {
                file.sync();
            }
            diskNs += clock.nanoTime() - beganNs;
            long pacedNs = copies.restNs(pieceBytes / haste);
            rest(isSynced ? Math.max(diskNs, pacedNs) : pacedNs);
            if (isSynced) {
                unsynced = 0;
                diskNs = 0;
            }
        }
        // A file that is appended to may have zeros behind its end.
        file.truncate(lengthBytes);
        file.sync();
    }

    /** So that others have their part of the machine; of the disk half of its time, for the journals. */
    private static void rest(long restNs) {
        try {
            TimeUnit.NANOSECONDS.sleep(restNs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransferFailedException("interrupted while a checkpoint was copied", interrupted);
        }
    }

    /** Writes a file that has come whole; durable on return but for its name. */
    void write(String path, ByteBuffer content) {
        named.add(path);
        Path to = place(path);
        disk.delete(to);
        try (DiskFile file = disk.create(to)) {
            file.write(content.duplicate(), 0);
            file.sync();
        }
        lengths.put(path, (long) content.remaining());
        copiedBytes += content.remaining();
    }

    /**
     * Takes a file of this node's own, which nobody writes any more, instead of a copy, if it has exactly these blocks; durable
     * on return but for its name. False if it has not, or the disk cannot share it. {@code isWanted} is run now and then, and may
     * throw.
     */
    boolean share(Path own, String path, SealedBlocks blocks, Runnable isWanted) {
        named.add(path);
        lengths.remove(path);
        Path to = place(path);
        disk.delete(to);
        if (!disk.tryLink(own, to)) {
            return false;
        }
        // Under the new name: whatever comes to have the old one meanwhile was not looked at.
        if (!isDurably(to, blocks, isWanted)) {
            disk.delete(to);
            return false;
        }
        shared.add(path);
        lengths.put(path, blocks.lengthBytes());
        sharedBytes += blocks.lengthBytes();
        return true;
    }

    /** A segment is synced by the checkpoint that names it first, and there may have been none since it was sealed. */
    private boolean isDurably(Path path, SealedBlocks blocks, Runnable isWanted) {
        try (DiskFile file = disk.open(path)) {
            file.sync();
        } catch (DiskException refused) {
            return false;
        }
        Pace pace = new Pace(isWanted);
        try (OwnSegment segment = new OwnSegment(disk, path, blocks.lengthBytes(), blocks::isBlock)) {
            return segment.isWhole(pace::blockRead);
        }
    }

    /** Leaves the journals their part of the disk while much is read. */
    private final class Pace {
        private final Runnable isWanted;
        private int readBlocks;
        private long beganNs = clock.nanoTime();

        Pace(Runnable isWanted) {
            this.isWanted = isWanted;
        }

        void blockRead() {
            readBlocks++;
            if (readBlocks % CHECKED_BLOCKS == 0) {
                rest(clock.nanoTime() - beganNs);
                isWanted.run();
                beganNs = clock.nanoTime();
            }
        }
    }

    private Path place(String path) {
        Path to = shard.resolve(StagedCheckpoint.PREFIX + path);
        Path directory = to.getParent();
        if (directory != null && directories.add(directory)) {
            disk.createDirectories(directory);
        }
        return to;
    }

    /** Deletes what the checkpoint that began last does not name, and makes all names durable. */
    void finish() {
        Set<String> unnamed = new HashSet<>(lengths.keySet());
        unnamed.removeAll(named);
        unnamed.forEach(path -> disk.delete(shard.resolve(StagedCheckpoint.PREFIX + path)));
        lengths.keySet().removeAll(unnamed);
        Set<Path> all = new HashSet<>(Set.of(shard));
        for (Path directory : directories) {
            Path each = directory;
            while (each != null && each.startsWith(shard) && all.add(each)) {
                each = each.getParent();
            }
        }
        all.forEach(disk::syncDirectory);
    }
}
