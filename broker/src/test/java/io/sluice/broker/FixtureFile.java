package io.sluice.broker;

import io.sluice.common.Clock;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Data directories of earlier versions, packed beside this class. */
final class FixtureFile {
    /** Soon after the fixtures were made: what is kept for a while must not go because years have passed since. */
    static final long OPENED_MS = 1_795_305_600_000L;

    private FixtureFile() {}

    /** A broker with small files, so that fixtures are small too. */
    static LocalBroker open(Path data, BrokerSettings broker, Clock clock) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        ReplicationSettings settings = new ReplicationSettings(data, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64);
        return LocalBroker.open(
                broker,
                settings,
                new RealDisk(),
                clock,
                new Random(3),
                Thread.ofPlatform().daemon().factory());
    }

    /** The directory as a file; it may be in use, which is what a kill -9 leaves. */
    static void pack(Path directory, Path target) throws IOException {
        try (OutputStream file = Files.newOutputStream(target);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(path).toString()));
                Files.copy(path, zip);
                zip.closeEntry();
            }
        }
    }

    static void unpack(String fixture, Path folder) throws IOException {
        InputStream resource = Objects.requireNonNull(FixtureFile.class.getResourceAsStream(fixture), fixture);
        try (ZipInputStream zip = new ZipInputStream(resource)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = folder.resolve(entry.getName());
                Files.createDirectories(path.getParent());
                Files.copy(zip, path);
            }
        }
    }
}
