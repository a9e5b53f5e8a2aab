package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the open file descriptors of a process are, from {@code /proc/PID/fd} (man 5 proc).
 *
 * @param files files that have a name
 * @param deleted files that have none any more: their bytes stay on the disk until they are closed
 * @param sockets connections and listeners
 * @param others pipes, event polls and the like
 */
public record OpenFileCounts(int files, int deleted, int sockets, int others) {
    /** Of the running process {@code pid}; a descriptor that is closed meanwhile is not counted. */
    public static OpenFileCounts of(long pid) {
        OpenFileCounts counts = new OpenFileCounts(0, 0, 0, 0);
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                counts = counts.with(targetOf(descriptor));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone", e);
        }
        return counts;
    }

    // Empty for one that was closed since.
    private static String targetOf(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** The same and one more, whose link in {@code /proc} reads {@code target}. */
    OpenFileCounts with(String target) {
        if (target.isEmpty()) {
            return this;
        }
        if (target.startsWith("socket:")) {
            return new OpenFileCounts(files, deleted, sockets + 1, others);
        }
        if (!target.startsWith("/")) {
            return new OpenFileCounts(files, deleted, sockets, others + 1);
        }
        return target.endsWith(" (deleted)")
                ? new OpenFileCounts(files, deleted + 1, sockets, others)
                : new OpenFileCounts(files + 1, deleted, sockets, others);
    }

    /** All of them. */
    public int total() {
        return files + deleted + sockets + others;
    }
}
