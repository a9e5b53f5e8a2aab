package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's ahead-of-time cache of the built jars, as {@code bin/launch.sh} makes it for users: tests start brokers by the
 * dozen. Trained once a build, by whoever needs it first; where that fails brokers start without it. Safe for any thread and
 * for several processes.
 *
 * @param classPath the jars in the order in which the cache was trained
 * @param file the cache, if there is one
 */
record StartCache(String classPath, Optional<Path> file) {
    private static final Logger LOG = LoggerFactory.getLogger(StartCache.class);
    private static final Duration TRAINING_LIMIT = Duration.ofMinutes(2);

    /** Of the jars in a folder; {@code start} are the words before the class path. */
    static synchronized StartCache of(Path lib, List<String> start, String mainClass) {
        List<Path> jars = jarsOf(lib);
        String classPath = String.join(":", jars.stream().map(Path::toString).toList());
        Path file = lib.resolveSibling("tests-" + Long.toHexString(fingerprint(jars, start)) + ".aot");
        try {
            if (!Files.exists(file)) {
                trainAlone(file, words(start, List.of("-XX:AOTCacheOutput=" + file + ".new"), classPath, mainClass));
            }
            return new StartCache(classPath, Files.size(file) > 0 ? Optional.of(file) : Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException("no cache in " + lib.getParent(), e);
        }
    }

    private static List<Path> jarsOf(Path lib) {
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("nothing is built in " + lib, e);
        }
    }

    /** JDK 25.0.3 takes the cache of other jars and then runs their classes, so the name must tell them apart. */
    private static long fingerprint(List<Path> jars, List<String> start) {
        CRC32C names = new CRC32C();
        names.update((Runtime.version() + " " + start).getBytes(StandardCharsets.UTF_8));
        try {
            for (Path jar : jars) {
                String facts = jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar);
                names.update(facts.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the jars", e);
        }
        return names.getValue();
    }

    private static void trainAlone(Path file, List<String> words) throws IOException {
        Path lockFile = file.resolveSibling("tests.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(file)) {
                train(file, words);
            }
        }
    }

    /** Where it fails an empty file is left, so that it is not tried again. */
    private static void train(Path file, List<String> words) throws IOException {
        Path made = file.resolveSibling(file.getFileName() + ".new");
        try {
            OsProcess.run(TRAINING_LIMIT, words.toArray(String[]::new));
        } catch (IllegalStateException failed) {
            LOG.warn("brokers start without a cache", failed);
            Files.write(made, new byte[0]);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> words(List<String> start, List<String> more, String classPath, String mainClass) {
        List<String> words = new ArrayList<>(start);
        words.addAll(more);
        words.addAll(List.of("-cp", classPath, mainClass, "train"));
        return words;
    }
}
