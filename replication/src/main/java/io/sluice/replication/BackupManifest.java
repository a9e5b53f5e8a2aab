package io.sluice.replication;

import io.sluice.log.disk.Disk;
import io.sluice.log.disk.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * The file {@code manifest} of a backup, written last: without it a backup is none. Text, version 1:
 *
 * <pre>
 *  sluice-backup 1
 *  begun MILLISECONDS
 *  file LENGTH CRC-32C PATH      one line a file, numbers decimal and hexadecimal, paths with '/'
 *  end CRC-32C                   of everything before this line
 * </pre>
 *
 * The other files of a backup lie as in a data directory, but for {@code journal} and {@code lock}, which are not there, and
 * {@code format}, which is called {@link #FORMAT} so that no broker opens a backup.
 *
 * @param begunMs wall time; everything acknowledged before is in the backup
 * @param files all of them
 */
record BackupManifest(long begunMs, List<Entry> files) {
    static final String NAME = "manifest";
    static final String FORMAT = "format.backup";
    private static final String FIRST_LINE = "sluice-backup 1";
    private static final long LENGTH_BYTES_MAX = 256L << 20;
    private static final int ENTRY_WORDS = 4;
    private static final int HEXADECIMAL = 16;

    /** One file: its path below the backup, with slashes. */
    record Entry(String path, long lengthBytes, int crc) {}

    /** Of all files. */
    long bytes() {
        return files.stream().mapToLong(Entry::lengthBytes).sum();
    }

    /** By path. */
    Map<String, Entry> byPath() {
        return files.stream().collect(Collectors.toMap(Entry::path, Function.identity()));
    }

    /** Durable on return. */
    void write(Disk disk, Path directory) {
        StringBuilder text = new StringBuilder(FIRST_LINE + "\nbegun " + begunMs + "\n");
        for (Entry file : files) {
            text.append("file ").append(file.lengthBytes()).append(' ').append(Integer.toHexString(file.crc()));
            text.append(' ').append(file.path()).append('\n');
        }
        int crc = crc(text.toString());
        text.append("end ").append(Integer.toHexString(crc)).append('\n');
        WholeFile.replace(disk, directory, NAME, StandardCharsets.UTF_8.encode(text.toString()));
    }

    /** Throws {@link BackupRefusedException} unless it is whole. */
    static BackupManifest read(Disk disk, Path directory) {
        Path path = directory.resolve(NAME);
        if (!disk.exists(path)) {
            throw new BackupRefusedException(directory + " is no finished backup: it has no file '" + NAME
                    + "'; a backup that was interrupted is worth nothing, remove it and use another one");
        }
        long lengthBytes = disk.sizeBytes(path);
        if (lengthBytes > LENGTH_BYTES_MAX) {
            throw damaged(path);
        }
        String text = StandardCharsets.UTF_8
                .decode(WholeFile.read(disk, path, lengthBytes))
                .toString();
        int end = text.lastIndexOf("\nend ") + 1;
        if (end == 0 || !text.substring(end).equals("end " + Integer.toHexString(crc(text.substring(0, end))) + "\n")) {
            throw damaged(path);
        }
        return parse(path, text.substring(0, end).split("\n", -1));
    }

    private static BackupManifest parse(Path path, String[] lines) {
        if (!lines[0].equals(FIRST_LINE)) {
            throw new BackupRefusedException(path + " begins with '" + lines[0] + "', this program knows '" + FIRST_LINE
                    + "': restore it with the Sluice that made it");
        }
        try {
            long begunMs = Long.parseLong(lines[1].substring("begun ".length()));
            List<Entry> files = new ArrayList<>();
            for (int number = 2; number < lines.length - 1; number++) {
                files.add(entry(lines[number].split(" ", ENTRY_WORDS)));
            }
            return new BackupManifest(begunMs, files);
        } catch (IllegalArgumentException | IndexOutOfBoundsException wrong) {
            throw damaged(path);
        }
    }

    /** A path that leads out of the backup would let it write anywhere. */
    private static Entry entry(String[] words) {
        long lengthBytes = Long.parseLong(words[1]);
        Path path = Path.of(words[3]);
        if (!words[0].equals("file")
                || lengthBytes < 0
                || path.isAbsolute()
                || !path.normalize().equals(path)
                || path.startsWith("..")) {
            throw new IllegalArgumentException(words[3]);
        }
        return new Entry(words[3], lengthBytes, Integer.parseUnsignedInt(words[2], HEXADECIMAL));
    }

    private static BackupRefusedException damaged(Path path) {
        return new BackupRefusedException(path + " is damaged: use another backup");
    }

    private static int crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
