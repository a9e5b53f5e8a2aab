package io.sluice.it.storage;

import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A file system of a few mebibytes in memory, with a filler file that can be taken away. Needs root. Owner: one thread. */
final class SmallDisk implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MEBIBYTE = 1 << 20;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Why none can be had here; empty if it can. */
    static Optional<String> obstacle(Path folder) {
        try (SmallDisk probe = mount(folder, 1)) {
            return Files.isDirectory(probe.folder()) ? Optional.empty() : Optional.of("nothing is mounted");
        } catch (IllegalStateException | UncheckedIOException e) {
            return Optional.of("a small file system cannot be mounted here: " + e.getMessage());
        }
    }

    static SmallDisk mount(Path folder, int mebibytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder, e);
        }
        OsProcess.run(LIMIT, "mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    void fill(int mebibytes) throws IOException {
        Files.write(filler(), new byte[mebibytes * MEBIBYTE]);
    }

    void removeFiller() throws IOException {
        Files.delete(filler());
    }

    long usableBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public void close() {
        OsProcess.run(LIMIT, "umount", folder.toString());
    }
}
