package io.sluice.testkit.crash;

import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A small disk: an ext4 file system in an image file, mounted through a loop device. What programs wrote into it and the
 * kernel has not written back is not in the image, which is what makes a copy of it the disk after a power cut.
 * Needs root. Owner: one thread.
 */
final class LoopImage implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String WRITE_BACK = "/proc/sys/vm/dirty_writeback_centisecs";

    private final Path image;
    private final Path mountPoint;
    private boolean mounted;

    private LoopImage(Path image) {
        this.image = image;
        this.mountPoint = image.resolveSibling(image.getFileName() + ".mnt");
    }

    /** Why loop images cannot be used here; empty if they can. */
    static Optional<String> obstacle(Path folder) {
        Path probe = folder.resolve("probe.img");
        try (LoopImage image = create(probe, 16L << 20)) {
            image.mount();
            return Optional.empty();
        } catch (IllegalStateException | UncheckedIOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            probe.toFile().delete();
        }
    }

    static LoopImage create(Path image, long sizeBytes) {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + image, e);
        }
        OsProcess.run(LIMIT, "mkfs.ext4", "-q", "-F", image.toString());
        return new LoopImage(image);
    }

    /** The bytes the device has now, as another image; what is only in the page cache of the file system is not in it. */
    LoopImage copyTo(Path target) {
        OsProcess.run(LIMIT, "cp", "--sparse=always", image.toString(), target.toString());
        return new LoopImage(target);
    }

    /** Writes everything back, as an hour of rest would. */
    void writeBack() {
        OsProcess.run(LIMIT, "sync", "-f", mountPoint.toString());
    }

    /** Mounts the image, replaying the file system's own journal if there is one to replay. */
    Path mount() {
        try {
            Files.createDirectories(mountPoint);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + mountPoint, e);
        }
        OsProcess.run(LIMIT, "mount", "-o", "loop", image.toString(), mountPoint.toString());
        mounted = true;
        return mountPoint;
    }

    /** Where it is while it is mounted. */
    Path mountPoint() {
        return mountPoint;
    }

    @Override
    public void close() {
        if (mounted) {
            OsProcess.run(LIMIT, "umount", mountPoint.toString());
            mounted = false;
        }
        image.toFile().delete();
        mountPoint.toFile().delete();
    }

    /** Periodic write-back of the machine, paused until closed; does nothing where that is not permitted. */
    static final class WriteBackPause implements AutoCloseable {
        private final Optional<String> before;

        WriteBackPause() {
            before = set("0");
        }

        boolean isPaused() {
            return before.isPresent();
        }

        private static Optional<String> set(String value) {
            try {
                // The kernel gives such a file to the first read only, and the JDK's first read is one byte long.
                String old = OsProcess.run(LIMIT, "cat", WRITE_BACK).strip();
                OsProcess.run(LIMIT, "sh", "-c", "echo " + value + " > " + WRITE_BACK);
                return Optional.of(old);
            } catch (IllegalStateException e) {
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            before.ifPresent(WriteBackPause::set);
        }
    }
}
